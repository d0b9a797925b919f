import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LimitResult, LimitTask } from './limits/chunk-rows.ts';

const program = fileURLToPath(new URL('limits/chunk-rows.ts', import.meta.url));

export type Limit = { run(task: LimitTask): Promise<LimitResult>; stop(): void };

/** Starts the limit program over a database. */
export function startLimit(connection: object): Limit {
  const child = fork(program, [JSON.stringify(connection)], { execArgv: ['--import', 'tsx'] });
  return {
    async run(task) {
      child.send(task);
      const [result] = await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(([code]) => {
          throw new Error(`the limit program ended with ${code}`);
        }),
      ]);
      return result as LimitResult;
    },
    stop: () => child.disconnect(),
  };
}

/** The sizes of the chunk rows of so many documents of so many bytes. */
export const chunksOf = (documents: number, bytes: number, chunk: number): number[] =>
  Array.from({ length: documents }, () => [
    ...Array.from({ length: Math.floor(bytes / chunk) }, () => chunk),
    ...(bytes % chunk > 0 ? [bytes % chunk] : []),
  ]).flat();

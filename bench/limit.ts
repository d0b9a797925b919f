import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LimitResult, LimitTask } from './limits/chunk-rows.ts';

const start = (program: string, connection: object): ChildProcess =>
  fork(
    fileURLToPath(new URL(`limits/${program}.ts`, import.meta.url)),
    [JSON.stringify(connection)],
    { execArgv: ['--import', 'tsx'] },
  );

export type Limit = { run(task: LimitTask): Promise<LimitResult>; stop(): void };

/** Starts the limit program over a database. */
export function startLimit(connection: object): Limit {
  const child = start('chunk-rows', connection);
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

/** Starts the bare server over a database. */
export async function startBareServer(
  connection: object,
): Promise<{ url: string; pid: number; stop(): void }> {
  const child = start('bare-http', connection);
  const [url] = (await once(child, 'message')) as [string];
  return { url, pid: child.pid!, stop: () => child.disconnect() };
}

/** The sizes of the chunk rows of so many documents of so many bytes. */
export const chunksOf = (documents: number, bytes: number, chunk: number): number[] =>
  Array.from({ length: documents }, () => [
    ...Array.from({ length: Math.floor(bytes / chunk) }, () => chunk),
    ...(bytes % chunk > 0 ? [bytes % chunk] : []),
  ]).flat();

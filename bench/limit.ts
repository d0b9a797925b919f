import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { KeptBytes } from './limits/bare-pages.ts';
import type { PoolResult, PoolTask } from './limits/bare-pool.ts';
import type { LimitResult, LimitTask } from './limits/chunk-rows.ts';
import type { CopyResult, CopyTask } from './limits/copied-rows.ts';

const start = (program: string, connection: object): ChildProcess =>
  fork(
    fileURLToPath(new URL(`limits/${program}.ts`, import.meta.url)),
    [JSON.stringify(connection)],
    { execArgv: ['--import', 'tsx'] },
  );

/** A limit program in a process of its own, which does one task after the other. */
export type Program<Task, Result> = { run(task: Task): Promise<Result>; stop(): void };
export type Limit = Program<LimitTask, LimitResult>;

function startProgram<Task, Result>(name: string, connection: object = {}): Program<Task, Result> {
  const child = start(name, connection);
  return {
    async run(task) {
      child.send(task as object);
      const heard = new AbortController();
      const ended = async (): Promise<never> => {
        const [code] = await once(child, 'exit', heard);
        throw new Error(`the limit program ended with ${code}`);
      };
      try {
        const [result] = await Promise.race([once(child, 'message', heard), ended()]);
        return result as Result;
      } finally {
        heard.abort();
      }
    },
    stop: () => child.disconnect(),
  };
}

/** Starts the limit program over a database. */
export const startLimit = (connection: object): Limit => startProgram('chunk-rows', connection);
/** Starts the limit of `document` over a database. */
export const startCopying = (connection: object): Program<CopyTask, CopyResult> =>
  startProgram('copied-rows', connection);
/** Starts the limit of `mail`. */
export const startPool = (): Program<PoolTask, PoolResult> => startProgram('bare-pool');

/** Starts a bare server that has one page in memory. */
export async function startBarePages(): Promise<{
  url: string;
  show(page: KeptBytes): Promise<void>;
  stop(): void;
}> {
  const child = start('bare-pages', {});
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    async show(page) {
      child.send(page);
      await once(child, 'message');
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

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, startApp } from './app-process.ts';
import { callOf } from './journey.ts';
import { median, pssOf, time } from './measure.ts';
import { print } from './stand.ts';

const rounds = 5;
const makeFolder = (): string => mkdtempSync(path.join(tmpdir(), 'feder-bench-'));
const shown = (all: readonly number[]): string => `${(median(all) / 1000).toFixed(2)} s`;

/** From the command to the first good answer, on an empty folder and again; beside it bare Node and PostgreSQL. */
export async function benchStart(): Promise<void> {
  const first: number[] = [];
  const second: number[] = [];
  const limitFirst: number[] = [];
  const limitSecond: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bare = makeFolder();
    const ours = makeFolder();
    const startBare = async (): Promise<void> => {
      execFileSync(process.execPath, ['-e', '']);
      const server = await openDatabase(bare);
      await server.stop();
    };
    const startOurs = async (taken: number[]): Promise<void> => {
      let stop = async (): Promise<void> => {};
      taken.push(
        await time(async () => {
          const app = await startApp({ dataDir: ours });
          stop = app.stop;
          if (!(await fetch(callOf(app))).ok) throw new Error('no good answer');
          if (taken === second) idle.push(pssOf(app.pid));
        }),
      );
      await stop();
    };
    limitFirst.push(await time(startBare));
    limitSecond.push(await time(startBare));
    await startOurs(first);
    await startOurs(second);
    for (const folder of [bare, ours]) rmSync(folder, { recursive: true, force: true });
  }
  print(
    'start: to the first good answer, medians of five (limit: node -e, PostgreSQL up and down)',
  );
  print(`first:  ${shown(first)} (limit ${shown(limitFirst)})`);
  print(`second: ${shown(second)} (limit ${shown(limitSecond)})`);
  print(`memory after the second: app and PostgreSQL ${median(idle).toFixed(0)} MB PSS`);
}

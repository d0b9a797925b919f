import http from 'node:http';
import { startEmbedded } from '../src/db/embedded.ts';
import { type AppProcess, startApp } from './app-process.ts';
import { type Limit, startLimit } from './limit.ts';
import { cpuOf, drive, median, percentile } from './measure.ts';

/** One unit is what `work` does once; times in milliseconds, `cpuMs` of app and database together. */
export type Figures = { perSecond: number; p50: number; p95: number; cpuMs: number };
export type Load = { count: number; concurrency: number };
export type Work = (app: AppProcess, agent: http.Agent) => Promise<unknown>;

/** The real server on fresh data and the limit program over the same database. */
export type Stand = { app: AppProcess; limit: Limit; stop(): Promise<void> };

export async function openStand(): Promise<Stand> {
  const app = await startApp();
  const database = await startEmbedded({
    dataDir: app.dataDir,
    holder: 'command',
    log: { info() {}, warn() {}, error() {} },
  });
  const limit = startLimit(database.connection);
  return {
    app,
    limit,
    async stop() {
      limit.stop();
      await database.stop();
      await app.stop();
    },
  };
}

const figuresOf = (taken: number[], seconds: number, cpuMs: number): Figures => ({
  perSecond: taken.length / seconds,
  p50: percentile(taken, 0.5),
  p95: percentile(taken, 0.95),
  cpuMs: cpuMs / taken.length,
});

/** What the app makes of so much work; connections are kept, as browsers do. */
export async function measureApp(app: AppProcess, load: Load, work: Work): Promise<Figures> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: load.concurrency });
  const cpuBefore = cpuOf(app.pid);
  const start = performance.now();
  const taken = await drive(load.count, load.concurrency, () => work(app, agent));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return figuresOf(taken, seconds, cpuOf(app.pid) - cpuBefore);
}

/** What the limit program makes of the same bytes. */
export async function measureLimit(
  { app, limit }: Stand,
  load: Load,
  chunks: number[],
): Promise<Figures> {
  const cpuBefore = cpuOf(app.pid);
  const { seconds, taken, cpuMs } = await limit.run({ ...load, chunks });
  return figuresOf(taken, seconds, cpuMs + cpuOf(app.pid) - cpuBefore);
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
const shown = (value: number): string => value.toFixed(1).padStart(9);

export const tableHead = `${'clients'.padEnd(20)}    per s    p50 ms    p95 ms    CPU ms   of the limit`;

const middleOf = (all: readonly Figures[]): Figures => ({
  perSecond: median(all.map((one) => one.perSecond)),
  p50: median(all.map((one) => one.p50)),
  p95: median(all.map((one) => one.p95)),
  cpuMs: median(all.map((one) => one.cpuMs)),
});

/** Measures limit and ours in turn and prints the medians of the rounds, with the ratio of each round's rates. */
export async function compare(
  stand: Stand,
  name: string,
  { rounds, ...load }: Load & { rounds: number },
  { chunks, works }: { chunks: number[]; works: Record<string, Work> },
): Promise<void> {
  const limits: Figures[] = [];
  const ours = Object.entries(works).map(([way, work]) => ({ way, work, all: [] as Figures[] }));
  for (let round = 0; round < rounds; round += 1) {
    limits.push(await measureLimit(stand, load, chunks));
    for (const { all, work } of ours) all.push(await measureApp(stand.app, load, work));
  }
  const line = (way: string, { perSecond, p50, p95, cpuMs }: Figures): string =>
    `${`${name} ${way}`.padEnd(18)} ${[perSecond, p50, p95, cpuMs].map(shown).join(' ')}`;
  print(line('limit', middleOf(limits)));
  for (const { way, all } of ours) {
    const ratio = median(all.map((one, round) => one.perSecond / limits[round]!.perSecond));
    print(`${line(way, middleOf(all))}   ${ratio.toFixed(2)}`);
  }
}

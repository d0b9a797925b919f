import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/db/client.ts';
import { type AppProcess, openDatabase, startApp } from './app-process.ts';
import { type Limit, startBareServer, startLimit } from './limit.ts';
import { cpuOf, drive, median, percentile } from './measure.ts';

/**
 * One unit is what `work` does once; times in milliseconds. CPU of each unit: `cpuMs` of app and database
 * together while it was measured, `laterMs` of what the app does of it by itself afterwards, `clientMs`
 * of the clients, which take from the same cores and are no part of the others.
 */
export type Figures = {
  perSecond: number;
  p50: number;
  p95: number;
  cpuMs: number;
  laterMs: number;
  clientMs: number;
};
export type Load = { count: number; concurrency: number };
export type Work = (app: AppProcess, agent: http.Agent) => Promise<unknown>;

/** The real server on fresh data and the limit programs over the same database. */
export type Stand = {
  app: AppProcess;
  limit: Limit;
  bare: Awaited<ReturnType<typeof startBareServer>>;
  /** Resolves when the app has done all jobs that are due. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

export async function openStand(): Promise<Stand> {
  const app = await startApp();
  const database = await openDatabase(app.dataDir);
  const limit = startLimit(database.connection);
  const bare = await startBareServer(database.connection);
  const db = connect(database.connection, { max: 1 });
  return {
    app,
    limit,
    bare,
    async settle() {
      const due = db
        .selectFrom('jobs')
        .select('id')
        .where('state', '=', 'queued')
        .where('schedule', 'is', null)
        .limit(1);
      while (await due.executeTakeFirst()) await sleep(200);
    },
    async stop() {
      await db.destroy();
      bare.stop();
      limit.stop();
      await database.stop();
      await app.stop();
    },
  };
}

type Cpu = Pick<Figures, 'cpuMs' | 'laterMs' | 'clientMs'>;

const figuresOf = (taken: number[], seconds: number, cpu: Cpu): Figures => ({
  perSecond: taken.length / seconds,
  p50: percentile(taken, 0.5),
  p95: percentile(taken, 0.95),
  cpuMs: cpu.cpuMs / taken.length,
  laterMs: cpu.laterMs / taken.length,
  clientMs: cpu.clientMs / taken.length,
});

/**
 * What the app, or the bare server beside it, makes of so much work; connections are kept, as browsers
 * do. Waits for what the app does afterwards, so that it is in nobody's way and counted.
 */
export async function measureApp(
  { app, bare, settle }: Stand,
  load: Load,
  work: Work,
): Promise<Figures> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: load.concurrency });
  const used = (): number => cpuOf(app.pid) + cpuOf(bare.pid);
  const [before, clients] = [used(), process.cpuUsage()];
  const start = performance.now();
  const taken = await drive(load.count, load.concurrency, () => work(app, agent));
  const seconds = (performance.now() - start) / 1000;
  const [after, { user, system }] = [used(), process.cpuUsage(clients)];
  agent.destroy();
  await settle();
  const cpu = { cpuMs: after - before, laterMs: used() - after };
  return figuresOf(taken, seconds, { ...cpu, clientMs: (user + system) / 1000 });
}

/** What the limit program makes of the same bytes. */
export async function measureLimit(
  { app, limit }: Stand,
  load: Load,
  chunks: number[],
): Promise<Figures> {
  const cpuBefore = cpuOf(app.pid);
  const { seconds, taken, cpuMs } = await limit.run({ ...load, chunks });
  const cpu = { cpuMs: cpuMs + cpuOf(app.pid) - cpuBefore, laterMs: 0, clientMs: 0 };
  return figuresOf(taken, seconds, cpu);
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
const shown = (value: number): string => value.toFixed(1).padStart(9);

export const tableHead = `${'clients'.padEnd(20)}    per s    p50 ms    p95 ms    CPU ms     later   clients   of the limit`;

const columns = ['perSecond', 'p50', 'p95', 'cpuMs', 'laterMs', 'clientMs'] as const;

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
    for (const { all, work } of ours) all.push(await measureApp(stand, load, work));
  }
  const line = (way: string, all: readonly Figures[]): string => {
    const middles = columns.map((column) => median(all.map((one) => one[column])));
    return `${`${name} ${way}`.padEnd(18)} ${middles.map(shown).join(' ')}`;
  };
  print(line('limit', limits));
  for (const { way, all } of ours) {
    const ratio = median(all.map((one, round) => one.perSecond / limits[round]!.perSecond));
    print(`${line(way, all)}   ${ratio.toFixed(2)}`);
  }
}

import { Hono } from 'hono';
import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { buildAssets } from '../src/assets.ts';
import type { Db } from '../src/db/client.ts';
import type { AppEnv } from '../src/deps.ts';
import { applicationRoutes } from '../src/routes/admin/applications.tsx';
import { overviewRoutes } from '../src/routes/admin/overview.tsx';
import { waitingRoutes } from '../src/routes/admin/waiting.tsx';
import { countStatements } from './count-statements.ts';
import type { Row } from './limits/list-statements.ts';
import { benchPages, reviewerPages } from './list-pages.ts';
import { cpuOf, drive, median, percentile } from './measure.ts';
import { openSeeded, type Seeded } from './seeded.ts';

const sizes = (process.env.BENCH_SIZES ?? '1000,10000,100000,1000000').split(',').map(Number);
const rounds = Number(process.env.BENCH_ROUNDS ?? 25);
/** Only pages whose names this fits. */
const wanted = new RegExp(process.env.BENCH_PAGES ?? '');
/** Statements by hand may take seconds each; those that take longer than this are not waited for. */
const limitRounds = 5;
const limitMs = 5000;

type Figure = { p50: number; p95: number; cpu: number; statements: number; limit: number };
type Figures = Record<string, Record<number, Figure>>;

/**
 * p50 and p95 of each page at each size, its statements, and beside it in the same run what the statement by
 * hand takes. `dataDir` keeps the databases for the next time.
 */
export async function benchList({ dataDir }: { dataDir?: string | undefined }): Promise<void> {
  const figures: Figures = {};
  for (const size of sizes) {
    const seeded = await openSeeded(size, dataDir);
    try {
      await measureAll(seeded, size, figures);
      report(figures, size);
      await measureExport(seeded);
    } finally {
      await seeded.close();
    }
  }
}

async function createDesk(
  { core, db }: Seeded,
  role: 'editor' | 'reviewer',
): Promise<Hono<AppEnv>> {
  const staff = await db
    .selectFrom('staff')
    .select(['id', 'email', 'name', 'role', 'language'])
    .where('role', '=', role)
    .executeTakeFirstOrThrow();
  const deps = { ...core, log: pino({ level: 'silent' }), assets: await buildAssets() };
  return new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set('requestId', 'bench');
      c.set('staff', staff as AppEnv['Variables']['staff']);
      c.set('language', 'en');
      await next();
    })
    .route('/admin', applicationRoutes(deps))
    .route('/admin', overviewRoutes(deps))
    .route('/admin', waitingRoutes(deps));
}

/** What addresses name: an application in the middle of the list, and a tag. */
async function readPlaces(db: Db): Promise<Record<string, string> & { row: Row }> {
  const { rows } = await sql<{ micros: number; id: string; reference: string; submittedAt: Date }>`
    select (extract(epoch from submitted_at) * 1000000)::bigint as micros, id, reference, submitted_at
    from applications where submitted_at is not null
    order by submitted_at offset (select count(*) / 3 from applications) limit 1`.execute(db);
  const { micros, id, reference, submittedAt } = rows[0]!;
  const tag = await db.selectFrom('tags').select('id').orderBy('key').executeTakeFirstOrThrow();
  const deep = Buffer.from(`${micros}.${id}`).toString('base64url');
  return { deep, reference, tag: tag.id, row: { id, submittedAt } } as never;
}

async function measureAll(seeded: Seeded, size: number, figures: Figures): Promise<void> {
  const note = (name: string, figure: Figure): void => {
    const { p50, p95, limit } = figure;
    process.stderr.write(`${size} ${name}: ${[p50, p95, limit].map(shown).join(' / ')}\n`);
    figures[name] = { ...figures[name], [size]: figure };
  };
  const { row, ...places } = await readPlaces(seeded.db);
  const fill = (text: string): string =>
    text.replace(/\{(deep|reference|tag)\}/g, (_, name: string) => places[name]!);
  const bare = new pg.Client(
    'url' in seeded.connection ? { connectionString: seeded.connection.url } : seeded.connection,
  );
  await bare.connect();
  await bare.query(`set statement_timeout = ${limitMs}`);
  const editor = await createDesk(seeded, 'editor');
  for (const [name, { address, limit }] of Object.entries(benchPages)) {
    if (!wanted.test(name)) continue;
    const statement = limit?.(row);
    const byHand = statement && (() => bare.query({ ...statement, text: fill(statement.text) }));
    note(name, await measurePage(editor, fill(address), byHand));
  }
  const reviewer = await createDesk(seeded, 'reviewer');
  for (const [name, address] of Object.entries(reviewerPages)) {
    if (!wanted.test(name)) continue;
    note(name, await measurePage(reviewer, address, undefined));
  }
  await bare.end();
}

async function measurePage(
  app: Hono<AppEnv>,
  address: string,
  byHand: (() => Promise<unknown>) | undefined,
): Promise<Figure> {
  const ask = async (): Promise<void> => {
    const response = await app.request(address);
    if (response.status !== 200) throw new Error(`${address}: ${response.status}`);
    await response.text();
  };
  const statements = await countStatements(ask);
  for (let round = 0; round < 2; round += 1) await ask();
  const cpuBefore = cpuOf(process.pid);
  const taken = await drive(rounds, 1, ask);
  const cpu = (cpuOf(process.pid) - cpuBefore) / rounds;
  const limit = byHand ? await measureLimit(byHand) : Number.NaN;
  return { p50: median(taken), p95: percentile(taken, 0.95), cpu, statements, limit };
}

/** Median of what the statement by hand takes; infinite where it takes too long. */
async function measureLimit(byHand: () => Promise<unknown>): Promise<number> {
  try {
    return median(await drive(limitRounds, 1, byHand));
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '57014')
      return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Rows a second of the whole list as a table, and of a search. */
async function measureExport(seeded: Seeded): Promise<void> {
  const app = await createDesk(seeded, 'editor');
  for (const [name, query] of [
    ['the list', ''],
    ['a search', '?q=journalism'],
  ]) {
    const start = performance.now();
    const response = await app.request(`/admin/export.csv${query}`);
    const reader = response.body!.getReader();
    let lines = 0;
    while (performance.now() - start < 10_000) {
      const { done, value } = await reader.read();
      if (done) break;
      lines += Buffer.from(value).toString('latin1').split('\n').length - 1;
    }
    await reader.cancel();
    const seconds = (performance.now() - start) / 1000;
    console.log(`CSV of ${name}: ${Math.round(lines / seconds)} rows a second`);
  }
}

const shown = (value: number): string =>
  Number.isNaN(value) ? '' : Number.isFinite(value) ? value.toFixed(1) : 'too long';

function report(figures: Figures, size: number): void {
  const smallest = sizes[0]!;
  console.log(
    `\n| at ${size} | CPU / CPU at ${smallest} | p95 / p95 at ${smallest} | p50 / by hand | p50 | p95 | CPU | statements |`,
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const [name, bySize] of Object.entries(figures)) {
    const [here, first] = [bySize[size]!, bySize[smallest]!];
    const { p50, p95, cpu, statements, limit } = here;
    const cells = [cpu / first.cpu, p95 / first.p95, p50 / limit, p50, p95, cpu].map(shown);
    console.log(`| ${name} | ${cells.join(' | ')} | ${statements} |`);
  }
}

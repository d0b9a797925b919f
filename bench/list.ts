import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { pino } from 'pino';
import { migrations } from '../migrations/index.ts';
import { openKeyring } from '../src/actions/open-keyring.ts';
import { seedDemo } from '../src/actions/seed-demo.ts';
import { seedFirstCall } from '../src/actions/seed-first-call.ts';
import { buildAssets } from '../src/assets.ts';
import { readConfig } from '../src/config.ts';
import { connect, type Db, migrateToLatest } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { foldCounts, indexApplication } from '../src/db/search.ts';
import type { AppEnv } from '../src/deps.ts';
import { applicationRoutes } from '../src/routes/admin/applications.tsx';
import { grow } from './grow.ts';
import { cpuOf, drive, median, percentile, time } from './measure.ts';

const sizes = (process.env.BENCH_SIZES ?? '1000,10000,100000,1000000').split(',').map(Number);
const originals = 1000;
const rounds = 25;

const pages: Record<string, string> = {
  list: '/admin',
  'deep page': '/admin?after=deep',
  'oldest first': '/admin?sort=oldest',
  'longest at stage': '/admin?sort=waiting',
  'stage: new': '/admin?stage=new',
  'stage: review': '/admin?stage=review',
  decision: '/admin?stage=decided&decision=declined',
  place: '/admin?place=armenia',
  language: '/admin?language=ka',
  'rare language': '/admin?language=krc',
  call: '/admin?call=regional-experts',
  'handled by nobody': '/admin?handling=none',
  'flag: late': '/admin?flag=late',
  'flag: awaiting applicant': '/admin?flag=awaiting',
  'flag: duplicate': '/admin?flag=duplicate',
  'place, language and stage': '/admin?place=georgia&language=ka&stage=shortlist',
  'name, rare': '/admin?q=Quandourian',
  'name, common': '/admin?q=gelashvili',
  'name across scripts': `/admin?q=${encodeURIComponent('Гелашвили')}`,
  'name in German': '/admin?q=Tabatadse',
  'name with a slip': '/admin?q=Quandorian',
  'part of a name': '/admin?q=andouria',
  'e-mail': '/admin?q=quandourian%40example.org',
  'text, rare': '/admin?q=quince',
  'text, common': '/admin?q=journalism',
  'phrase, common': `/admin?q=${encodeURIComponent('"local newspaper"')}`,
  'text, common, and a place': '/admin?q=journalism&place=armenia',
  'text, common, and a stage': '/admin?q=journalism&stage=review',
  'no hit': '/admin?q=zzyzxq',
  'application page': '/admin/applications/F-',
};

export async function addRareOne(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string; documentId: string }>`
      select a.id, t.document_id from applications as a join document_texts as t on t.application_id = a.id
      where a.submitted_at is not null order by a.reference limit 1`.execute(trx);
    const { id, documentId } = rows[0]!;
    await sql`update applications set full_name = 'Քուանդուրեան Արամ', latin_name = 'Aram Quandourian',
      email = 'quandourian@example.org', email_hash = null where id = ${id}`.execute(trx);
    await sql`update document_texts set text = text || ' The quinces of Meghri.' where document_id = ${documentId}`.execute(
      trx,
    );
    await indexApplication(trx, id);
  });
}

/** p50 and p95 of each page at each size, and the slowest statements' plans. */
export async function benchList(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-bench-list-'));
  const log = pino({ level: 'silent' });
  const server = await startEmbedded({ dataDir, holder: 'command', log });
  const db = connect(server.connection);
  try {
    await migrateToLatest(db, migrations);
    const clock = { now: () => new Date() };
    const keys = await openKeyring(db, randomBytes(32), clock.now());
    await seedFirstCall({ db, clock });
    const read = readConfig({ RATE_LIMITS: 'off', DATA_DIR: dataDir }, () => '');
    if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
    const publicUrl = 'http://localhost:3000';
    const core = { db, keys, clock, config: read.config, publicUrl };
    const seedMs = await time(() => seedDemo(core, { applications: originals, seed: 1 }));
    console.log(`${originals} seeded in ${Math.round(seedMs / 1000)} s`);
    await addRareOne(db);
    const staff = {
      id: 'a0000000-0000-7000-8000-000000000000',
      email: 'e@example.org',
      name: 'E',
      role: 'editor',
      language: 'en',
    };
    const app = new Hono<AppEnv>()
      .use(async (c, next) => {
        c.set('requestId', 'bench');
        c.set('staff', staff as AppEnv['Variables']['staff']);
        c.set('language', 'en');
        await next();
      })
      .route('/admin', applicationRoutes({ ...core, log, assets: await buildAssets() }));
    const figures: Figures = {};
    for (const size of sizes) {
      const growMs = await time(() => grow(db, size));
      await foldCounts(db);
      console.log(`${size} applications after ${Math.round(growMs / 1000)} s`);
      await measure(db, app, size, figures);
      report(figures, size);
    }
  } finally {
    await db.destroy();
    await server.stop();
    if (!process.env.BENCH_KEEP) rmSync(dataDir, { recursive: true, force: true });
    else console.log(dataDir);
  }
}

export async function measure(
  db: Db,
  app: Hono<AppEnv>,
  size: number,
  figures: Figures,
): Promise<void> {
  const { rows } = await sql<{ micros: number; id: string; reference: string }>`
    select (extract(epoch from submitted_at) * 1000000)::bigint as micros, id,
      (select min(reference) from applications where email_hash is not null) as reference
    from applications
    where submitted_at is not null order by submitted_at offset ${Math.floor(size / 3)}::int limit 1`.execute(
    db,
  );
  const { micros, id, reference } = rows[0]!;
  const deep = Buffer.from(`${micros}.${id}`).toString('base64url');
  for (const [name, page] of Object.entries(pages)) {
    const address = page.replace('after=deep', `after=${deep}`).replace(/F-$/, reference);
    const ask = async (): Promise<void> => {
      const response = await app.request(address);
      if (response.status !== 200) throw new Error(`${name}: ${response.status}`);
      await response.text();
    };
    for (let round = 0; round < 3; round += 1) await ask();
    const cpuBefore = cpuOf(process.pid);
    const taken = await drive(rounds, 1, ask);
    const cpu = (cpuOf(process.pid) - cpuBefore) / rounds;
    figures[name] ??= {};
    figures[name][size] = { p50: median(taken), p95: percentile(taken, 0.95), cpu };
  }
}

type Figures = Record<string, Record<number, { p50: number; p95: number; cpu: number }>>;

function report(figures: Figures, size: number): void {
  console.log(
    `| at ${size} | p50 | p95 | p95 / p95 at ${sizes[0]} | CPU | CPU / CPU at ${sizes[0]} |`,
  );
  console.log('|---|---|---|---|---|---|');
  for (const [name, bySize] of Object.entries(figures)) {
    const [here, first] = [bySize[size]!, bySize[sizes[0]!]!];
    const cells = [here.p50, here.p95, here.p95 / first.p95, here.cpu, here.cpu / first.cpu];
    console.log(`| ${name} | ${cells.map((cell) => cell.toFixed(1)).join(' | ')} |`);
  }
}

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Migrator, sql } from 'kysely';
import { pino } from 'pino';
import { migrations } from '../migrations/index.ts';
import { openKeyring } from '../src/actions/open-keyring.ts';
import { seedDemo } from '../src/actions/seed-demo.ts';
import { seedFirstCall } from '../src/actions/seed-first-call.ts';
import { addStaff } from '../src/auth/staff-accounts.ts';
import { readConfig } from '../src/config.ts';
import { type Connection, connect, type Db } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { foldCounts, indexApplication } from '../src/db/search.ts';
import { readOrCreateMasterKey } from '../src/master-key.ts';
import { time } from './measure.ts';

export type Seeded = {
  db: Db;
  connection: Connection;
  core: Parameters<typeof seedDemo>[0];
  close(): Promise<void>;
};

/**
 * A database with `size` applications as `feder seed` writes them, in a folder of `dataDir`, where it stays
 * for the next time; without, in one that is removed. What was kept is migrated.
 */
export async function openSeeded(size: number, dataDir: string | undefined): Promise<Seeded> {
  const dir =
    dataDir === undefined
      ? mkdtempSync(path.join(tmpdir(), 'feder-bench-list-'))
      : path.join(dataDir, String(size));
  mkdirSync(dir, { recursive: true });
  const masterKey = readOrCreateMasterKey(dir);
  const log = pino({ level: 'silent' });
  const server = await startEmbedded({ dataDir: dir, holder: 'command', log });
  const db = connect(server.connection);
  const migrateMs = await time(() => migrate(db));
  const clock = { now: () => new Date() };
  const keys = await openKeyring(db, masterKey, clock.now());
  await seedFirstCall({ db, clock });
  const read = readConfig({ RATE_LIMITS: 'off', DATA_DIR: dir }, () => '');
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
  const core = { db, keys, clock, config: read.config, publicUrl: 'http://localhost:3000' };
  const mark = path.join(dir, 'seeded');
  if (existsSync(mark)) {
    console.log(`${size} applications of ${dir}, migrated in ${Math.round(migrateMs / 1000)} s`);
  } else {
    await seed(core, size);
    writeFileSync(mark, '');
  }
  return {
    db,
    connection: server.connection,
    core,
    async close() {
      await db.destroy();
      await server.stop();
      if (dataDir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What was kept may be of a day on which a migration of a lower number had not landed yet. */
async function migrate(db: Db): Promise<void> {
  const provider = { getMigrations: async () => migrations };
  const migrator = new Migrator({ db, provider, allowUnorderedMigrations: true });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function seed(core: Seeded['core'], size: number): Promise<void> {
  const { db, clock } = core;
  for (const role of ['admin', 'editor', 'reviewer'] as const) {
    const email = `${role}@example.org`;
    await addStaff(db, { email, name: role, role, language: 'en', now: clock.now() });
  }
  const seconds = (await time(() => seedDemo(core, { applications: size, seed: 1 }))) / 1000;
  console.log(
    `${size} applications seeded in ${Math.round(seconds)} s, ${Math.round(size / seconds)} a second`,
  );
  await addRareOne(db);
  await foldCounts(db);
  // As the server's own look at them would, some minutes later.
  await sql`vacuum (analyze)`.execute(db);
}

/** One person whose name, address and words nobody else has. */
async function addRareOne(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string; documentId: string }>`
      select a.id, t.document_id from applications as a
      join document_texts as t on t.application_id = a.id and t.state = 'read'
      where a.submitted_at is not null and a.merged_into is null and not a.discreet
      order by a.reference limit 1`.execute(trx);
    const { id, documentId } = rows[0]!;
    await sql`update applications set full_name = 'Քուանդուրեան Արամ', latin_name = 'Aram Quandourian',
      email = 'quandourian@example.org', email_hash = null where id = ${id}`.execute(trx);
    // In the language of the search: the words of another one have other stems.
    await sql`update document_texts set text = text || ' The quinces of Meghri.', language = 'en'
      where document_id = ${documentId}`.execute(trx);
    await indexApplication(trx, id);
  });
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { migrations } from '../../migrations/index.ts';
import { nameHolder, openKeyring } from '../actions/open-keyring.ts';
import { seedFirstCall } from '../actions/seed-first-call.ts';
import { type Clock, createFollowingClock } from '../clock.ts';
import { type Config, formatMistakes, readConfig } from '../config.ts';
import { createKeyring } from '../crypto.ts';
import {
  type Connection,
  connect,
  type Db,
  migrateToLatest,
  readDatabaseState,
} from '../db/client.ts';
import { hasMasterProbe, listPendingMigrations } from '../db/database-state.ts';
import { clusterDirOf } from '../db/embedded-cluster.ts';
import { findHolder } from '../db/embedded-holder.ts';
import type { Deps } from '../deps.ts';
import { OperatorError } from '../errors.ts';
import { masterKeysOf } from '../master-key.ts';
import { openDatabase } from '../open-database.ts';
import { findPublicUrl } from '../public-address.ts';
import type { Shell } from './command.ts';
import { createCommandLog } from './log.ts';

/** What most commands work with. */
export type Workplace = Pick<Deps, 'config' | 'publicUrl' | 'db' | 'keys' | 'clock'>;

/** The configuration; reads the files of secrets. Throws an OperatorError that lists all mistakes. */
export function loadConfig({ env }: Pick<Shell, 'env'>): Config {
  const read = readConfig(env, readText);
  if ('mistakes' in read) throw new OperatorError(formatMistakes(read.mistakes));
  return read.config;
}

export const readText = (file: string): string => readFileSync(file, 'utf8');

/**
 * Opens the database as a start would leave it: migrated, under our master key, with a first call.
 * Throws an OperatorError when there is none, unless it is to be created: a mistyped DATA_DIR would
 * get one otherwise.
 */
export async function openWorkplace(
  shell: Shell,
  { create = false }: { create?: boolean } = {},
): Promise<Workplace & { migrated: string[]; firstCall: boolean }> {
  const config = loadConfig(shell);
  if (!create) expectDatabase(config);
  const readKeys = masterKeysOf(config);
  const { db, clock } = await openDb(shell, config, nameHolder(config, readKeys()));
  if (!create) await expectTables(db);
  const migrated = await migrateToLatest(db, migrations);
  const keys = await openKeyring(db, readKeys, clock.now());
  const firstCall = await seedFirstCall({ db, clock });
  return { config, publicUrl: publicUrlOf(config), db, keys, clock, migrated, firstCall };
}

function expectDatabase({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl !== null || existsSync(clusterDirOf(dataDir)) || findHolder(dataDir)) return;
  throw new OperatorError(
    `DATA_DIR: found ${dataDir}, where there is no database yet; expected the DATA_DIR of the server. The first start makes one, "feder migrate" too.`,
  );
}

async function expectTables(db: Db): Promise<void> {
  const pending = await listPendingMigrations(db, migrations);
  if (pending.length < Object.keys(migrations).length) return;
  throw new OperatorError(
    'The database holds nothing of Feder yet. The first start fills it, "feder migrate" too.',
  );
}

/** Opens what is there and changes nothing. Throws an OperatorError when something is missing. */
export async function openForReading(
  shell: Shell,
): Promise<Workplace & { connection: Connection; masterKeys: readonly Buffer[] }> {
  const config = loadConfig(shell);
  expectDatabase(config);
  expectKey(config);
  const readKeys = masterKeysOf(config);
  const masterKeys = readKeys();
  const { db, clock, connection } = await openDb(shell, config, nameHolder(config, masterKeys));
  const pending = await listPendingMigrations(db, migrations);
  if (pending.length > 0) {
    throw new OperatorError(
      `The database lacks migrations (${pending.join(', ')}): run "feder migrate" first.`,
    );
  }
  // Without a probe nothing was ever sealed, and ours would be the first write.
  const hasProbe = await hasMasterProbe(db);
  const keys = hasProbe
    ? await openKeyring(db, readKeys, clock.now(), { write: false })
    : createKeyring(masterKeys[0]!);
  return { config, publicUrl: publicUrlOf(config), db, keys, clock, connection, masterKeys };
}

/** What a restore begins with: a database that has to be empty, and the keys that it will need. */
export async function openEmpty(
  shell: Shell,
): Promise<{ connection: Connection; masterKeys: readonly Buffer[]; clock: Clock }> {
  const config = loadConfig(shell);
  expectKey(config);
  const masterKeys = masterKeysOf(config)();
  const { connection, clock } = await openDb(shell, config, nameHolder(config, masterKeys));
  return { connection, masterKeys, clock };
}

/** The database in whatever state it is; throws an OperatorError when there is none. */
export async function openForDoctor(
  shell: Shell,
  config: Config,
): Promise<{ db: Db; masterKeys: readonly Buffer[] }> {
  expectDatabase(config);
  expectKey(config);
  const masterKeys = masterKeysOf(config)();
  const { db } = await openDb(shell, config, nameHolder(config, masterKeys));
  return { db, masterKeys };
}

function expectKey({ masterKey, dataDir }: Config): void {
  if (masterKey !== null || existsSync(path.join(dataDir, 'master.key'))) return;
  throw new OperatorError(
    `MASTER_KEY is not set and there is no master.key in ${dataDir}. Set the key of this database.`,
  );
}

async function openDb(
  shell: Shell,
  config: Config,
  name: string,
): Promise<{ db: Db; clock: Clock; connection: Connection }> {
  const log = createCommandLog(shell.stderr, config.logLevel);
  const opening = openDatabase({ config, holder: 'command', log });
  // Deferred before it is open, so that a signal meanwhile waits for it and closes it.
  shell.defer(async () => {
    const opened = await opening.catch(() => undefined);
    await opened?.close();
  });
  const connection = { ...(await opening).connection, name: `${name} command` };
  const db = connect(connection, { max: 4 });
  shell.defer(() => db.destroy());
  const clock = createFollowingClock();
  clock.follow((await readDatabaseState(db)).now);
  return { db, clock, connection };
}

// The server beside us may listen elsewhere than our own environment says, or on a port it picked.
function publicUrlOf({ publicUrl, port, databaseUrl, dataDir }: Config): string {
  const announced = databaseUrl === null ? findPublicUrl(dataDir) : undefined;
  return publicUrl ?? announced ?? `http://localhost:${port}`;
}

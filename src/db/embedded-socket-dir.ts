import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, canEnter } from './embedded-account.ts';
import { EmbeddedError } from './embedded-error.ts';

const PREFIX = 'feder-';

/** A socket's path has at most 103 bytes on macOS, 107 on Linux; the longest name in it is the lock's. */
const LONGEST = 100 - '/.s.PGSQL.5432.lock'.length;

/** Makes a new folder for the socket: short, and closed to everybody but `account`. */
export async function makeSocketDir(account: Account): Promise<string> {
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    if (Buffer.byteLength(parent) + PREFIX.length + 7 > LONGEST) continue;
    try {
      const dir = mkdtempSync(path.join(parent, PREFIX));
      if (account) chownSync(dir, account.uid, account.gid);
      if (!account || (await canEnter(account, dir))) return dir;
      rmSync(dir, { recursive: true });
    } catch {
      // The next folder may do.
    }
  }
  throw new EmbeddedError(
    'start-failed',
    'No folder for the socket of PostgreSQL could be made in /tmp. Set TMPDIR to a short path that may be written to.',
  );
}

/**
 * Empties the folder before a new server, whose check of the old lock a reused process id would
 * fail, or makes it again after a cleaner of temporary folders took it.
 */
export function clearSocketDir(dir: string, account: Account): void {
  if (!lstatSync(dir, { throwIfNoEntry: false })) {
    mkdirSync(dir, { mode: 0o700 });
    if (account) chownSync(dir, account.uid, account.gid);
  }
  if (!isOurs(dir, account)) {
    throw new EmbeddedError(
      'start-failed',
      `${dir}, where the socket of PostgreSQL was, belongs to somebody else now. Stop Feder and start it again.`,
    );
  }
  for (const name of readdirSync(dir))
    rmSync(path.join(dir, name), { recursive: true, force: true });
}

/** Removes folders that an earlier start left; only what looks like ours. */
export function removeSocketDirs(dirs: string[], account: Account): void {
  for (const dir of dirs) {
    if (!path.basename(dir).startsWith(PREFIX) || !isOurs(dir, account)) continue;
    rmSync(dir, { recursive: true, force: true });
  }
}

function isOurs(dir: string, account: Account): boolean {
  const found = lstatSync(dir, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (account?.uid ?? process.getuid?.());
}

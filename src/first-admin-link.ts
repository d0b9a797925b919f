import { closeSync, fchmodSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

const fileIn = (dataDir: string): string => path.join(dataDir, 'first-admin-link');

/**
 * Leaves the link that creates the first admin in a file for its owner only: a log is read by many
 * and kept for long. Returns the file's path. `null` removes what an earlier start has left.
 */
export function keepFirstAdminLink(dataDir: string, link: string | null): string | null {
  const file = fileIn(dataDir);
  if (link === null) {
    rmSync(file, { force: true });
    return null;
  }
  mkdirSync(dataDir, { recursive: true });
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  const opened = openSync(unfinished, 'wx', 0o600);
  try {
    // The umask may have taken more away than it should.
    fchmodSync(opened, 0o600);
    writeSync(opened, `${link}\n`);
  } finally {
    closeSync(opened);
  }
  renameSync(unfinished, file);
  return file;
}

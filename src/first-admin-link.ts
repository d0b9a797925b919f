import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { prepareDataDir } from './data-dir.ts';

const fileIn = (dataDir: string): string => path.join(dataDir, 'first-admin-link');

/**
 * Leaves the link that creates the first admin in a file for its owner only: a log is read by many
 * and kept for long, and a terminal scrolls. Returns the file's path. `null` removes what an earlier
 * start has left.
 */
export function keepFirstAdminLink(dataDir: string, link: string | null): string | null {
  const file = fileIn(dataDir);
  if (link === null) {
    rmSync(file, { force: true });
    return null;
  }
  prepareDataDir(dataDir);
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

type Watched = {
  dataDir: string;
  /** True once there is staff, or the link has expired. */
  isUseless: () => Promise<boolean>;
  everyMs: number;
};

/** Takes the file away once its link is of no use. The returned function ends the watch. */
export function watchFirstAdminLink({ dataDir, isUseless, everyMs }: Watched): () => void {
  const timer = setInterval(async () => {
    // A database that is away says nothing about the link.
    if (!(await isUseless().catch(() => false))) return;
    clearInterval(timer);
    rmSync(fileIn(dataDir), { force: true });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveToOwner, run } from './embedded-account.ts';
import { EmbeddedError, systemCode } from './embedded-error.ts';

// A marker is a named pipe that a process keeps open for reading for as long as it lives; nothing
// is ever written. The kernel closes it at any death, kill -9 included, so a marker cannot go stale
// the way a process id in a file can (ids are reused, above all in containers), and it is seen
// across containers that share a volume, where process ids mean nothing.

/** Creates markers that nobody holds yet (mode 0600). Existing ones are an error of the caller. */
export async function createMarkers(dataDir: string, paths: string[]): Promise<void> {
  const made = await run('mkfifo', ['-m', '600', ...paths]);
  if (made.status === 0) return giveToOwner(dataDir, paths);
  throw new EmbeddedError(
    'data-dir-unreachable',
    `The embedded PostgreSQL needs named pipes in DATA_DIR and could not create them (${made.output.trim() || made.status}). Set DATA_DIR to a folder on a local file system, or DATABASE_URL to a PostgreSQL server.`,
  );
}

/** Holds a marker until the returned descriptor is closed. Throws ENOENT when it is gone. */
export function holdMarker(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** Whether any living process holds the marker. */
export function isHeld(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENXIO' || code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new EmbeddedError(
      'data-dir-unreachable',
      `${path} cannot be opened (${code}). Run Feder as the user that started it first, or as root.`,
      error,
    );
  }
}

/** Polls until `done()`; false when it did not come true within `patience` milliseconds. */
export async function waitUntil(done: () => boolean, patience = Infinity): Promise<boolean> {
  const end = performance.now() + patience;
  while (!done()) {
    if (performance.now() >= end) return false;
    await sleep(20);
  }
  return true;
}

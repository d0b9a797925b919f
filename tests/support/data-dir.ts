import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { copyFolder, makeDataDir } from './original-data-dir.ts';

/**
 * Makes a DATA_DIR at `dataDir`, where nothing may be yet, as if it was used before: a database with
 * its tables, and a key of its own. For tests that need a server which is up, and no first start.
 */
export async function copyDataDir(dataDir: string): Promise<void> {
  await copyCluster(dataDir);
  const key = `${randomBytes(32).toString('base64')}\n`;
  writeFileSync(path.join(dataDir, 'master.key'), key, { mode: 0o600 });
}

/** The same without a key, for PostgreSQL alone. */
export async function copyCluster(dataDir: string): Promise<void> {
  const original = inject('dataDir');
  if (!existsSync(original)) await makeDataDir(original);
  copyFolder(original, dataDir);
}

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { migrations } from '../../migrations/index.ts';
import { connect, migrateToLatest } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { silent } from './log.ts';

/** Makes a DATA_DIR at `dataDir` whose database has its tables, nothing in them, and was stopped cleanly. */
export async function makeDataDir(dataDir: string): Promise<void> {
  const workshop = mkdtempSync(`${dataDir}-`);
  // As a start as root makes it.
  chmodSync(workshop, 0o711);
  const { connection, stop } = await startEmbedded({
    ...{ dataDir: workshop, holder: 'command', log: silent },
    settings: { fsync: 'off' },
  });
  const db = connect(connection);
  await migrateToLatest(db, migrations);
  await db.destroy();
  await stop();
  try {
    renameSync(workshop, dataDir);
  } catch (error) {
    rmSync(workshop, { recursive: true });
    // Where another worker was faster, what that one made is as good.
    if (!existsSync(dataDir)) throw error;
  }
}

/** With owners and modes, which Node's copying leaves behind: what root starts, PostgreSQL runs as somebody else. */
export function copyFolder(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-Rp', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

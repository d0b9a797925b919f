import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config.ts';
import { type Finding, wordOf } from './finding.ts';

const about = 'storage';
const fewBytes = 1e9;
const tooFewBytes = 100e6;

/** DATA_DIR, where something of ours lives there: the database, captured mail, the master key. */
export function lookAtStorage({
  dataDir,
  databaseUrl,
  smtpUrl,
  masterKey,
}: Pick<Config, 'dataDir' | 'databaseUrl' | 'smtpUrl' | 'masterKey'>): Finding[] {
  if (databaseUrl !== null && smtpUrl !== null && masterKey !== null) {
    const text =
      'Nothing lives in DATA_DIR: documents are in the database, whose disk is not seen from here.';
    return [{ about, state: 'skipped', text }];
  }
  if (!existsSync(dataDir)) {
    const text = `${dataDir} (DATA_DIR) is not there yet: the first start makes it.`;
    return [{ about, state: 'warning', text }];
  }
  try {
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const text = `${dataDir} (DATA_DIR) can't be written to (${wordOf(error)}).`;
    return [{ about, state: 'fault', text }];
  }
  return [judgeRoom(dataDir), ...judgeKeyFile(path.join(dataDir, 'master.key'))];
}

function judgeRoom(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const room = `${Math.floor(free / 1e6)} MB are free in ${dataDir}`;
  if (free < tooFewBytes) {
    return { about, state: 'fault', text: `${room}: applications will be refused soon.` };
  }
  if (free < fewBytes) return { about, state: 'warning', text: `${room}. Make room.` };
  return { about, state: 'ok', text: `${room}.` };
}

/** Others of this machine who may read the key may read every document. */
function judgeKeyFile(file: string): Finding[] {
  if (!existsSync(file) || (statSync(file).mode & 0o077) === 0) return [];
  return [{ about, state: 'fault', text: `${file} can be read by others: chmod 600.` }];
}

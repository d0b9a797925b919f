import { createKeyring, type Keyring } from '../crypto.ts';
import type { Db } from '../db/client.ts';
import { keepMasterProbe } from '../db/master-versions.ts';
import { OperatorError } from '../errors.ts';

const probe = Buffer.from('feder master key');
const context = 'probe';

/**
 * The keyring of the master key, once it is sure that this database was written under it. The first
 * start leaves a probe; a wrong key is told at once, not when the first document can't be read.
 */
export async function openKeyring(db: Db, masterKey: Buffer, now: Date): Promise<Keyring> {
  const keys = createKeyring(masterKey);
  const kept = await keepMasterProbe(db, {
    version: keys.version,
    probe: keys.seal(probe, context),
    createdAt: now,
  });
  try {
    if (keys.open(kept, context).equals(probe)) return keys;
  } catch {
    // Told below, like a probe that opens to something else.
  }
  throw new OperatorError(
    'MASTER_KEY does not open this database: it was written under another key. Set the key that belongs to it, or restore the database that belongs to this key.',
  );
}

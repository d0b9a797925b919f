import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import {
  assembleKeyring,
  createMaster,
  type InstallationKeys,
  type Keyring,
  type Master,
  type NumberedMaster,
} from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import {
  type InstallationKey,
  insertInstallationKeys,
  insertMasterVersion,
  listInstallationKeys,
  listMasterVersions,
  type MasterVersion,
} from '../db/master-versions.ts';
import { OperatorError } from '../errors.ts';

/** A keyring over a database; `refresh` learns of master keys that a rotation has brought. */
export type OpenKeyring = Keyring & { refresh(): Promise<void> };

/** The master keys that the operator gives, of which the first writes into an empty database. */
export type ReadMasterKeys = () => readonly Buffer[];

/** The context of a wrapped key of the installation. */
export const installationContext = (purpose: InstallationKey['purpose']): string =>
  `installation:${purpose}`;

/**
 * The keyring of the master keys, once it is sure that this database was written under them. The first
 * start leaves a probe; a wrong key is told at once, not when the first document can't be read. While
 * a rotation is under way every key that the database knows must be there. Keys of the installation
 * are stored by the first start, unless `write` is false.
 */
export async function openKeyring(
  db: Db,
  keys: Buffer | ReadMasterKeys,
  now: Date,
  { write = true }: { write?: boolean } = {},
): Promise<OpenKeyring> {
  const read = typeof keys === 'function' ? keys : () => [keys];
  if (write) await begin(db, createMaster(read()[0]!), now);
  let versions = await listMasterVersions(db);
  let masters = match(versions, read());
  assertComplete(versions, masters);
  const installation = await openInstallationKeys(db, masters, write);
  // Keys in files may have come since: whoever rotates puts the new one beside the old one first.
  const readAnew = (): boolean => {
    const known = new Set(masters.map(({ master }) => master.fingerprint));
    const fresh = read()
      .map(createMaster)
      .filter(({ fingerprint }) => !known.has(fingerprint));
    // Its number is told by `refresh`; until then it comes last, since it must not wrap anything.
    masters = [...masters, ...fresh.map((master) => ({ version: Number.NaN, master }))];
    return fresh.length > 0;
  };
  return {
    ...assembleKeyring(() => masters, installation, readAnew),
    async refresh() {
      const found = await listMasterVersions(db);
      if (found.map(({ version }) => version).join() === versionsOf(versions)) return;
      const matched = match(found, read());
      // A newest key that we don't have must not make us forget those that we have.
      if (matched[0]?.version !== found[0]?.version) return;
      versions = found;
      masters = [...matched, ...masters.filter((one) => !holds(matched, one))];
    },
  };
}

const versionsOf = (versions: readonly MasterVersion[]): string =>
  versions.map(({ version }) => version).join();

const holds = (masters: readonly NumberedMaster[], { master }: NumberedMaster): boolean =>
  masters.some((one) => one.master.fingerprint === master.fingerprint);

/** What a connection tells the database about who holds it, so that a rotation sees who could not follow. */
export function nameHolder(
  { masterKey }: Pick<Config, 'masterKey'>,
  keys: readonly Buffer[],
): string {
  const marks = keys.map((key) => createMaster(key).fingerprint);
  return ['feder', ...(masterKey ? [] : [readsFiles]), ...marks].join(' ');
}

/** In the name of who reads keys from files in DATA_DIR, and so finds new ones. */
export const readsFiles = 'key-files';

/** The master keys among `keys` that opened the database's versions, the newest first. */
export function match(
  versions: readonly MasterVersion[],
  keys: readonly Buffer[],
): NumberedMaster[] {
  const masters = keys.map(createMaster);
  return versions.flatMap(({ version, probe }) => {
    const master = masters.find((one) => one.opensProbe(probe));
    return master ? [{ version, master }] : [];
  });
}

function assertComplete(
  versions: readonly MasterVersion[],
  masters: readonly NumberedMaster[],
): void {
  if (masters.length === versions.length) return;
  if (masters.length === 0) {
    throw new OperatorError(
      'MASTER_KEY does not open this database: it was written under another key. Set the key that belongs to it, or restore the database that belongs to this key.',
    );
  }
  throw new OperatorError(
    masters[0]!.version === versions[0]!.version
      ? 'The change of the master key is not finished: some keys in this database are still wrapped by the one before. Set it as MASTER_KEY_OLD beside MASTER_KEY and run "feder keys rotate" to its end.'
      : 'MASTER_KEY has been changed in this database by "feder keys rotate". Set the new key as MASTER_KEY, and the one before as MASTER_KEY_OLD until the change is finished.',
  );
}

/** Of starts that race each other one leaves its probe, and keys of the installation with it. */
async function begin(db: Db, master: Master, now: Date): Promise<void> {
  if ((await listMasterVersions(db)).length > 0) return;
  await db.transaction().execute(async (trx) => {
    const row = { version: 1, probe: master.makeProbe(), createdAt: now };
    if (!(await insertMasterVersion(trx, row))) return;
    const fresh = { sealing: randomBytes(32), finding: randomBytes(32) };
    await storeInstallationKeys(trx, fresh, { version: 1, master });
  });
}

async function storeInstallationKeys(
  db: Db | Trx,
  { sealing, finding }: InstallationKeys,
  { version, master }: NumberedMaster,
): Promise<void> {
  const wrap = (purpose: InstallationKey['purpose'], key: Buffer): InstallationKey => ({
    purpose,
    masterVersion: version,
    wrapped: master.wrap(key, installationContext(purpose)),
  });
  await insertInstallationKeys(db, [wrap('seal', sealing), wrap('look-up', finding)]);
}

async function openInstallationKeys(
  db: Db,
  masters: readonly NumberedMaster[],
  write: boolean,
): Promise<InstallationKeys> {
  const kept = await listInstallationKeys(db);
  if (kept.length === 0) {
    // Written before installations had keys of their own: what there is was derived from the first one.
    const first = masters.at(-1)!;
    const derived = first.master.deriveInstallationKeys();
    if (write) await storeInstallationKeys(db, derived, first);
    return derived;
  }
  const unwrap = (purpose: InstallationKey['purpose']): Buffer => {
    const row = kept.find((one) => one.purpose === purpose);
    for (const { master } of row ? masters : []) {
      try {
        return master.unwrap(row!.wrapped, installationContext(purpose));
      } catch {
        // Told below when it is none of them.
      }
    }
    throw new OperatorError(
      `The database is damaged: the key "${purpose}" of the installation does not open (keys.installation_keys). Restore it from a backup.`,
    );
  };
  return { sealing: unwrap('seal'), finding: unwrap('look-up') };
}

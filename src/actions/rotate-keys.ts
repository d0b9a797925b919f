import { setTimeout as sleep } from 'node:timers/promises';
import {
  applicationKeyContext,
  createMaster,
  type Master,
  type NumberedMaster,
} from '../crypto.ts';
import type { Db } from '../db/client.ts';
import {
  countKeys,
  type InstallationKey,
  insertMasterVersion,
  listInstallationKeys,
  listMasterVersions,
  listServerNames,
  lockKeysOfOthers,
  retireMasterVersions,
  storeInstallationKey,
  storeRewrapped,
  type WrappedKey,
} from '../db/master-versions.ts';
import { OperatorError } from '../errors.ts';
import { installationContext, match, readsFiles } from './open-keyring.ts';

const batchSize = 500;
/** Longer than a server takes to learn of the new master key (`server.ts`). */
const settleMs = 12_000;

export type Rotated = {
  version: number;
  /** How many keys this run has wrapped anew; an earlier one may have done its part. */
  rewrapped: number;
  /** Applications whose key opens under none of the master keys: they were left as they are. */
  unopened: string[];
  /** False while the key before is still needed. */
  finished: boolean;
};

type Options = {
  /** The new one. */
  target: Buffer;
  /** The new one and those before it. */
  keys: readonly Buffer[];
  /** True when servers find the new key in a file, so that they need not have it yet. */
  inFiles: boolean;
  now: Date;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  /** How long servers get to learn of the new key. */
  settle?: number;
  /** How many keys travel in one transaction. */
  batch?: number;
};

/**
 * Wraps every key under a new master key while servers go on, in batches that each are a transaction:
 * stopped or killed at any point, it goes on where it was when it is run again. Servers must be able to
 * open what is wrapped anew before the first batch: throws an OperatorError naming what to do when one
 * can't. At its end the former master key is forgotten by the database, so that nothing can be stored
 * under it any more.
 */
export async function rotateKeys(db: Db, options: Options): Promise<Rotated> {
  const { settle = settleMs, signal } = options;
  const target = createMaster(options.target);
  const servers = await listServerNames(db);
  assertServersKnow(servers, target, options.inFiles);
  const masters = await beginWith(db, target, options);
  const { version } = masters[0]!;
  const unopened = new Set<string>();
  let rewrapped = 0;
  const pass = async (): Promise<void> => {
    const { waiting, total } = await countKeys(db, version);
    let done = total - waiting;
    for (let after: string | undefined; ; ) {
      signal?.throwIfAborted();
      const batch = await rewrapNext(db, masters, { after, limit: options.batch ?? batchSize });
      rewrapped += batch.done;
      done += batch.done;
      for (const id of batch.unopened) unopened.add(id);
      options.onProgress?.(done, total);
      if (batch.last === undefined) break;
      after = batch.last;
    }
  };
  const retire = async (): Promise<boolean> => {
    if (await retireMasterVersions(db, version)) return true;
    // Something was wrapped by the key before between the last pass and now.
    await pass();
    return await retireMasterVersions(db, version);
  };
  await pass();
  await rewrapInstallationKeys(db, masters);
  if (servers.length > 0) {
    // They may wrap with the key before until they have learned of this one.
    await sleep(settle, undefined, signal ? { signal } : {});
    await pass();
  }
  const finished = unopened.size === 0 && (await retire());
  return { version, rewrapped, unopened: [...unopened], finished };
}

function assertServersKnow(names: readonly string[], target: Master, inFiles: boolean): void {
  const knows = (name: string): boolean => {
    const words = name.split(' ');
    return words.includes(target.fingerprint) || (inFiles && words.includes(readsFiles));
  };
  if (names.every(knows)) return;
  throw new OperatorError(
    inFiles
      ? 'A server that is connected to this database has MASTER_KEY set, and no file of it. Set MASTER_KEY and MASTER_KEY_OLD for it and for this command. Nothing was changed.'
      : 'A server that is connected to this database does not have the new key yet. Restart it with the MASTER_KEY and MASTER_KEY_OLD of this command, then run it again. Nothing was changed.',
  );
}

/** The master keys by their numbers, the new one first; it gets its number here, or has it already. */
async function beginWith(
  db: Db,
  target: Master,
  { keys, now }: Options,
): Promise<NumberedMaster[]> {
  const versions = await listMasterVersions(db);
  const newest = versions[0];
  if (!newest) throw new OperatorError('Nothing was stored in this database under any key yet.');
  const known = match(versions, keys);
  if (known.length < versions.length) {
    throw new OperatorError(
      'MASTER_KEY_OLD does not open this database: it was written under another key. Nothing was changed.',
    );
  }
  if (target.opensProbe(newest.probe)) return known;
  if (known.some(({ master }) => master.fingerprint === target.fingerprint)) {
    throw new OperatorError(
      'MASTER_KEY is the older of the two keys: set it as MASTER_KEY_OLD, and the new one as MASTER_KEY. Nothing was changed.',
    );
  }
  const version = newest.version + 1;
  const row = { version, probe: target.makeProbe(), createdAt: now };
  if (!(await insertMasterVersion(db, row))) {
    throw new OperatorError('Another "feder keys rotate" has just begun. Nothing was changed.');
  }
  return [{ version, master: target }, ...known];
}

async function rewrapNext(
  db: Db,
  masters: readonly NumberedMaster[],
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ done: number; unopened: string[]; last: string | undefined }> {
  const { version, master } = masters[0]!;
  return await db.transaction().execute(async (trx) => {
    const rows = await lockKeysOfOthers(trx, { version, after, limit });
    const fresh: WrappedKey[] = [];
    const unopened: string[] = [];
    for (const { id, wrapped } of rows) {
      const context = applicationKeyContext(id);
      const key = unwrapByAny(masters, wrapped, context);
      if (key) fresh.push({ id, wrapped: master.wrap(key, context) });
      else unopened.push(id);
    }
    await storeRewrapped(trx, version, fresh);
    return { done: fresh.length, unopened, last: rows.at(-1)?.id };
  });
}

async function rewrapInstallationKeys(db: Db, masters: readonly NumberedMaster[]): Promise<void> {
  const { version, master } = masters[0]!;
  await db.transaction().execute(async (trx) => {
    for (const row of await listInstallationKeys(trx)) {
      if (row.masterVersion === version) continue;
      const context = installationContext(row.purpose);
      const key = unwrapByAny(masters, row.wrapped, context);
      if (!key) throw damaged(row);
      const wrapped = master.wrap(key, context);
      await storeInstallationKey(trx, { ...row, masterVersion: version, wrapped });
    }
  });
}

const damaged = ({ purpose }: InstallationKey): OperatorError =>
  new OperatorError(
    `The key "${purpose}" of the installation (keys.installation_keys) opens under neither key. The change is not finished.`,
  );

function unwrapByAny(
  masters: readonly NumberedMaster[],
  wrapped: Buffer,
  context: string,
): Buffer | undefined {
  for (const { master } of masters) {
    try {
      return master.unwrap(wrapped, context);
    } catch {
      // Another one may open it.
    }
  }
  return undefined;
}

import { getPublication } from '../db/calls.ts';
import type { Db } from '../db/client.ts';
import { measureStorage } from '../db/storage.ts';
import type { Deps } from '../deps.ts';
import type { Lack } from './open-upload.ts';

type Core = Pick<Deps, 'db' | 'clock'>;

export type StorageState = 'ok' | 'nearly-full' | 'full';
/** In bytes. */
export type Storage = { used: number; limit: number; state: StorageState };

const gigabyte = 1e9;
const warnAt = 0.9;
const keptMs = 60_000;
const kept = new WeakMap<Db, { at: number; used: number }>();

async function measure(db: Db, at: number): Promise<number> {
  const used = await measureStorage(db);
  kept.set(db, { at, used });
  return used;
}

/**
 * All documents are added up, which takes a while where there are millions: nobody but the first waits
 * for it, and what comes in before the next sum is no more than a minute's.
 */
async function readUsed({ db, clock }: Core): Promise<number> {
  const now = clock.now().getTime();
  const known = kept.get(db);
  if (!known) return await measure(db, now);
  if (Math.abs(now - known.at) >= keptMs) {
    known.at = now;
    // Whoever asks a minute later tries again.
    measure(db, now).catch(() => {});
  }
  return known.used;
}

/** What the documents take of what the publication allows (ASVS 5.2.4). */
export async function checkStorage({ db, clock }: Core): Promise<Storage> {
  const used = await readUsed({ db, clock });
  const limit = (await getPublication(db)).storageLimitGb * gigabyte;
  const state = used >= limit ? 'full' : used >= limit * warnAt ? 'nearly-full' : 'ok';
  return { used, limit, state };
}

/** What keeps another file from being taken, whatever application it is for. */
export async function findRoomLack(core: Core): Promise<Lack | undefined> {
  return (await checkStorage(core)).state === 'full' ? { ok: false, lack: 'no-room' } : undefined;
}

/** The same for the files of one request: found out when the first one comes. */
export function findRoomLackOnce(core: Core): () => Promise<Lack | undefined> {
  let lack: Promise<Lack | undefined> | undefined;
  return () => (lack ??= findRoomLack(core));
}

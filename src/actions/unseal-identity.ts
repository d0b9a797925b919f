import { findByReference, type HeldApplication, lockApplication } from '../db/applications.ts';
import { openPerson, textKey } from '../db/discreet.ts';
import { recordEvents } from '../db/events.ts';
import { findLastLook, insertLook } from '../db/looks.ts';
import type { Deps } from '../deps.ts';
import { lookMinutes, type UnsealedIdentity } from '../domain/discreet.ts';
import { AppError, found } from '../errors.ts';
import { openContactHandle } from './read-application.ts';

/**
 * Lets somebody see who a discreet application is from, for some minutes, and keeps who it was, when
 * and why. Throws `not-found` where nothing is sealed.
 */
export async function unsealIdentity(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  { reason, staffId }: { reason: string; staffId: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const at = clock.now();
    const application = found(await lockApplication(trx, id));
    if (!application.discreet) throw new AppError('not-found');
    const sealing = textKey(application, keys.unwrapKey(id, wrapped));
    const look = { applicationId: id, staffId, reason, at, sealing };
    await insertLook(trx, { ...look, subject: 'identity' });
    await recordEvents(trx, [
      { applicationId: id, actor: 'staff', staffId, type: 'identity-unsealed', at },
    ]);
  });
}

/** The identity while somebody may see it: they said why not long ago. Undefined when they did not. */
export async function readUnsealed(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  reference: string,
  staffId: string,
): Promise<UnsealedIdentity | undefined> {
  const stored = await findByReference(db, reference);
  if (!stored) return undefined;
  const last = await findLastLook(db, { applicationId: stored.id, staffId });
  if (!last || clock.now().getTime() - last.getTime() >= lookMinutes * 60_000) return undefined;
  const key = keys.unwrapKey(stored.id, stored.wrapped);
  const { email, contactChannel } = openPerson(key, stored);
  return { email, contactChannel, contactHandle: openContactHandle(key, stored) };
}

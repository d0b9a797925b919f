import { open, seal } from '../crypto.ts';
import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import {
  type Contributor,
  findContributor,
  storeContributor,
  storeLegalName,
} from '../db/contributors.ts';
import { textKey } from '../db/discreet.ts';
import { recordEvents } from '../db/events.ts';
import { insertLook } from '../db/looks.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import type { DeskDetails, OwnDetails } from '../domain/contributors.ts';
import { AppError, found } from '../errors.ts';
import { notifyStaff } from './notify-staff.ts';
import type { PrivatePage } from './open-private-page.ts';

/** Binds a sealed legal name to its application. */
const legalNameContext = (applicationId: string): string => `legal-name:${applicationId}`;

/** The contributor under lock; throws `gone`, and `conflict` for whoever is none, or no longer. */
async function lockContributor(trx: Trx, { id, key, now }: { id: string; key: Buffer; now: Date }) {
  const application = await lockApplication(trx, id);
  if (!application) throw new AppError('gone');
  const contributor = await findContributor(trx, { id, key, now });
  if (!contributor) throw new AppError('conflict');
  return { application, contributor, sealing: textKey(application, key) };
}

/**
 * Keeps what contributors say of themselves on their private page. The legal name is sealed; nothing
 * typed there leaves the one that is stored. Whoever handles the application is told.
 */
export async function saveOwnDetails(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { application: { id }, key }: PrivatePage,
  details: OwnDetails,
  legalName: string,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const { application, contributor, sealing } = await lockContributor(trx, { id, key, now });
    const { fee, notes } = contributor;
    await storeContributor(trx, id, { ...details, fee, notes }, { now, filled: true, sealing });
    if (legalName !== '') {
      await storeLegalName(trx, id, seal(key, Buffer.from(legalName), legalNameContext(id)));
    }
    await recordEvents(trx, [
      { applicationId: id, actor: 'applicant', type: 'contributor-details', at: now },
    ]);
    await indexApplication(trx, id);
    const staffIds = application.handlingEditorId ? [application.handlingEditorId] : [];
    await notifyStaff(trx, deps, {
      ...{ event: 'applicant-changed', applicationId: id, staffIds, actorId: null },
    });
  });
}

/** Keeps what an editor wrote; undefined when done, else what somebody saved since `revision`. */
export async function saveDeskDetails(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  save: { id: string; wrapped: Buffer; details: DeskDetails; revision: number; staffId: string },
): Promise<Contributor | undefined> {
  const { id, wrapped, details, revision, staffId } = save;
  const key = keys.unwrapKey(id, wrapped);
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const { contributor, sealing } = await lockContributor(trx, { id, key, now });
    if (contributor.revision !== revision) return contributor;
    await storeContributor(trx, id, details, { now, filled: false, sealing });
    await recordEvents(trx, [
      { applicationId: id, actor: 'staff', staffId, type: 'contributor-changed', at: now },
    ]);
    await indexApplication(trx, id);
    return undefined;
  });
}

/** Opens the legal name for an editor who says why, and keeps who it was. Throws `not-found` without one. */
export async function revealLegalName(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  {
    id,
    wrapped,
    reason,
    staffId,
  }: { id: string; wrapped: Buffer; reason: string; staffId: string },
): Promise<string> {
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const key = keys.unwrapKey(id, wrapped);
    const { application, sealing } = await lockContributor(trx, { id, key, now });
    const sealed = found(application.legalNameSealed);
    const look = { applicationId: id, staffId, reason, at: now, sealing };
    await insertLook(trx, { ...look, subject: 'legal-name' });
    await recordEvents(trx, [
      { applicationId: id, actor: 'staff', staffId, type: 'legal-name-revealed', at: now },
    ]);
    return open(key, sealed, legalNameContext(id)).toString();
  });
}

/** The legal name in clear, for its owner; '' without one. */
export function openLegalName({
  application,
  key,
}: Pick<PrivatePage, 'application' | 'key'>): string {
  const { id, legalNameSealed } = application;
  return legalNameSealed ? open(key, legalNameSealed, legalNameContext(id)).toString() : '';
}

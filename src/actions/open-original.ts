import { recordDownloaded } from '../db/access-log.ts';
import { lockApplication, readTextKey } from '../db/applications.ts';
import { findDocument, type ReceivedDocument } from '../db/documents.ts';
import { recordEvents } from '../db/events.ts';
import { recordOriginalOpening } from '../db/original-openings.ts';
import type { Deps } from '../deps.ts';
import { AppError, found } from '../errors.ts';

/**
 * Notes who opens the original of a document and why, and returns the document. Its applicant may have
 * replaced it: then it is not found. Throws `conflict` for one that waits for the virus scanner or did not
 * pass it: nobody of the staff opens that.
 */
export async function openOriginal(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  opening: { applicationId: string; documentId: string; staffId: string; reason: string },
): Promise<ReceivedDocument> {
  const { applicationId, documentId, staffId } = opening;
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const application = found(await lockApplication(trx, applicationId));
    const sealing = await readTextKey(trx, keys, application);
    const document = found(await findDocument(trx, applicationId, documentId));
    if (document.closure !== null) throw new AppError('conflict');
    await recordOriginalOpening(trx, { ...opening, at: now, sealing });
    await recordDownloaded(trx, { applicationId, documentId, staffId, now });
    const event = { type: 'original-opened', actor: 'staff', staffId, at: now } as const;
    await recordEvents(trx, [{ ...event, applicationId, toValue: document.kind }]);
    return document;
  });
}

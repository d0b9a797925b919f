import { createReceiptCode, createToken, seal } from '../crypto.ts';
import { insertTokens, lockApplication } from '../db/applications.ts';
import { isIdentityHidden } from '../db/blind-access.ts';
import type { Call, Publication } from '../db/calls.ts';
import type { Trx } from '../db/client.ts';
import { addressColumns, openPerson } from '../db/discreet.ts';
import { enqueueReading } from '../db/document-texts.ts';
import { listDocuments } from '../db/documents.ts';
import { holdCall } from '../db/masked-texts.ts';
import { transact } from '../db/pipeline.ts';
import { indexSubmitted } from '../db/search.ts';
import { listWanting } from '../db/staff-notifications.ts';
import { recordTransition } from '../db/stages.ts';
import type { Deps } from '../deps.ts';
import { foldEmailAddress, parseEmailAddress } from '../domain/email-address.ts';
import { AppError, found } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { announceSubmission } from './announce-submission.ts';
import { notifyStaff } from './notify-staff.ts';
import type { OpenDraft } from './open-draft.ts';
import { findPrivateToken, tokenContext } from './open-private-page.ts';

/**
 * Submits a checked draft: stage, event, tokens, receipt, notification and the job that reads its
 * documents, in one transaction.
 * However often it is called, one application and one receipt come of it; the lock makes parallel
 * calls wait for the first. `call` is the version that the application answers; `language` is the
 * applicant's from now on, beginning with the receipt, whose mail `countReceipt` may withhold.
 * Throws `conflict` when the draft has changed since `revision`.
 */
export async function submitApplication(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { application: { id }, key }: OpenDraft,
  {
    call,
    publication,
    revision,
    language,
    countReceipt,
  }: {
    call: Call;
    publication: Publication;
    revision: number;
    language: Language;
    /** Called once, in the transaction that submits; true withholds the receipt from this address. */
    countReceipt?: (trx: Trx, email: string) => Promise<boolean>;
  },
): Promise<{ privateToken: string }> {
  const { db, keys, clock } = deps;
  const privateToken = createToken();
  const receiptCode = createReceiptCode();
  const submitted = await transact(db, async (trx) => {
    const now = clock.now();
    const [locked, documents, , masked, wanting] = await Promise.all([
      lockApplication(trx, id),
      listDocuments(trx, id),
      holdCall(trx, { id }),
      isIdentityHidden(trx, id),
      listWanting(trx, 'application-new'),
    ]);
    if (!locked) throw new AppError('gone');
    const application = openPerson(key, locked);
    if (application.revision !== revision) throw new AppError('conflict');
    if (application.stage !== 'draft') return false;
    const email = found(parseEmailAddress(application.email));
    const emailHash = keys.lookup('email', foldEmailAddress(email));
    const receiptWithheld = (await countReceipt?.(trx, email)) ?? false;
    const columns = { language, emailHash, ...addressColumns(key, application, email) };
    const stored = (kind: 'private' | 'receipt', purpose: 'token' | 'receipt', value: string) => ({
      tokenHash: keys.lookup(purpose, value),
      kind,
      applicationId: id,
      sealed: seal(key, Buffer.from(value), tokenContext(kind, id)),
      createdAt: now,
    });
    // In this order, together: none needs another's answer.
    await Promise.all([
      recordTransition(trx, application, { name: 'submit', actor: 'applicant', now, columns }),
      indexSubmitted(trx, { ...locked, ...columns }, { call: call.slug, documents, masked }),
      insertTokens(trx, [
        stored('private', 'token', privateToken),
        stored('receipt', 'receipt', receiptCode),
      ]),
      announceSubmission(trx, deps, {
        application: { ...application, email, language },
        key,
        call,
        publication,
        documents,
        privateToken,
        receiptWithheld,
        now,
      }),
      enqueueReading(trx, id, now),
    ]);
    await notifyStaff(trx, deps, {
      ...{ event: 'application-new', applicationId: id, actorId: null },
      staffIds: wanting,
    });
    return true;
  });
  return { privateToken: submitted ? privateToken : await findPrivateToken(deps, { id }, key) };
}

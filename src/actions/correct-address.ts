import type { Keyring } from '../crypto.ts';
import { lockApplication, setAddress } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import type { Db, Trx } from '../db/client.ts';
import { addressColumns, openPerson } from '../db/discreet.ts';
import { enqueueReading } from '../db/document-texts.ts';
import { listDocuments } from '../db/documents.ts';
import { recordEvents } from '../db/events.ts';
import { listRefusedMails, openRefusals } from '../db/mail-outcome.ts';
import { settleTrouble } from '../db/mail-trouble.ts';
import { enqueueMail } from '../db/mails.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { foldEmailAddress } from '../domain/email-address.ts';
import { AppError } from '../errors.ts';
import { composeReceipt } from './announce-submission.ts';
import { findPrivateToken, type PrivatePage } from './open-private-page.ts';
import { renewStuckLetter } from './recall-decision.ts';

type Refusable = Pick<PrivatePage['application'], 'id' | 'emailHash' | 'stage'>;
type Core = { db: Db | Trx; keys: Keyring };

/** The mails to the applicant that their mail server has refused for the address that they have now. */
async function listRefusedHere({ db, keys }: Core, application: Refusable, key: Buffer) {
  const refused = await listRefusedMails(db, [application.id]);
  return filterRefusedHere(keys, application, key, refused);
}

/** Those of an applicant's refused mails that were refused for the address that they have now. */
export function filterRefusedHere<T extends Parameters<typeof openRefusals>[1]>(
  keys: Keyring,
  { emailHash }: Pick<Refusable, 'emailHash'>,
  key: Buffer,
  mails: readonly T[],
): T[] {
  // By its hash, since whoever asks need not know the address.
  const isTheirs = ({ address }: { address: string }): boolean =>
    emailHash?.equals(keys.lookup('email', foldEmailAddress(address))) ?? false;
  return mails.filter((mail) => openRefusals(key, mail).some(isTheirs));
}

/** Whether mail to the applicant is refused and the address can be corrected; after a withdrawal none is due. */
export async function isAddressRefused(
  core: Core,
  application: Refusable,
  key: Buffer,
): Promise<boolean> {
  if (application.stage === 'withdrawn') return false;
  return (await listRefusedHere(core, application, key)).length > 0;
}

/**
 * Gives an application whose applicant no mail reaches another address, and sends the receipt there.
 * Whoever has the private page need not know the old one. The trouble with the old address is laid
 * to rest with it, and a decision letter that was refused goes to the new one. Throws `gone`, and `conflict` when mail is not refused any more.
 */
export async function correctAddress(
  {
    db,
    keys,
    clock,
    config,
    publicUrl,
  }: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { application: { id }, key, submittedAt }: PrivatePage,
  email: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const locked = await lockApplication(trx, id);
    if (!locked) throw new AppError('gone');
    const before = openPerson(key, locked);
    const refused = await listRefusedHere({ db: trx, keys }, before, key);
    if (before.stage === 'withdrawn' || refused.length === 0) throw new AppError('conflict');
    const emailHash = keys.lookup('email', foldEmailAddress(email));
    await setAddress(trx, id, { emailHash, ...addressColumns(key, before, email) });
    await indexApplication(trx, id);
    // It may be the mailbox of another application.
    await enqueueReading(trx, id, now);
    const applicationId = id;
    await recordEvents(trx, [
      { applicationId, actor: 'applicant', type: 'address-corrected', at: now },
    ]);
    const mails = refused.map((mail) => mail.id);
    await settleTrouble(trx, mails, now);
    const receipt = composeReceipt(publicUrl, {
      application: { ...before, email },
      key,
      call: await getCallVersion(trx, before.callVersionId),
      publication: await getPublication(trx),
      documents: await listDocuments(trx, id),
      privateToken: await findPrivateToken({ db: trx }, before, key),
      now: submittedAt,
    });
    await enqueueMail(trx, {
      ...{ applicationId, key, now, thread: 'applicant', template: 'receipt-again' },
      ...receipt,
      from: config.mailFrom.address,
    });
    const application = { ...before, email, emailHash };
    await renewStuckLetter(trx, { config, publicUrl }, { application, key, now });
  });
}

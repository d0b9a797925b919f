import type { Config } from '../config.ts';
import type { Keyring } from '../crypto.ts';
import type { Db } from '../db/client.ts';
import { type ClaimedJob, JobFailure, type JobHandler } from '../db/jobs.ts';
import { concludeSent, type Refusal, recordRefusals } from '../db/mail-outcome.ts';
import {
  findMailToDeliver,
  listEarlierMessageIds,
  listSeededAddresses,
  type MailAddress,
  type MailToDeliver,
  openContent,
} from '../db/mails.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { notificationEvents, notificationTemplate } from '../domain/notifications.ts';
import { editorsInbox, isOnlySeeded } from './recipients.ts';
import { SendFailure } from './smtp-failure.ts';
import type { OutgoingMail, Transport } from './transport.ts';

type Deps = {
  db: Db;
  keys: Keyring;
  config: Pick<Config, 'mailFrom' | 'editorialInbox'>;
  transport: Transport;
};

/** Templates that fill themselves in; the others carry what a person wrote. */
const automaticTemplates = new Set([
  'receipt',
  'receipt-again',
  'editorial-notification',
  'withdrawal',
  'withdrawal-notice',
  'documents-changed',
  'private-link',
  'draft-link',
  'consent-reminder',
  'request-reminder',
  'request-cancelled',
  'reply-nudge',
  'reply-lapse',
  'document-infected',
  ...notificationEvents.map(notificationTemplate),
]);

/**
 * The handler of the jobs of kind `mail`: opens the mail, finds out who gets it now, hands it to the
 * transport, and marks it as sent, with whom it could not reach, together with the end of the job. A
 * mail that was erased meanwhile is done; one without a recipient is parked.
 */
export function createMailHandler(deps: Deps): JobHandler {
  const { db, keys, transport } = deps;
  const captured = transport.kind === 'captured';
  return async (job: ClaimedJob, signal: AbortSignal) => {
    if (job.subjectId === null) return;
    const mail = await findMailToDeliver(db, job.subjectId);
    // A try that ended between sending and marking may have left a file.
    if (mail === undefined) return await transport.forget(job.subjectId);
    if (mail.sentAt !== null) return;
    const key = keys.unwrapKey(mail.applicationId, mail.wrapped);
    const outgoing = await prepare(mail, key, deps);
    if (!captured) await refuseSeeded(outgoing.to, deps);
    const outcomeOf = (refusals: readonly Refusal[]) => ({ id: mail.id, key, captured, refusals });
    try {
      const { refusals } = await transport.send(outgoing, signal);
      return {
        async conclude(db, job, now) {
          const { done, there } = await concludeSent(db, job, outcomeOf(refusals), now);
          if (!there) await transport.forget(mail.id);
          return done;
        },
      };
    } catch (error) {
      const refusals = error instanceof SendFailure ? error.refusals : [];
      if (refusals.length + mail.refused > 0) await recordRefusals(db, outcomeOf(refusals));
      throw error;
    }
  };
}

async function prepare(mail: MailToDeliver, key: Buffer, deps: Deps): Promise<OutgoingMail> {
  const { db, config, transport } = deps;
  const content = openContent(key, mail);
  const captured = transport.kind === 'captured';
  const inbox = editorsInbox(mail, {
    editorialInbox: config.editorialInbox,
    transport: transport.kind,
  }).map((address) => ({ name: '', address }));
  const to = content.to === null ? inbox : valid([content.to]);
  if (to.length === 0) throw new JobFailure('no-recipient', { permanent: true });
  const ours = mail.thread === 'applicant' && !mail.discreet ? inbox : [];
  const replyTo = ours.length > 0 ? ours : valid([content.replyTo]);
  return {
    id: mail.id,
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    references: mail.inReplyTo === null ? [] : await listEarlierMessageIds(db, mail),
    date: mail.createdAt,
    // Nothing about a discreet application says whose mail it is but the address that sends it, and a
    // reply would carry the applicant's address past the seal.
    from: mail.discreet ? { name: '', address: config.mailFrom.address } : config.mailFrom,
    to: mail.discreet && mail.thread === 'applicant' && captured ? [nobody(mail)] : to,
    replyTo: replyTo[0] ?? null,
    subject: content.subject,
    text: content.text,
    html: content.html,
    // What a person wrote to a discreet applicant stands on their page, not in the mail.
    automatic: mail.discreet || automaticTemplates.has(mail.template),
  };
}

/** Who a captured mail says that it goes to, where the files must not tell. */
const nobody = ({ reference }: MailToDeliver): MailAddress => ({
  name: '',
  address: `${reference.toLowerCase()}@sealed.invalid`,
});

/** An address that is not exactly one mailbox is left out. */
function valid(addresses: readonly (MailAddress | null)[]): MailAddress[] {
  return addresses.flatMap((one) => {
    const address = one === null ? undefined : parseEmailAddress(one.address);
    return one === null || address === undefined ? [] : [{ name: one.name, address }];
  });
}

/**
 * The last gate before SMTP: whoever trusts the defaults, or types such an address into the form,
 * writes to no real newsroom by accident.
 */
export async function refuseSeeded(
  to: readonly MailAddress[],
  { db, config }: Pick<Deps, 'db'> & { config: Pick<Config, 'editorialInbox'> },
): Promise<void> {
  const { seeded, entered } = await listSeededAddresses(db);
  const known = { seeded, entered: [...entered, ...config.editorialInbox] };
  if (to.some(({ address }) => isOnlySeeded(address, known))) {
    throw new JobFailure('seeded-address', { permanent: true });
  }
}

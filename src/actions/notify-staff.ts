import { type Application, getWrappedKey, lockApplication } from '../db/applications.ts';
import { isIdentityHidden } from '../db/blind-access.ts';
import { type Call, getCallVersion, getPublication, type Publication } from '../db/calls.ts';
import type { Trx } from '../db/client.ts';
import { enqueueMail } from '../db/mails.ts';
import { findStaff } from '../db/staff.ts';
import {
  findNewestEventId,
  insertNotifications,
  listRecipients,
  type Recipient,
} from '../db/staff-notifications.ts';
import type { Deps } from '../deps.ts';
import { pickText, replyByDate } from '../domain/calls.ts';
import {
  type Delivery,
  deliveryFor,
  type NotificationEvent,
  notificationTemplate,
} from '../domain/notifications.ts';
import { cleanLine } from '../domain/text.ts';
import { found } from '../errors.ts';
import { composeMail } from '../mail/compose.ts';
import { renderStaffNotification } from '../mail/templates/staff-notification.ts';
import { languageOf } from './write-mail.ts';

export type StaffNotification = {
  event: NotificationEvent;
  applicationId: string;
  /** Whom it concerns; those who are disabled, may not get it or want none of it get nothing. */
  staffIds: readonly string[];
  /** Who did it: they know already. Null for the applicant and for Feder itself. */
  actorId: string | null;
  /**
   * The id of what happened, such as a note's: nobody is told of it twice. Absent, it is the newest
   * event of the application, which the caller has just recorded.
   */
  about?: string;
  /** Words that the mail brings along. A colleague's have no Reply-To: they are not the applicant's. */
  quote?: { body: string; language: string; ofApplicant?: boolean };
  /** When it may be told; at once when absent. */
  notBefore?: Date;
  /** It is one of many at once: whoever wants to know at once gets them together, in the digest. */
  together?: boolean;
};

type Needs = Pick<Deps, 'keys' | 'clock' | 'config' | 'publicUrl'>;

/**
 * Tells staff of something, in the transaction in which it happens; the one way to do so. Whoever wants
 * to know at once gets a mail in the editors' thread, in their own language; for the others it waits for
 * the digest of the day. The caller holds a lock on the application. Returns how many mails were queued.
 */
export async function notifyStaff(
  trx: Trx,
  deps: Needs,
  notification: StaffNotification,
): Promise<number> {
  const { applicationId, actorId } = notification;
  const now = deps.clock.now();
  const immediate = await admitNotification(trx, notification, now);
  if (immediate.length === 0) return 0;
  const application = found(await lockApplication(trx, applicationId));
  const subject = {
    application,
    key: deps.keys.unwrapKey(applicationId, found(await getWrappedKey(trx, applicationId))),
    call: await getCallVersion(trx, application.callVersionId),
    publication: await getPublication(trx),
    blind: await isIdentityHidden(trx, applicationId),
    actor: actorId === null ? undefined : (await findStaff(trx, actorId))?.name,
    now,
  };
  for (const one of immediate) await writeTo(trx, deps, one, notification, subject);
  return immediate.length;
}

/**
 * Keeps who is told, by what they have chosen, and returns those who are owed a mail at once. For
 * mails that have a template of their own; everything else calls `notifyStaff`.
 */
export async function admitNotification(
  trx: Trx,
  notification: StaffNotification,
  now: Date,
): Promise<Recipient[]> {
  const { event, applicationId, staffIds, actorId, notBefore, together } = notification;
  const others = staffIds.filter((id) => id !== actorId);
  const recipients = (await listRecipients(trx, others, event)).map((one) => ({
    ...one,
    delivery: together ? inDigest(deliveryFor(one, event)) : deliveryFor(one, event),
  }));
  const told = recipients.filter(({ delivery }) => delivery !== 'off');
  if (told.length === 0) return [];
  const about = notification.about ?? (await findNewestEventId(trx, applicationId));
  const fresh = await insertNotifications(
    trx,
    told.map(({ id, delivery }) => ({
      ...{ staffId: id, applicationId, event, about },
      delivery: delivery === 'daily' ? 'daily' : 'immediate',
      at: notBefore ?? now,
    })),
  );
  return told.filter((one) => one.delivery === 'immediate' && fresh.includes(one.id));
}

const inDigest = (delivery: Delivery): Delivery => (delivery === 'off' ? 'off' : 'daily');

/** Tells whoever handles an application of what its applicant, or the clock, has done. */
export async function notifyHandler(
  trx: Trx,
  deps: Needs,
  {
    application: { id, handlingEditorId },
    ...facts
  }: Pick<StaffNotification, 'event' | 'about' | 'notBefore'> & {
    application: Pick<Application, 'id' | 'handlingEditorId'>;
    actorId?: string;
  },
): Promise<void> {
  const staffIds = handlingEditorId === null ? [] : [handlingEditorId];
  await notifyStaff(trx, deps, { actorId: null, ...facts, applicationId: id, staffIds });
}

/** True where the reader may know who applied: everybody but the reviewers of a blind call, and nobody of a discreet one. */
const namesApplicant = (
  reader: Recipient,
  { application, blind }: { application: Application; blind: boolean },
): boolean => !application.discreet && !(blind && reader.role === 'reviewer');

async function writeTo(
  trx: Trx,
  { config, publicUrl }: Needs,
  reader: Recipient,
  { event, quote, notBefore }: StaffNotification,
  subject: {
    application: Application;
    key: Buffer;
    call: Call;
    publication: Publication;
    blind: boolean;
    actor: string | undefined;
    now: Date;
  },
): Promise<void> {
  const { application, key, call, publication, actor, now } = subject;
  const { id: applicationId, reference, stage, submittedAt } = application;
  const language = languageOf(reader.language);
  const named = namesApplicant(reader, subject);
  const name = cleanLine(application.latinName) || cleanLine(application.fullName);
  const text = pickText(call.texts, language, publication.language);
  // A reply that quotes a colleague must not reach the applicant, nor one of a reviewer at all.
  const isOfEditor = reader.role !== 'reviewer';
  const answerable = named && isOfEditor && (quote === undefined || quote.ofApplicant === true);
  const places = [...application.places.map((one) => text.places[one] ?? one)];
  const rendered = renderStaffNotification(language, {
    publication: publication.name,
    timeZone: publication.timeZone,
    ...{ event, reference, stage, actor },
    applicant: named ? { name, places: [...places, application.placesOther] } : undefined,
    callTitle: text.title,
    replyBy: submittedAt && replyByDate(submittedAt, call.replyDays),
    quote: named ? quote : undefined,
    link: `${publicUrl}/admin/applications/${reference}`,
    settings: `${publicUrl}/admin/account/notifications`,
    repliesReachApplicant: answerable,
  });
  await enqueueMail(trx, {
    ...{ applicationId, key, language, now },
    thread: 'editors',
    template: notificationTemplate(event),
    ...(!named && { ownSubject: true }),
    content: composeMail(rendered, {
      to: { name: reader.name, address: reader.email },
      replyTo: answerable ? { name, address: application.email } : null,
    }),
    from: config.mailFrom.address,
    ...(notBefore && { notBefore }),
  });
}

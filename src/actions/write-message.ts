import { type HeldApplication, lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { textKey } from '../db/discreet.ts';
import { recordEvents } from '../db/events.ts';
import { createIdAfter } from '../db/jobs.ts';
import { findLastMessage, insertMessage } from '../db/messages.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { renderMessageToApplicant } from '../mail/templates/message-to-applicant.tsx';
import { renderMessageToEditors } from '../mail/templates/message-to-editors.tsx';
import { notifyStaff } from './notify-staff.ts';
import { type MailSubject, writeToApplicant, writeToEditors } from './write-mail.ts';

export type MessageNeeds = Pick<Deps, 'db' | 'clock' | 'config' | 'publicUrl' | 'keys'>;

/** What one side writes to the other, and in which language. */
export type Message = { body: string; language: Language };
type Written = Message & { authorId: string | null };

/** The same words once more within this time are a button pressed twice. */
const repeatMs = 5 * 60_000;

/** True where these words were just kept already. The caller holds a lock on the application. */
export async function isRepeated(
  trx: Trx,
  { application: { id }, key, now }: MailSubject,
  { body, authorId }: Pick<Written, 'body' | 'authorId'>,
): Promise<boolean> {
  const last = await findLastMessage(trx, id, key);
  return (
    last?.body === body &&
    last.authorId === authorId &&
    now.getTime() - last.createdAt.getTime() < repeatMs
  );
}

/** Adds a message to the thread with the mail that brought it, if one did, and returns its id. */
export async function addMessage(
  trx: Trx,
  { application, key, now }: MailSubject,
  { body, language, authorId }: Written,
  mailId: string | null,
): Promise<string> {
  const { id } = application;
  const last = await findLastMessage(trx, id, key);
  const messageId = createIdAfter(now, last?.id);
  const message = {
    id: messageId,
    applicationId: id,
    direction: authorId === null ? ('in' as const) : ('out' as const),
    ...{ authorId, language, body, createdAt: now, incomingMessageId: null, mailId },
  };
  await insertMessage(trx, message, textKey(application, key));
  await indexApplication(trx, id);
  return messageId;
}

/**
 * Tells whoever handles the application of what its applicant wrote. Where nobody does, or they want no
 * mail of their own at once, it goes to the editorial inbox: one event, one mail for each, and never
 * none. Returns the id of the inbox's mail, if there is one.
 */
export async function tellHandlingEditor(
  trx: Trx,
  deps: MessageNeeds,
  subject: MailSubject,
  { event, message }: { event: 'applicant-wrote' | 'request-answered'; message: Message },
): Promise<string | null> {
  const { application } = subject;
  const { id: applicationId, handlingEditorId, discreet } = application;
  const told = await notifyStaff(trx, deps, {
    ...{ event, applicationId, actorId: null },
    staffIds: handlingEditorId === null ? [] : [handlingEditorId],
    ...(!discreet && message.body !== '' && { quote: { ...message, ofApplicant: true } }),
  });
  if (told > 0) return null;
  return await writeToEditors(trx, deps, subject, {
    template: 'message-to-editors',
    render: (language, facts) => renderMessageToEditors(language, { ...facts, message }),
  });
}

/** Keeps what an applicant wrote on the private page, and mails it to the editors; of one sent twice, the first. */
export async function writeFromApplicant(
  deps: MessageNeeds,
  { application: { id }, key }: { application: Pick<HeldApplication, 'id'>; key: Buffer },
  message: Message,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const subject = { application, key, now };
    const written = { ...message, authorId: null };
    if (await isRepeated(trx, subject, written)) return;
    await recordEvents(trx, [
      { applicationId: id, actor: 'applicant', type: 'message-received', at: now },
    ]);
    const mailId = await tellHandlingEditor(trx, deps, subject, {
      ...{ event: 'applicant-wrote', message },
    });
    await addMessage(trx, subject, written, mailId);
  });
}

/**
 * Keeps what an editor wrote to an applicant, and mails it to them; of one sent twice, the first. Throws
 * `conflict` while another application stands for this one.
 */
export async function writeFromEditor(
  deps: MessageNeeds,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  { authorId, subject: title, ...message }: Message & { authorId: string; subject?: string },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const subject = { application, key: deps.keys.unwrapKey(id, wrapped), now };
    const written = { ...message, authorId };
    if (await isRepeated(trx, subject, written)) return;
    if (application.mergedInto !== null) throw new AppError('conflict');
    const mailId = await writeToApplicant(trx, deps, subject, {
      template: 'message-to-applicant',
      render: (language, facts) =>
        renderMessageToApplicant(language, { ...facts, subject: title, message }),
    });
    await addMessage(trx, subject, written, mailId);
    const event = { applicationId: id, actor: 'staff', staffId: authorId, at: now } as const;
    await recordEvents(trx, [{ ...event, type: 'message-sent' }]);
  });
}

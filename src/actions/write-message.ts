import { type Application, type HeldApplication, lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { recordEvents } from '../db/events.ts';
import { createIdAfter } from '../db/jobs.ts';
import { findLastMessage, insertMessage } from '../db/messages.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { renderMessageToApplicant } from '../mail/templates/message-to-applicant.tsx';
import { renderMessageToEditors } from '../mail/templates/message-to-editors.tsx';
import { type MailSubject, writeToApplicant, writeToEditors } from './write-mail.ts';

type Needs = Pick<Deps, 'db' | 'clock' | 'config' | 'publicUrl'>;

/** What one side writes to the other, and in which language. */
export type Message = { body: string; language: Language };

/** The same words once more within this time are a button pressed twice. */
const repeatMs = 5 * 60_000;

/** Stores a message with the mail that brings it, in one transaction; of one sent twice, the first. */
async function keepMessage(
  { db, clock }: Needs,
  { id, key }: { id: Application['id']; key: Buffer },
  { body, language, authorId }: Message & { authorId: string | null },
  send: (trx: Trx, subject: MailSubject) => Promise<string>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const last = await findLastMessage(trx, id);
    const repeated =
      last?.body === body &&
      last.authorId === authorId &&
      now.getTime() - last.createdAt.getTime() < repeatMs;
    if (repeated) return;
    await insertMessage(trx, {
      id: createIdAfter(now, last?.id),
      applicationId: id,
      direction: authorId === null ? 'in' : 'out',
      ...{ authorId, language, body, createdAt: now, incomingMessageId: null },
      mailId: await send(trx, { application, key, now }),
    });
    await recordEvents(trx, [
      authorId === null
        ? { applicationId: id, actor: 'applicant', type: 'message-received', at: now }
        : { applicationId: id, actor: 'staff', staffId: authorId, type: 'message-sent', at: now },
    ]);
    await indexApplication(trx, id);
  });
}

/** Keeps what an applicant wrote on the private page, and mails it to the editors. */
export async function writeFromApplicant(
  deps: Needs,
  { application: { id }, key }: { application: Pick<HeldApplication, 'id'>; key: Buffer },
  message: Message,
): Promise<void> {
  await keepMessage(deps, { id, key }, { ...message, authorId: null }, (trx, subject) =>
    writeToEditors(trx, deps, subject, {
      template: 'message-to-editors',
      render: (language, facts) => renderMessageToEditors(language, { ...facts, message }),
    }),
  );
}

/** Keeps what an editor wrote to an applicant, and mails it to them. */
export async function writeFromEditor(
  deps: Needs & Pick<Deps, 'keys'>,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  message: Message & { authorId: string },
): Promise<void> {
  const key = deps.keys.unwrapKey(id, wrapped);
  await keepMessage(deps, { id, key }, message, (trx, subject) =>
    writeToApplicant(trx, deps, subject, {
      template: 'message-to-applicant',
      render: (language, facts) => renderMessageToApplicant(language, { ...facts, message }),
    }),
  );
}

import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { enqueueReading } from '../db/document-texts.ts';
import { acceptDocuments, listDocuments } from '../db/documents.ts';
import { recordEvents } from '../db/events.ts';
import { closeRequest, findOpenRequest } from '../db/requests.ts';
import { indexApplication } from '../db/search.ts';
import { AppError } from '../errors.ts';
import type { PrivatePage } from './open-private-page.ts';
import {
  addMessage,
  type Message,
  type MessageNeeds,
  tellHandlingEditor,
} from './write-message.ts';

type Answer = Message & {
  requestId: string;
  /** Ids of the files that have come with it. They stand beside what was there. */
  arrived: readonly string[];
  hasCrashed?(trx: Trx): Promise<boolean>;
};

/**
 * Answers what the editors asked for, with words, files or both: in one transaction it ends the request,
 * takes the files over, and tells whoever handles the application. Throws `conflict` when it was answered
 * or taken back, or the application was withdrawn meanwhile, and `unavailable` when the database has
 * forgotten files in a crash.
 */
export async function answerRequest(
  deps: MessageNeeds,
  { application: { id }, key }: PrivatePage,
  { requestId, arrived, hasCrashed, ...message }: Answer,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const open = await findOpenRequest(trx, id);
    if (open?.id !== requestId || application.stage === 'withdrawn') throw new AppError('conflict');
    if (!(await acceptDocuments(trx, id, arrived, now))) {
      const crashed = await hasCrashed?.(trx);
      throw crashed ? new AppError('unavailable', { retryAfter: 10 }) : new AppError('conflict');
    }
    const documents = await listDocuments(trx, id);
    const event = { applicationId: id, actor: 'applicant', at: now } as const;
    await recordEvents(trx, [
      ...documents
        .filter((one) => arrived.includes(one.id))
        .map(({ kind }) => ({ ...event, type: 'document-added' as const, toValue: kind })),
      { ...event, type: 'request-answered' },
    ]);
    if (arrived.length > 0) await enqueueReading(trx, id, now);
    const subject = { application, key, now };
    const mailId = await tellHandlingEditor(trx, deps, subject, {
      ...{ event: 'request-answered', message },
    });
    const isWorded = message.body !== '';
    const answerId = isWorded
      ? await addMessage(trx, subject, { ...message, authorId: null }, mailId)
      : undefined;
    if (!isWorded) await indexApplication(trx, id);
    await closeRequest(trx, requestId, { state: 'answered', now, ...(answerId && { answerId }) });
  });
}

import { type Application, type HeldApplication, lockApplication } from '../db/applications.ts';
import { recordEvents } from '../db/events.ts';
import { createIdAfter } from '../db/jobs.ts';
import { closeRequest, findOpenRequest, insertRequest } from '../db/requests.ts';
import type { DocumentKind } from '../domain/documents.ts';
import { isUndecided } from '../domain/reply-clock.ts';
import type { Stage } from '../domain/stages.ts';
import { AppError } from '../errors.ts';
import { renderRequestCancelled } from '../mail/templates/request-cancelled.ts';
import { renderRequest } from '../mail/templates/request-to-applicant.ts';
import { writeToApplicant } from './write-mail.ts';
import { addMessage, isRepeated, type Message, type MessageNeeds } from './write-message.ts';

/** What became of a wish to ask an applicant for more. */
export type AskOutcome =
  | { kind: 'done' }
  /** Somebody has asked already, and the applicant has not answered. */
  | { kind: 'asked-already' }
  /** Nobody is asked for anything where it stands. */
  | { kind: 'closed'; stage: Stage }
  /** Another application stands for it. */
  | { kind: 'merged' };

type Asked = Message & {
  authorId: string;
  /** Of the mail; the standard one when absent. */
  subject?: string;
  kinds: readonly DocumentKind[];
  dueOn: string;
};

/** True while an application can still be helped by what its applicant sends. */
export const canAsk = ({ stage, mergedInto }: Pick<Application, 'stage' | 'mergedInto'>): boolean =>
  mergedInto === null && isUndecided(stage);

/**
 * Asks an applicant for something by a day, in one message of the thread. The reply clock goes on: what
 * was promised stays promised. One request at a time; of one sent twice, the first.
 */
export async function askApplicant(
  deps: MessageNeeds,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  { authorId, subject: title, kinds, dueOn, ...message }: Asked,
): Promise<AskOutcome> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    if (application.mergedInto !== null) return { kind: 'merged' };
    if (!canAsk(application)) return { kind: 'closed', stage: application.stage };
    const subject = { application, key: deps.keys.unwrapKey(id, wrapped), now };
    const open = await findOpenRequest(trx, id);
    const written = { ...message, authorId };
    if (open) {
      const isTwice = await isRepeated(trx, subject, written);
      return { kind: isTwice ? 'done' : 'asked-already' };
    }
    const mailId = await writeToApplicant(trx, deps, subject, {
      template: 'request-to-applicant',
      render: (language, facts) =>
        renderRequest(language, { ...facts, subject: title, message, kinds, dueOn }),
    });
    const messageId = await addMessage(trx, subject, written, mailId);
    await insertRequest(trx, {
      ...{ id: createIdAfter(now, undefined), applicationId: id, messageId, staffId: authorId },
      ...{ kinds: [...kinds], dueOn, createdAt: now },
    });
    const event = { applicationId: id, actor: 'staff', staffId: authorId, at: now } as const;
    await recordEvents(trx, [{ ...event, type: 'request-made' }]);
    return { kind: 'done' };
  });
}

/**
 * Takes back what an applicant was asked for, and tells them so while nothing is decided. False when they had answered already,
 * or a colleague was faster.
 */
export async function cancelRequest(
  deps: MessageNeeds,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  { requestId, staffId }: { requestId: string; staffId: string },
): Promise<boolean> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const open = await findOpenRequest(trx, id);
    if (open?.id !== requestId) return false;
    await closeRequest(trx, requestId, { state: 'cancelled', now });
    await recordEvents(trx, [
      { applicationId: id, actor: 'staff', staffId, type: 'request-cancelled', at: now },
    ]);
    // Who has withdrawn knows that nothing is wanted any more; who was decided about reads it in the letter.
    if (!isUndecided(application.stage)) return true;
    const subject = { application, key: deps.keys.unwrapKey(id, wrapped), now };
    await writeToApplicant(trx, deps, subject, {
      template: 'request-cancelled',
      render: renderRequestCancelled,
    });
    return true;
  });
}

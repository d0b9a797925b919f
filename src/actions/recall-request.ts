import { type HeldApplication, lockApplication } from '../db/applications.ts';
import { getPublication } from '../db/calls.ts';
import { recordEvents } from '../db/events.ts';
import { findOpenRequest, markRequest, type RequestMark } from '../db/requests.ts';
import { listAway } from '../db/staff.ts';
import { isOverdue } from '../domain/requests.ts';
import { renderRequestReminder } from '../mail/templates/request-reminder.ts';
import { canAsk } from './ask-applicant.ts';
import { notifyStaff } from './notify-staff.ts';
import { languageOf, writeToApplicant } from './write-mail.ts';
import type { MessageNeeds } from './write-message.ts';

/**
 * What the clock does about an open request, once each: `reminded` writes to the applicant, `overdueTold`
 * to whoever handles the application, else, or while they are away, to whoever asked. The lock and a second look keep both from
 * those who have answered, withdrawn or been decided about meanwhile. False when there was nothing to do.
 */
export async function recallRequest(
  deps: MessageNeeds,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  mark: RequestMark,
): Promise<boolean> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    const request = application && (await findOpenRequest(trx, id));
    if (!application || !request || !canAsk(application)) return false;
    if (mark === 'reminded' ? request.remindedAt : request.overdueToldAt) return false;
    const { timeZone } = await getPublication(trx);
    const isOver = isOverdue(request, { now, timeZone });
    if (isOver !== (mark === 'overdueTold')) return false;
    await markRequest(trx, request.id, { mark, now });
    if (mark === 'reminded') {
      const { body, kinds, dueOn } = request;
      const message = { body, language: languageOf(request.language) };
      const subject = { application, key: deps.keys.unwrapKey(id, wrapped), now };
      await writeToApplicant(trx, deps, subject, {
        template: 'request-reminder',
        render: (language, facts) =>
          renderRequestReminder(language, { ...facts, message, kinds, dueOn }),
      });
      return true;
    }
    await recordEvents(trx, [
      { applicationId: id, actor: 'system', type: 'request-overdue', at: now },
    ]);
    const { handlingEditorId: handlerId } = application;
    const isHandled = handlerId !== null && !(await listAway(trx)).includes(handlerId);
    const staffId = isHandled ? handlerId : request.staffId;
    await notifyStaff(trx, deps, {
      ...{ event: 'request-overdue', applicationId: id, actorId: null },
      staffIds: staffId === null ? [] : [staffId],
    });
    return true;
  });
}

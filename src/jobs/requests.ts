import type { Logger } from 'pino';
import { recallRequest } from '../actions/recall-request.ts';
import type { MessageNeeds } from '../actions/write-message.ts';
import { getWrappedKey } from '../db/applications.ts';
import { getPublication } from '../db/calls.ts';
import { isConnectionError } from '../db/client.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import { listDueRequests } from '../db/requests.ts';
import { describeError } from '../describe-error.ts';
import { dayOf, shiftDay } from '../domain/reply-clock.ts';
import { reminderDays } from '../domain/requests.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

/** Looks once an hour for requests whose day is near or over. */
export const requestSchedule: Schedule = {
  name: 'keep-requests',
  kind: 'keep-requests',
  everySeconds: 3600,
};

const dayMs = 86_400_000;
/** Mails of one kind that one run writes at most; the next run goes on. */
const batchSize = 200;

/**
 * Reminds applicants of what they were asked for and tells editors what did not come, one application
 * after the other, each in a transaction of its own. After a leap of the clock it waits for the next
 * run: a mail can't be called back.
 */
export function createRequestHandler(deps: MessageNeeds & { log: Logger }): JobHandler {
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const now = clock.now();
    const leap = leapSince(job, requestSchedule.everySeconds, now);
    if (leap !== undefined) {
      log.error(
        { kind: job.kind, sinceLastSeconds: leap },
        'the clock has leapt by more than a day: no reminders in this run',
      );
      return;
    }
    const { timeZone } = await getPublication(db);
    const today = dayOf(now, timeZone);
    const spans = {
      // Whoever was asked today needs no reminder yet.
      reminded: {
        ...{ from: today, before: shiftDay(today, reminderDays + 1) },
        madeBefore: new Date(now.getTime() - dayMs),
      },
      overdueTold: { before: today, madeBefore: now },
    };
    for (const mark of ['reminded', 'overdueTold'] as const) {
      const due = await listDueRequests(db, { mark, ...spans[mark], limit: batchSize });
      let written = 0;
      for (const { applicationId: id } of due) {
        if (signal.aborted) return;
        try {
          const wrapped = await getWrappedKey(db, id);
          if (wrapped && (await recallRequest(deps, { id, wrapped }, mark))) written += 1;
        } catch (error) {
          // One that fails keeps no other from its mail.
          if (isConnectionError(error)) throw error;
          const facts = { mark, applicationId: id, error: describeError(error) };
          log.error(facts, 'a request could not be dealt with');
        }
      }
      if (written > 0) log.info({ kind: job.kind, mark, count: written }, 'requests dealt with');
    }
  };
}

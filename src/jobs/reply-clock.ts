import type { Logger } from 'pino';
import { soonAfter } from '../actions/await-reply.ts';
import { nudgeEditors } from '../actions/nudge-editors.ts';
import { tellReplyLapse } from '../actions/tell-reply-lapse.ts';
import { getPublication } from '../db/calls.ts';
import { isConnectionError } from '../db/client.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import {
  type ClockMail,
  type DueApplication,
  listDueApplications,
  listReplyDays,
  listUntoldDecisions,
} from '../db/reply-clock.ts';
import { describeError } from '../describe-error.ts';
import { type ClockTime, lapseSpan, nudgeSpan, type Span } from '../domain/reply-clock.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

type Needs = Parameters<typeof nudgeEditors>[0] & { log: Logger };

/** Looks once an hour for promises that come near or are broken. */
export const replyClockSchedule: Schedule = {
  name: 'keep-reply-clock',
  kind: 'keep-reply-clock',
  everySeconds: 3600,
};

/** Mails of one kind that one run writes at most; the next run goes on. */
const batchSize = 200;

const works: Record<
  ClockMail,
  {
    span(replyDays: number, time: ClockTime): Span;
    act(deps: Needs, application: DueApplication): Promise<boolean>;
  }
> = {
  nudge: { span: nudgeSpan, act: nudgeEditors },
  lapse: { span: lapseSpan, act: tellReplyLapse },
};

/**
 * Reminds editors and tells applicants, one application after the other, each in a transaction of
 * its own. After a leap of the clock it waits for the next run, as deleting does: a mail can't be
 * called back.
 */
export function createReplyClockHandler(deps: Needs): JobHandler {
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const now = clock.now();
    const leap = leapSince(job, replyClockSchedule.everySeconds, now);
    if (leap !== undefined) {
      log.error(
        { kind: job.kind, sinceLastSeconds: leap },
        'the clock has leapt by more than a day: no reminders and notes in this run',
      );
      return;
    }
    const { timeZone } = await getPublication(db);
    const promises = await listReplyDays(db);
    for (const mail of ['nudge', 'lapse'] as const) {
      let written = 0;
      for (const replyDays of promises) {
        const span = works[mail].span(replyDays, { now, timeZone });
        const limit = batchSize - written;
        if (limit === 0) break;
        const asked = { mail, replyDays, span, limit };
        const due = await listDueApplications(db, asked);
        const untold = await listUntoldDecisions(db, { ...asked, soon: soonAfter(now) });
        for (const application of [...due, ...untold].slice(0, limit)) {
          if (signal.aborted) return;
          if (await tryOne(deps, mail, application)) written += 1;
        }
      }
      if (written > 0) log.info({ kind: job.kind, mail, count: written }, 'mails written');
    }
  };
}

/** One that fails, such as one whose key does not open, keeps no other from its mail. */
async function tryOne(deps: Needs, mail: ClockMail, application: DueApplication): Promise<boolean> {
  try {
    return await works[mail].act(deps, application);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    const facts = { mail, applicationId: application.id, error: describeError(error) };
    deps.log.error(facts, 'the reply clock failed for an application');
    return false;
  }
}

import type { Logger } from 'pino';
import { askForConsent, endConsent } from '../actions/keep-consents.ts';
import { isConnectionError } from '../db/client.ts';
import { type EndingConsent, listEndedConsents, listEndingConsents } from '../db/consents.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import { findPause } from '../db/retention.ts';
import { describeError } from '../describe-error.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

/** Looks once an hour for agreements whose year ends. */
export const consentSchedule: Schedule = {
  name: 'keep-consents',
  kind: 'keep-consents',
  everySeconds: 3600,
};

/** So many of each that one run deals with; the next run goes on. */
const batchSize = 200;

/**
 * Asks those whose year ends whether they want to stay, and records who has left. After a leap of the
 * clock it waits until somebody confirms, as deleting does: a mail can't be called back.
 */
export function createConsentHandler(
  deps: Parameters<typeof askForConsent>[0] & { log: Logger },
): JobHandler {
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const now = clock.now();
    const leap = leapSince(job, consentSchedule.everySeconds, now);
    if (leap !== undefined) {
      log.error(
        { kind: job.kind, sinceLastSeconds: leap },
        'the clock has leapt by more than a day: nobody is asked in this run',
      );
      return;
    }
    // The mail names a day: until somebody says that the clock is right it could be a wrong one.
    if (await findPause(db)) return;
    const works = [
      {
        due: await listEndingConsents(db, { now, unasked: true, limit: batchSize }),
        act: askForConsent,
        message: 'people asked whether they want to stay',
      },
      {
        due: await listEndedConsents(db, { now, limit: batchSize }),
        act: endConsent,
        message: 'people left the directory',
      },
    ];
    for (const { due, act, message } of works) {
      let count = 0;
      for (const one of due) {
        if (signal.aborted) return;
        if (await tryOne(deps, one, act)) count += 1;
      }
      if (count > 0) log.info({ kind: job.kind, count }, message);
    }
  };
}

type Needs = Parameters<typeof createConsentHandler>[0];

/** One that fails keeps no other from its mail. */
async function tryOne(
  deps: Needs,
  consent: EndingConsent,
  act: (deps: Needs, consent: EndingConsent) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await act(deps, consent);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    const facts = { applicationId: consent.id, error: describeError(error) };
    deps.log.error(facts, 'an agreement could not be dealt with');
    return false;
  }
}

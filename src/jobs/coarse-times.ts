import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { coarsenTimes } from '../db/coarse-times.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import type { Schedule } from './schedules.ts';

/** Looks every six hours for discreet applications whose times are told more exactly than by their days. */
export const coarseTimesSchedule: Schedule = {
  name: 'coarsen-times',
  kind: 'coarsen-times',
  everySeconds: 6 * 3600,
};

export function createCoarseTimesHandler(deps: { db: Db; clock: Clock; log: Logger }): JobHandler {
  return async ({ kind }: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const count = await coarsenTimes(db, clock.now(), signal);
    if (count > 0) log.info({ kind, count }, 'times of discreet applications rounded to days');
  };
}

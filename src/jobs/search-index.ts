import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import { foldCounts, indexJobKind, indexOutdated } from '../db/search.ts';
import type { Schedule } from './schedules.ts';

const batchSize = 50;

/** Looks for applications that an upgrade left without their search row, and adds up the counts. */
export const searchSchedules: readonly Schedule[] = [
  { name: 'index-applications', kind: indexJobKind, everySeconds: 3600 },
  { name: 'fold-counts', kind: 'fold-counts', everySeconds: 60 },
];

/** The handlers of `searchSchedules`, by kind. */
export function createSearchHandlers({
  db,
  log,
}: {
  db: Db;
  log: Logger;
}): Record<string, JobHandler> {
  return {
    [indexJobKind]: async (_job: ClaimedJob, signal: AbortSignal) => {
      let count = 0;
      let done = batchSize;
      while (done === batchSize && !signal.aborted) {
        done = await indexOutdated(db, batchSize);
        count += done;
      }
      if (count > 0) log.info({ count }, 'applications indexed for the search');
    },
    'fold-counts': async () => await foldCounts(db),
  };
}

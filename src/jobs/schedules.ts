import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import {
  type DeleteBatch,
  deleteBrokenUploads,
  deleteExpiredDrafts,
  deleteFinishedJobs,
  deleteFinishedUploads,
  deleteOldBulkActs,
  deleteOldEnrolments,
  deleteOldSessions,
  deleteStalledUploads,
  readDraftDays,
} from '../db/cleanup.ts';
import type { Db } from '../db/client.ts';
import { type ClaimedJob, type JobHandler, secondsAfter } from '../db/jobs.ts';
import { deleteOldStaffMails } from '../db/staff-mails.ts';
import { bulkActDays } from '../domain/bulk-acts.ts';
import { removeCaptured } from '../mail/captured.ts';
import { leapSince } from './clock-leap.ts';

/** Something that happens again and again; `name` names its one row in `jobs`. */
export type Schedule = { name: string; kind: string; everySeconds: number };

type CleanUp = {
  kind: string;
  everySeconds: number;
  delete: readonly DeleteBatch[];
  /** Age in seconds from which rows are deleted, or where it is set. */
  age: number | ((db: Db) => Promise<number>);
};

const hour = 3600;
const day = 24 * hour;
const batchSize = 100;

const cleanUps: readonly CleanUp[] = [
  {
    kind: 'delete-broken-uploads',
    everySeconds: hour,
    delete: [deleteBrokenUploads],
    age: hour,
  },
  {
    kind: 'delete-old-uploads',
    everySeconds: hour,
    delete: [deleteStalledUploads, deleteFinishedUploads],
    age: day,
  },
  {
    kind: 'delete-expired-drafts',
    everySeconds: hour,
    delete: [deleteExpiredDrafts],
    age: async (db) => (await readDraftDays(db)) * day,
  },
  {
    kind: 'delete-old-sessions',
    everySeconds: hour,
    delete: [deleteOldSessions, deleteOldEnrolments],
    age: 0,
  },
  {
    kind: 'delete-old-bulk-acts',
    everySeconds: day,
    delete: [deleteOldBulkActs],
    age: bulkActDays * day,
  },
  {
    kind: 'delete-old-staff-mails',
    everySeconds: day,
    delete: [deleteOldStaffMails],
    age: 90 * day,
  },
  {
    kind: 'delete-finished-jobs',
    everySeconds: day,
    delete: [deleteFinishedJobs],
    age: 30 * day,
  },
];

/** Every schedule with its interval. */
export const schedules: readonly Schedule[] = cleanUps.map(({ kind, everySeconds }) => ({
  name: kind,
  kind,
  everySeconds,
}));

/** The handlers of all schedules, by kind. */
export function createScheduleHandlers(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  config: { dataDir: string };
}): Record<string, JobHandler> {
  return Object.fromEntries(
    cleanUps.map((cleanUp) => [
      cleanUp.kind,
      async (job: ClaimedJob, signal: AbortSignal) => await cleanUpOnce(cleanUp, job, signal, deps),
    ]),
  );
}

/**
 * Deletes in batches, unless the clock has leapt since the last run: then it only logs, and what is
 * skipped counts as a run. The next one, an interval later by a clock that has not leapt again,
 * deletes as usual: until then the operator can put the clock right.
 */
async function cleanUpOnce(
  cleanUp: CleanUp,
  job: ClaimedJob,
  signal: AbortSignal,
  { db, clock, log, config }: { db: Db; clock: Clock; log: Logger; config: { dataDir: string } },
): Promise<void> {
  const now = clock.now();
  const { kind, everySeconds, age } = cleanUp;
  const leap = leapSince(job, everySeconds, now);
  if (leap !== undefined) {
    log.error(
      { kind, sinceLastSeconds: leap },
      'the clock has leapt by more than a day: nothing is deleted in this run',
    );
    return;
  }
  const before = secondsAfter(now, -(typeof age === 'number' ? age : await age(db)));
  let count = 0;
  for (const deleteBatch of cleanUp.delete) {
    let deleted = batchSize;
    while (deleted === batchSize && !signal.aborted) {
      deleted = await deleteBatch(db, before, batchSize, (ids) =>
        removeCaptured(config.dataDir, ids),
      );
      count += deleted;
    }
  }
  if (count > 0) log.info({ kind, count }, 'old rows deleted');
}

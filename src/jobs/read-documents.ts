import { findEarlierPairs, findPairs } from '../actions/find-pairs.ts';
import { type ReadingDeps, readAllDocuments, readDocuments } from '../actions/read-documents.ts';
import { readingJobKind } from '../db/document-texts.ts';
import { type ClaimedJob, JobFailure, type JobHandler } from '../db/jobs.ts';
import type { Lull } from './lull.ts';
import type { Schedule } from './schedules.ts';

/**
 * Looks once an hour, and first when an installation gets it, for documents that no job has read, such as
 * those of applications from before.
 */
export const readingSchedule: Schedule = {
  name: 'read-unread-documents',
  kind: 'read-unread-documents',
  everySeconds: 3600,
};

/** Looks for applications from before twins were looked for; there are some once, after an upgrade. */
export const earlierPairsSchedule: Schedule = {
  name: 'find-earlier-pairs',
  kind: 'find-earlier-pairs',
  everySeconds: 3600,
};
const pairBatch = 50;

/** How long the documents of a new application wait for requests at most. */
const longestLullMs = 15_000;

/**
 * The handlers that read documents, by kind; what was just submitted is also looked at for its twins,
 * once there is a lull: reading costs more than submitting, and nobody waits for its answer.
 */
export function createReadingHandlers(
  deps: ReadingDeps & { lull: Lull },
): Record<string, JobHandler> {
  return {
    [readingJobKind]: async ({ subjectId, createdAt }: ClaimedJob, signal) => {
      if (subjectId === null) throw new JobFailure('no-subject', { permanent: true });
      await deps.lull(longestLullMs - (deps.clock.now().getTime() - createdAt.getTime()), signal);
      const count = await readDocuments(deps, subjectId, signal);
      await findPairs(deps, subjectId);
      deps.log.debug({ kind: readingJobKind, count }, 'documents read');
    },
    [readingSchedule.kind]: async (job: ClaimedJob, signal) => {
      const count = await readAllDocuments(deps, signal);
      if (count > 0) deps.log.info({ kind: job.kind, count }, 'documents read');
    },
    [earlierPairsSchedule.kind]: async (job: ClaimedJob, signal) => {
      let count = 0;
      let done = pairBatch;
      while (done === pairBatch && !signal.aborted) {
        if (count > 0) await deps.lull(longestLullMs, signal);
        done = await findEarlierPairs(deps, pairBatch);
        count += done;
      }
      if (count > 0) deps.log.info({ kind: job.kind, count }, 'compared with other applications');
    },
  };
}

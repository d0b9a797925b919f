import { isScannerThere, type ScanningDeps, scanDocument } from '../actions/scan-document.ts';
import { type ClaimedJob, JobFailure, type JobHandler } from '../db/jobs.ts';
import { listWaiting, markEarlier, scanJobKind } from '../db/scanning.ts';
import type { Schedule } from './schedules.ts';

/**
 * Asks every half a minute whether the scanner is there, and has it look at what waits: documents that
 * came while it was away, and those from before there was one.
 */
export const scanningSchedule: Schedule = {
  name: 'scan-waiting-documents',
  kind: 'scan-waiting-documents',
  everySeconds: 30,
};

/** How many documents one look at the table takes in. */
const batch = 100;

/** The handlers that have documents scanned, by kind. A scanner that is away fails no job: documents wait. */
export function createScanningHandlers(deps: ScanningDeps): Record<string, JobHandler> {
  const { db } = deps;

  return {
    [scanJobKind]: async ({ subjectId }: ClaimedJob, signal) => {
      if (subjectId === null) throw new JobFailure('no-subject', { permanent: true });
      const [document] = await listWaiting(db, { id: subjectId, limit: 1 });
      if (document) await scanDocument(deps, document, signal);
    },
    [scanningSchedule.kind]: async (_: ClaimedJob, signal) => {
      if (!(await isScannerThere(deps, signal))) return;
      await markEarlier(db, signal);
      let after: string | undefined;
      for (;;) {
        const documents = await listWaiting(db, { limit: batch, ...(after && { after }) });
        for (const document of documents) {
          signal.throwIfAborted();
          // One that it says nothing of does not keep the others waiting; one that is away does.
          const isScanned = await scanDocument(deps, document, signal);
          if (!isScanned && !(await isScannerThere(deps, signal))) return;
        }
        if (documents.length < batch) return;
        after = documents.at(-1)!.id;
      }
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { getPublication } from '../db/calls.ts';
import type { Deps } from '../deps.ts';
import type { ErrorCode } from '../errors.ts';

/** What the page of a failure knows of the publication. */
export type Site = {
  name: string;
  /** For how many days a draft is kept that nobody touches; undefined while nobody could be asked. */
  draftDays?: number;
};

/** So long a page that only tells of a failure waits for the publication's name. */
const patienceMs = 1000;

/**
 * The publication as it stands now, where the failure leaves somebody to ask; else as it was the last
 * time, at the latest when the server started.
 */
export function rememberSite({ db, siteName }: Pick<Deps, 'db' | 'siteName'>) {
  let last: Site = { name: siteName ?? 'Feder' };
  let asking: Promise<void> | undefined;
  // A flood of refusals asks once at a time.
  const ask = (): Promise<void> => {
    asking ??= getPublication(db)
      .then(({ name, draftDays }) => {
        last = { name, draftDays };
      })
      .catch(() => {})
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  return async (code: ErrorCode | 'internal' | undefined): Promise<Site> => {
    if (code !== 'unavailable') {
      await Promise.race([ask(), delay(patienceMs, undefined, { ref: false })]);
    }
    return last;
  };
}

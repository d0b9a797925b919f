import { discreetDays } from './discreet.ts';

// When applications are deleted. What the call promises after a decline stands in its version; how
// long the rest is kept is the same everywhere. `db/retention.ts` makes its SQL from this.

/** A withdrawn application goes so many days after its withdrawal. */
export const withdrawnDays = 30;

/** Whoever agreed to be kept on file is kept for so many days after they said so, with the application or since. */
export const onFileDays = 365;

/** Why an application is deleted on a day; what is undecided or accepted has no such day. */
export const deletionReasons = ['declined', 'on-file', 'withdrawn'] as const;
export type DeletionReason = (typeof deletionReasons)[number];

/** The list of what goes next looks so many days ahead. */
export const announcedDays = 30;

/** The longest reason of a legal hold, in characters. */
export const holdReasonLimit = 500;

const dayMs = 86_400_000;

/**
 * When an application is deleted whose applicant is told at `toldAt` that it was not accepted; the same
 * rule as that of `db/retention.ts`.
 */
export function deletionAfter(
  toldAt: Date,
  application: {
    /** When they agreed to be kept on file, if they did. */
    agreedAt: Date;
    keepOnFile: boolean;
    discreet: boolean;
    retentionDays: number;
  },
): Date {
  const { agreedAt, keepOnFile, discreet, retentionDays } = application;
  const days = discreet ? Math.min(retentionDays, discreetDays) : retentionDays;
  const declined = toldAt.getTime() + days * dayMs;
  const onFile = agreedAt.getTime() + onFileDays * dayMs;
  return new Date(keepOnFile ? Math.max(declined, onFile) : declined);
}

/** What must not be deleted, and why; the reason goes when the hold is lifted. */
export type LegalHoldTable = {
  applicationId: string;
  reason: string;
  /** Who placed it; null once that person is deleted. */
  staffId: string | null;
  since: Date;
};

/** At most one row: deleting waits until somebody says that the clock is right. */
export type RetentionPauseTable = {
  one: boolean;
  since: Date;
  /** By how much the clock had moved since the last run. */
  leapSeconds: number;
};

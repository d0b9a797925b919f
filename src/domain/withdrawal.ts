const undoMs = 10 * 60_000;

/** Until when a withdrawal can be undone; the editors hear of it no sooner. */
export function undoUntil(withdrawnAt: Date): Date {
  return new Date(withdrawnAt.getTime() + undoMs);
}

/** Whether a withdrawal can still be undone. */
export function canUndo(withdrawnAt: Date, now: Date): boolean {
  return now < undoUntil(withdrawnAt);
}

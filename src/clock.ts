/** The time that decides. Wall clocks drift and jump; in production it follows the database's. */
export type Clock = { now(): Date };

/** A clock that follows another one by the difference last measured. */
export function createFollowingClock(): Clock & { follow(theirs: Date): void } {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    follow(theirs) {
      offset = theirs.getTime() - Date.now();
    },
  };
}

/** What the publication says of floods: whether proof of work is asked by itself or always, and until when. */
export type FloodState = { floodGuard: 'auto' | 'on'; floodUntil: Date | null };

/** How long proof of work is asked after the last sign of a flood. */
export const floodMs = 30 * 60_000;

/** Whether whoever begins a draft is asked for proof of work. */
export function isFlooded({ floodGuard, floodUntil }: FloodState, now: Date): boolean {
  return floodGuard === 'on' || (floodUntil !== null && floodUntil > now);
}

import { AppError } from '../errors.ts';

/** Runs work when it is its turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets at most `atOnce` pieces of work run together and the others wait in order. Throws
 * `unavailable` when `waiting` are waiting already.
 */
export function createTurns(limits: { atOnce: number; waiting: number }): Turns {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running < limits.atOnce) running += 1;
    else if (queue.length < limits.waiting) await new Promise<void>((resume) => queue.push(resume));
    else throw new AppError('unavailable', { retryAfter: 10 });
    try {
      return await work();
    } finally {
      // The turn is handed over, so that nobody who comes in between can take it.
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

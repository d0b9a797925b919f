import { AppError } from '../errors.ts';

/**
 * The least that has to arrive: a slow phone brings it in a second, and a connection that stood still
 * for a minute has half a minute left for it.
 */
export const pace = { bytes: 16 * 1024, ms: 90_000 };

/**
 * The same bytes, as long as they come at a pace: throws `too-slow` once less than that has arrived in
 * its time. Only waiting for the sender counts, not what is done with the bytes.
 */
export async function* keepPace(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let arrived = 0;
  let giveUp = (): void => {};
  let isSlow = false;
  const restart = (): void => {
    clearTimeout(timer);
    arrived = 0;
    timer = setTimeout(() => {
      timer = undefined;
      giveUp();
    }, pace.ms);
  };
  const next = (): Promise<IteratorResult<Buffer>> =>
    new Promise((resolve, reject) => {
      giveUp = () => {
        isSlow = true;
        reject(new AppError('too-slow'));
      };
      iterator.next().then(resolve, reject);
    });
  try {
    for (;;) {
      if (timer === undefined || arrived >= pace.bytes) restart();
      const { done, value } = await next();
      giveUp = () => {};
      if (done) return;
      arrived += value.length;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    // Of one that is still waited for, the end would be waited for as well.
    if (!isSlow) await iterator.return?.();
  }
}

import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';

// A form on its way holds some blocks of its file and what was typed, about a megabyte: a hundred of
// them leave the process far below half a gigabyte, and the connections to the database are fewer.
const bodiesAtOnce = 100;
/** Of which one address may have so many, so that no single one can keep all others out. */
const bodiesPerAddress = 25;
const retryAfter = 30;

/** Lets so many forms in at once; the others are asked to come again: `busy`. */
export function admitBodies({ config }: Pick<Deps, 'config'>): MiddlewareHandler<AppEnv> {
  // Only for as long as a request lasts, and never written down.
  const perAddress = new Map<string, number>();
  let bodies = 0;
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method !== 'POST' && c.req.method !== 'PATCH') return await next();
    const address = clientSubject(clientAddress(c, config.trustProxy));
    const before = perAddress.get(address) ?? 0;
    const full = bodies >= bodiesAtOnce || (config.rateLimits && before >= bodiesPerAddress);
    if (full) throw new AppError('busy', { retryAfter });
    bodies += 1;
    perAddress.set(address, before + 1);
    try {
      await next();
    } finally {
      bodies -= 1;
      const left = perAddress.get(address)! - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    }
  });
}

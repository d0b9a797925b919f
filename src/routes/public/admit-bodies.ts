import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { createPlaces } from './places.ts';

// A form on its way holds some blocks of its file and what was typed, about a megabyte: a hundred of
// them leave the process far below half a gigabyte, and the connections to the database are fewer.
// One address has a quarter of them at most, so that no single one can keep all others out.
const bodies = { inAll: 100, perAddress: 25 };
const retryAfter = 30;

/** Lets so many forms in at once; the others are asked to come again: `busy`. */
export function admitBodies(deps: Pick<Deps, 'config'>): MiddlewareHandler<AppEnv> {
  const places = createPlaces(deps, bodies);
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method !== 'POST' && c.req.method !== 'PATCH') return await next();
    const leave = places.take(c);
    if (!leave) throw new AppError('busy', { retryAfter });
    try {
      await next();
    } finally {
      leave();
    }
  });
}

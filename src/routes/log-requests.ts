import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { AppEnv, Deps } from '../deps.ts';

/**
 * Gives each request an id and logs one line for it: the route's pattern and never the path, since
 * paths carry tokens; no address, no agent, no query.
 */
export function logRequests({ log }: Pick<Deps, 'log'>): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    const requestId = randomUUID();
    const start = performance.now();
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    await next();
    const ms = Math.round(performance.now() - start);
    log.info(
      { requestId, method: c.req.method, route: routePath(c), status: c.res.status, ms },
      'request',
    );
  });
}

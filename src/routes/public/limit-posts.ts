import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { takeFromEach } from '../../rate-limit.ts';

// Newsrooms and whole towns sit behind one address: room for many people, none for a flood.
const postsPerAddress = { bucket: 'public-post', limit: 240, windowSeconds: 3600 };

/** Slows down a flood of forms from one address; 429 with the time to wait. */
export function limitPosts(deps: Pick<Deps, 'db' | 'clock' | 'config'>): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === 'POST') {
      const subject = clientSubject(clientAddress(c, deps.config.trustProxy));
      const retryAfter = await takeFromEach(deps, [{ rule: postsPerAddress, subject }]);
      if (retryAfter > 0) throw new AppError('too-many-requests', { retryAfter });
    }
    await next();
  });
}

import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { takeFromEach } from '../../rate-limit.ts';

// A file of 10 MB takes ten; room for many people behind one address and for networks that break.
const patchesPerAddress = { bucket: 'upload-patch', limit: 6000, windowSeconds: 3600 };

/** Slows down a flood of tiny pieces from one address, each of which costs a write; 429. */
export function limitPatches(
  deps: Pick<Deps, 'db' | 'clock' | 'config'>,
): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === 'PATCH') {
      const subject = clientSubject(clientAddress(c, deps.config.trustProxy));
      const retryAfter = await takeFromEach(deps, [{ rule: patchesPerAddress, subject }]);
      if (retryAfter > 0) throw new AppError('too-many-requests', { retryAfter });
    }
    await next();
  });
}

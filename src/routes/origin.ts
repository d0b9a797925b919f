import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../deps.ts';
import { AppError } from '../errors.ts';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** The origins that count as ours: PUBLIC_URL, or while it is unset every name of this machine. */
function listOwnOrigins({ config, publicUrl }: Pick<Deps, 'config' | 'publicUrl'>): string[] {
  const { origin, protocol, port } = new URL(publicUrl);
  if (config.publicUrl !== null) return [origin];
  const suffix = port === '' ? '' : `:${port}`;
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `${protocol}//${host}${suffix}`);
}

/**
 * Refuses what other sites send (ASVS 3.5.1). Public forms take a missing Origin, since old
 * browsers and scripts send none; staff's need ours. `null` is a page that hides where it is from.
 */
export function checkOrigin(
  deps: Pick<Deps, 'config' | 'publicUrl'>,
  { required }: { required: boolean },
): MiddlewareHandler<AppEnv> {
  const own = listOwnOrigins(deps);
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!safeMethods.includes(c.req.method)) {
      const origin = c.req.header('origin');
      const ours = origin === undefined ? !required : own.includes(origin);
      if (!ours) throw new AppError('foreign-origin');
    }
    await next();
  });
}

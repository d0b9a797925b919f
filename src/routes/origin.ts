import type { Context, MiddlewareHandler } from 'hono';
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
 * Whether a browser says that another site sends this, or loads it into a page of its own (ASVS 3.5.8):
 * whoever follows a link there navigates. Old browsers say nothing.
 */
function isLoadedElsewhere(c: Context, isSafe: boolean): boolean {
  if (c.req.header('sec-fetch-site') !== 'cross-site') return false;
  const mode = c.req.header('sec-fetch-mode');
  return !isSafe || (mode !== undefined && mode !== 'navigate');
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
    const isSafe = safeMethods.includes(c.req.method);
    if (isLoadedElsewhere(c, isSafe)) throw new AppError('foreign-origin');
    if (!isSafe) {
      const origin = c.req.header('origin');
      const ours = origin === undefined ? !required : own.includes(origin);
      if (!ours) throw new AppError('foreign-origin');
    }
    await next();
  });
}

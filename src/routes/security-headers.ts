import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv, Deps } from '../deps.ts';

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
].join('; ');

/** For a page that shows another one of ours in a frame. */
export const policyWithFrames = `${contentSecurityPolicy}; frame-src 'self'`;

/** For a mail as its reader sees it, shown in a frame of ours: nothing in it loads, runs or leads away. */
export const framedMailHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox",
  'X-Frame-Options': 'SAMEORIGIN',
};

/** The headers of ASVS 5.0, V3.4 on every answer; a route that needs a stricter policy sets its own. */
export function setSecurityHeaders({
  publicUrl,
}: Pick<Deps, 'publicUrl'>): MiddlewareHandler<AppEnv> {
  const https = publicUrl.startsWith('https:');
  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const { headers } = c.res;
    const set = (name: string, value: string): void => {
      if (!headers.has(name)) headers.set(name, value);
    };
    set('Content-Security-Policy', contentSecurityPolicy);
    set('X-Content-Type-Options', 'nosniff');
    set('Referrer-Policy', 'same-origin');
    set('X-Frame-Options', 'DENY');
    set('Cross-Origin-Opener-Policy', 'same-origin');
    set('Cross-Origin-Resource-Policy', 'same-origin');
    set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
    set('Cache-Control', 'no-store');
    if (https) set('Strict-Transport-Security', 'max-age=63072000');
  });
}

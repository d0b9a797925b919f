import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../deps.ts';

/** Leads from an address with slashes at its end, where nothing is, to the one without. */
export const dropTrailingSlash = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (!isRead || c.res.status !== 404) return;
  const { pathname, search } = new URL(c.req.url);
  // Two slashes at the beginning would name another host.
  const path = pathname.replace(/(?<!\/)\/+$/, '').replace(/^\/+/, '/');
  if (path === '' || path === pathname) return;
  c.res = new Response(null, { status: 308, headers: { Location: `${path}${search}` } });
});

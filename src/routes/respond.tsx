import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppEnv } from '../deps.ts';

/** Sends a page. JSX alone would go out without a doctype. */
export function sendPage(
  c: Context<AppEnv>,
  page: Child,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  c.header('Content-Language', c.var.language);
  return c.html(`<!doctype html>${String(page)}`, status);
}

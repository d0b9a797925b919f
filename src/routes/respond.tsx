import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppEnv } from '../deps.ts';

/** A page as it is sent. JSX alone would go out without a doctype. */
export const renderPage = (page: Child): string => `<!doctype html>${String(page)}`;

/** Sends a page. */
export function sendPage(
  c: Context<AppEnv>,
  page: Child,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  c.header('Content-Language', c.var.language);
  return c.html(renderPage(page), status);
}

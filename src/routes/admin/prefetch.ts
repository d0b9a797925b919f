import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../../deps.ts';

/**
 * Refuses to be fetched ahead of a click. What a browser holds already is shown without asking us
 * again, so an answer would be read without being logged; after a refusal it asks when the person
 * really opens the page.
 */
export const refusePrefetch = createMiddleware<AppEnv>(async (c, next) => {
  const purpose = `${c.req.header('sec-purpose') ?? ''} ${c.req.header('purpose') ?? ''}`;
  if (/\bpre(?:fetch|render|view)/i.test(purpose)) return c.text('', 503);
  return await next();
});

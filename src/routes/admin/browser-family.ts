import type { Context } from 'hono';
import { type BrowserFamily, readBrowserFamily } from '../../domain/browser-families.ts';

/** The family of the browser that asks. */
export const browserOf = (c: Context): BrowserFamily =>
  readBrowserFamily(c.req.header('user-agent'));

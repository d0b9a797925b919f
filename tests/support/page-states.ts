import type { Page } from 'playwright-core';
import type { Language } from '../../src/i18n.ts';
import type { Site } from './public-site.ts';

/** A public page in one of its states. */
export type PageState = {
  name: string;
  /** The browser reports an answer with an error, as it should. */
  loud?: boolean;
  /** Requests of it are kept from the server. */
  held?: boolean;
  show(page: Page, site: Site, language: Language): Promise<unknown>;
};

/** What there is at an address. */
export const at =
  (path: (site: Site, language: Language) => string): PageState['show'] =>
  async (page, site, language) =>
    await page.goto(path(site, language));

/** Shows the answer of a request that a browser would send by a button, or at another time. */
export const answered =
  (ask: (site: Site, language: Language) => Response | Promise<Response>): PageState['show'] =>
  async (page, site, language) => {
    await page.goto(site.place(await ask(site, language)));
  };

/** A POST of these fields, as a browser sends a form. */
export const filled = (
  fields: Record<string, string | File> = {},
  init: RequestInit = {},
): RequestInit => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return { method: 'POST', body, ...init };
};

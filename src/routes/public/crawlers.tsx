import { Hono } from 'hono';
import { listCalls } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { callStateAt } from '../../domain/calls.ts';
import { languages } from '../../i18n.ts';
import { sharedAt } from './shared-page.ts';

// What belongs to one person or to staff. One line a language: not every crawler knows wildcards.
const closed = [
  '/admin',
  '/uploads',
  ...languages.flatMap((one) => [`/${one}/drafts/`, `/${one}/applications/`]),
];
// A name with a colon is no name of JSX.
const Alternate = 'xhtml:link';
const cached = 'public, max-age=3600';

/** What search engines may look at (RFC 9309), and the open calls in every language they are offered in. */
export function crawlerRoutes(deps: Pick<Deps, 'db' | 'clock' | 'publicUrl'>): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/robots.txt', (c) => {
      c.header('Cache-Control', cached);
      const lines = ['User-agent: *', ...closed.map((path) => `Disallow: ${path}`)];
      return c.text(`${lines.join('\n')}\n\nSitemap: ${deps.publicUrl}/sitemap.xml\n`);
    })
    .get('/sitemap.xml', async (c) => {
      const now = deps.clock.now();
      const open = (await listCalls(deps.db)).filter((call) => callStateAt(call, now) === 'open');
      const pages = open.flatMap(({ slug, texts }) => {
        const offered = languages.filter((one) => Object.hasOwn(texts, one));
        return offered.map((shown) => sharedAt(deps, `/calls/${slug}`, { shown, offered }));
      });
      const urls = pages.map(({ canonical, alternates }) => (
        <url>
          <loc>{canonical}</loc>
          {[...alternates].map(([language, href]) => (
            <Alternate rel="alternate" hreflang={language} href={href} />
          ))}
        </url>
      ));
      const set = (
        <urlset
          xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
          xmlns:xhtml="http://www.w3.org/1999/xhtml"
        >
          {urls}
        </urlset>
      );
      c.header('Cache-Control', cached);
      c.header('Content-Type', 'application/xml; charset=UTF-8');
      return c.body(`<?xml version="1.0" encoding="UTF-8"?>\n${String(set)}\n`);
    });
}

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { AppEnv } from '../deps.ts';
import { renderPage } from './respond.tsx';

type KeptPage = { plain: Buffer<ArrayBuffer>; gzipped: Buffer<ArrayBuffer>; hash: string };

/** Whether a browser that asks has this page (RFC 9110, 13.1.2). */
const hasIt = (c: Context<AppEnv>, tag: string): boolean =>
  (c.req.header('if-none-match') ?? '')
    .split(',')
    .some((one) => one.trim().replace(/^W\//, '') === tag);

const keptPages = 100;

/**
 * Pages that are the same bytes for everybody: rendered and compressed once, for as long as `key` stays.
 * Nothing in them is anybody's, so browsers may keep them too and ask whether they are still the ones.
 */
export function createKeptPages() {
  const pages = new Map<string, KeptPage>();
  return {
    /** Sends the page of a key, which must name everything that the page depends on. */
    async send(
      c: Context<AppEnv>,
      key: string,
      render: () => Child | Promise<Child>,
    ): Promise<Response> {
      let page = pages.get(key);
      if (!page) {
        const plain = Buffer.from(renderPage(await render()));
        const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
        page = { plain, gzipped: await promisify(gzip)(plain, { level: 9 }), hash };
        pages.set(key, page);

        if (pages.size > keptPages) pages.delete(pages.keys().next().value!);
      }
      const packed = (c.req.header('accept-encoding') ?? '').includes('gzip');
      const tag = `"${page.hash}${packed ? '-gzip' : ''}"`;
      c.header('ETag', tag);
      c.header('Cache-Control', 'no-cache');
      c.header('Vary', 'Accept-Encoding');
      if (hasIt(c, tag)) return c.body(null, 304);
      c.header('Content-Type', 'text/html; charset=UTF-8');
      c.header('Content-Language', c.var.language);
      if (packed) c.header('Content-Encoding', 'gzip');
      return c.body(packed ? page.gzipped : page.plain);
    },
  };
}

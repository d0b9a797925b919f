import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { AppEnv } from '../deps.ts';
import { renderPage } from './respond.tsx';

type KeptPage = { plain: Buffer<ArrayBuffer>; gzipped: Buffer<ArrayBuffer> };

const keptPages = 100;

/** Pages that are the same bytes for everybody: rendered and compressed once, for as long as `key` stays. */
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
        page = { plain, gzipped: await promisify(gzip)(plain, { level: 9 }) };
        pages.set(key, page);
        if (pages.size > keptPages) pages.delete(pages.keys().next().value!);
      }
      const packed = (c.req.header('accept-encoding') ?? '').includes('gzip');
      c.header('Content-Type', 'text/html; charset=UTF-8');
      c.header('Content-Language', c.var.language);
      c.header('Vary', 'Accept-Encoding');
      if (packed) c.header('Content-Encoding', 'gzip');
      return c.body(packed ? page.gzipped : page.plain);
    },
  };
}

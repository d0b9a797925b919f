import { Hono } from 'hono';
import type { AppEnv, Deps } from '../../deps.ts';
import { found } from '../../errors.ts';

/** Style sheets and scripts under names that change with their content. */
export function assetRoutes({ assets }: Pick<Deps, 'assets'>): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/assets/:name', async (c) => {
    const asset = found(assets.find(`/assets/${c.req.param('name')}`));
    const gzip = (c.req.header('accept-encoding') ?? '').includes('gzip');
    c.header('Content-Type', asset.mediaType);
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    c.header('Vary', 'Accept-Encoding');
    if (gzip) c.header('Content-Encoding', 'gzip');
    return c.body(new Uint8Array(await (gzip ? asset.gzipped() : asset.bytes())));
  });
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build, stop } from 'esbuild';

const entries = {
  'public.css': 'views/public.css',
  'desk.css': 'views/desk.css',
  'form.js': 'client/form.ts',
  'autosave.js': 'client/autosave.ts',
  'upload.js': 'client/upload.ts',
  'review.js': 'client/review.ts',
  'icon.svg': 'views/icon.svg',
} as const;

export type AssetName = keyof typeof entries;

type Asset = { path: string; mediaType: string; bytes: Buffer; gzipped: Buffer };

/** Style sheets, scripts and the icon, minified, under names that change with their content. */
export type Assets = {
  /** The address of an asset; safe to cache for ever. */
  href(name: AssetName): string;
  find(path: string): Asset | undefined;
};

const mediaTypes = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

async function bundle(file: string): Promise<Buffer> {
  if (file.endsWith('.svg')) return await readFile(file);
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2019', 'chrome80', 'firefox80', 'safari13.1'],
    logLevel: 'silent',
  });
  return Buffer.from(outputFiles[0]!.contents);
}

/** Bundles the assets, once at start. */
export async function buildAssets(): Promise<Assets> {
  const source = fileURLToPath(new URL('.', import.meta.url));
  const assets = new Map<AssetName, Asset>();
  await Promise.all(
    (Object.keys(entries) as AssetName[]).map(async (name) => {
      const bytes = await bundle(source + entries[name]);
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
      const [stem, extension] = name.split('.') as [string, keyof typeof mediaTypes];
      assets.set(name, {
        path: `/assets/${stem}.${hash}.${extension}`,
        mediaType: mediaTypes[extension],
        bytes,
        gzipped: await promisify(gzip)(bytes, { level: 9 }),
      });
    }),
  );
  // Its helper process has done its work and would stay, with some 10 MB.
  await stop();
  const byPath = new Map([...assets.values()].map((asset) => [asset.path, asset]));
  return {
    href(name) {
      return assets.get(name)!.path;
    },
    find: (path) => byPath.get(path),
  };
}

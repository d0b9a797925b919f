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
  'proof.js': 'client/proof.ts',
  'upload.js': 'client/upload.ts',
  'keys.js': 'client/keys.ts',
  'view.js': 'client/view.ts',
  'review.js': 'client/review.ts',
  'list.js': 'client/list.ts',
  'icon.svg': 'views/icon.svg',
} as const;

/** Files of packages that few pages need: read and compressed when first asked for. */
const libraries = { 'pdf.mjs': 'unpdf/pdfjs' } as const;

export type AssetName = keyof typeof entries | keyof typeof libraries;

type Asset = {
  path: string;
  mediaType: string;
  bytes(): Promise<Buffer>;
  gzipped(): Promise<Buffer>;
};

/** Style sheets, scripts and the icon, minified, and what packages bring, under names that change with their content. */
export type Assets = {
  /** The address of an asset; safe to cache for ever. */
  href(name: AssetName): string;
  find(path: string): Asset | undefined;
};

const mediaTypes = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
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

const hashOf = (bytes: Buffer): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 12);
const compress = (bytes: Buffer): Promise<Buffer> => promisify(gzip)(bytes, { level: 9 });

function place(name: AssetName, bytes: Buffer): Pick<Asset, 'path' | 'mediaType'> {
  const [stem, extension] = name.split('.') as [string, keyof typeof mediaTypes];
  return {
    path: `/assets/${stem}.${hashOf(bytes)}.${extension}`,
    mediaType: mediaTypes[extension],
  };
}

async function prepareEntry(name: keyof typeof entries): Promise<Asset> {
  const source = fileURLToPath(new URL('.', import.meta.url));
  const bytes = await bundle(source + entries[name]);
  const gzipped = await compress(bytes);
  return { ...place(name, bytes), bytes: async () => bytes, gzipped: async () => gzipped };
}

async function prepareLibrary(name: keyof typeof libraries): Promise<Asset> {
  const file = fileURLToPath(import.meta.resolve(libraries[name]));
  const read = () => readFile(file);
  let gzipped: Promise<Buffer> | undefined;
  return {
    ...place(name, await read()),
    bytes: read,
    gzipped() {
      gzipped ??= read().then(compress);
      return gzipped;
    },
  };
}

/** Bundles the assets, once at start. */
export async function buildAssets(): Promise<Assets> {
  const assets = new Map<AssetName, Asset>();
  const prepare = async <Name extends AssetName>(
    names: Record<Name, string>,
    make: (name: Name) => Promise<Asset>,
  ): Promise<void> => {
    const all = Object.keys(names) as Name[];
    await Promise.all(all.map(async (name) => assets.set(name, await make(name))));
  };
  await Promise.all([prepare(entries, prepareEntry), prepare(libraries, prepareLibrary)]);
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

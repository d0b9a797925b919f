// Runs a program of src/: `node run.mjs server`, `node run.mjs cli …`. Node can't read our TypeScript
// (JSX, and none at all before 22.18), and a loader for it stays with the process as a second thread,
// so it is bundled once, into the cache of node_modules (docs/decisions/006-no-build.md).
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = import.meta.dirname;
const cache = path.join(root, 'node_modules/.cache/feder');
const programs = ['server', 'cli'];
const dayMs = 24 * 3600 * 1000;
const unusedMs = 30 * dayMs;

/** Every file that a bundle is made of, or depends on, with its content. */
function readSources() {
  const folders = ['src', 'migrations', 'locales'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((name) => /\.(tsx?|json)$/.test(name))
      .map((name) => path.join(root, folder, name)),
  );
  const others = ['tsconfig.json', 'run.mjs', 'node_modules/esbuild/package.json'];
  const files = [...folders, ...others.map((name) => path.join(root, name))].sort();
  return new Map(files.map((file) => [file, readFileSync(file)]));
}

/** The name of a bundle: no other content has it, and no other place, for a bundle knows where its source lies. */
function nameOf(sources) {
  const hash = createHash('sha256');
  for (const [file, content] of sources)
    hash.update(`${file}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 32);
}

/** A module that asks where it is gets its source's address. */
const keepAddresses = (sources) => ({
  name: 'keep-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\.tsx?$/, namespace: 'file' }, ({ path: file }) => {
      const source = sources.get(file)?.toString();
      if (!source?.includes('import.meta.url')) return undefined;
      const contents = source.replaceAll('import.meta.url', `'${pathToFileURL(file)}'`);
      return { contents, loader: file.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
});

const entryOf = (folder, program) => path.join(folder, `${program}.mjs`);

function isReadable(file) {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** A bundle that a power cut emptied would run, and do nothing. */
function flush(file) {
  const opened = openSync(file, 'r');
  fsyncSync(opened);
  closeSync(opened);
}

/** Bundles our own files beside the place where they are wanted, then moves all of them there at once. */
async function bundle(sources, wanted) {
  const { build, stop } = await import('esbuild');
  const draft = `${wanted}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await build({
      absWorkingDir: root,
      entryPoints: programs.map((name) => `src/${name}.ts`),
      outdir: draft,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      charset: 'utf8',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [keepAddresses(sources)],
    });
    for (const name of readdirSync(draft)) flush(path.join(draft, name));
    // Fails where another start was faster; what that one made is the same.
    renameSync(draft, wanted);
  } finally {
    await stop();
    rmSync(draft, { recursive: true, force: true });
  }
  for (const name of readdirSync(cache)) {
    const folder = path.join(cache, name);
    const unused = Date.now() - statSync(folder).mtimeMs > unusedMs;
    if (unused && folder !== wanted) rmSync(folder, { recursive: true, force: true });
  }
}

/** Readies the bundles; undefined where that can't be done, as in a folder that is read-only. */
async function findEntry(program) {
  const sources = readSources();
  const wanted = path.join(cache, nameOf(sources));
  const entry = entryOf(wanted, program);
  if (isReadable(entry)) return entry;
  // Whatever is wrong with the source, the loader says it better.
  await bundle(sources, wanted).catch(() => {});
  return isReadable(entry) ? entry : undefined;
}

/** Marks the bundle as used now, and again each day that it runs: other versions tidy up by it. */
function keep(folder) {
  const touch = () => {
    try {
      utimesSync(folder, new Date(), new Date());
    } catch {
      // Somebody else's, or on a disk that can't be written.
    }
  };
  touch();
  setInterval(touch, dayMs).unref();
}

const [, , program, ...args] = process.argv;
if (!programs.includes(program)) {
  process.stderr.write(`Usage: node run.mjs ${programs.join('|')} …\n`);
  process.exit(2);
}
let entry = await findEntry(program);
if (entry) {
  process.setSourceMapsEnabled(true);
  keep(path.dirname(entry));
} else {
  entry = path.join(root, `src/${program}.ts`);
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: path.join(root, 'tsconfig.json') });
}
process.argv = [process.execPath, entry, ...args];
await import(pathToFileURL(entry).href);

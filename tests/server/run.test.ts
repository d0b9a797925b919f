import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { collect, type Ran } from '../support/feder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const undo: (() => unknown)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** A project of two small programs, with the packages of ours and a cache of its own. */
function createProject(): string {
  const project = mkdtempSync(path.join(tmpdir(), 'feder run-'));
  undo.push(() => rmSync(project, { recursive: true, force: true }));
  for (const folder of ['src/deep', 'migrations', 'locales', 'node_modules']) {
    mkdirSync(path.join(project, folder), { recursive: true });
  }
  for (const name of ['run.mjs', 'tsconfig.json', 'package.json']) {
    cpSync(path.join(root, name), path.join(project, name));
  }
  for (const name of ['esbuild', '@esbuild', 'tsx', 'hono']) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  const files = {
    'locales/en.json': '{ "hello": "Hello" }',
    'src/server.ts': 'export {};\n',
    'src/deep/where.tsx':
      'export const where: string = import.meta.url;\nexport const Greeting = ({ name }: { name: string }) => <b>{name}</b>;\n',
    'src/cli.ts': `import en from '../locales/en.json' with { type: 'json' };
import { Greeting, where } from './deep/where.tsx';
type Said = { text: string };
const said: Said = { text: String(Greeting({ name: en.hello })) };

if (process.argv[2] === 'fail') throw new Error('on line six');
console.log(JSON.stringify({ ...said, where, args: process.argv.slice(2), pid: process.pid, env: process.env.NODE_ENV }));
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text);
  return project;
}

const run = async (project: string, ...args: string[]): Promise<Ran & { pid: number }> => {
  const child = spawn(process.execPath, [path.join(project, 'run.mjs'), ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });
  return { ...(await collect(child)), pid: child.pid! };
};

const longAgo = new Date(Date.now() - 40 * 24 * 3600 * 1000);
const cacheOf = (project: string): string => path.join(project, 'node_modules/.cache/feder');
const listCache = (project: string): string[] => readdirSync(cacheOf(project));

it('runs a program with its arguments in the process that was started, and knows where its source is', async () => {
  const project = createProject();
  for (const _ of ['bundled', 'from the cache']) {
    const { stdout, stderr, pid } = await run(project, 'cli', 'one', '--two');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      text: '<b>Hello</b>',
      where: pathToFileURL(path.join(project, 'src/deep/where.tsx')).href,
      args: ['one', '--two'],
      pid,
      env: 'production',
    });
    expect(listCache(project)).toHaveLength(1);
  }
});

it('says where in the source an error comes from', async () => {
  const { code, stderr } = await run(createProject(), 'cli', 'fail');
  expect(code).toBe(1);
  expect(stderr).toContain('on line six');
  expect(stderr).toMatch(/src\/cli\.ts:6:\d+/);
});

it('never runs what is older than the source, and forgets what nobody has used for long', async () => {
  const project = createProject();
  await run(project, 'cli');
  const [first] = listCache(project);
  writeFileSync(path.join(project, 'locales/en.json'), '{ "hello": "Good day" }');
  expect((await run(project, 'cli')).stdout).toContain('Good day');
  expect(listCache(project)).toHaveLength(2);
  const age = (name: string) => utimesSync(path.join(cacheOf(project), name), longAgo, longAgo);
  for (const name of listCache(project)) age(name);
  // The newer one is old too, but somebody runs it.
  await run(project, 'cli');
  writeFileSync(path.join(project, 'locales/en.json'), '{ "hello": "Welcome" }');
  expect((await run(project, 'cli')).stdout).toContain('Welcome');
  expect(listCache(project)).toHaveLength(2);
  expect(listCache(project)).not.toContain(first);
});

it('lets several first starts run together', async () => {
  const project = createProject();
  const runs = await Promise.all([1, 2, 3].map(() => run(project, 'cli')));
  for (const { code, stderr, stdout } of runs) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Hello');
  }
  expect(listCache(project)).toHaveLength(1);
});

it('runs where nothing can be written', async () => {
  const project = createProject();
  // Root may write to any folder; nobody writes into a file.
  writeFileSync(path.join(project, 'node_modules/.cache'), '');
  const { stdout, stderr } = await run(project, 'cli', 'one');
  expect(stderr).toBe('');
  const { where, args, text } = JSON.parse(stdout) as Record<string, unknown>;
  expect({ args, text }).toEqual({ args: ['one'], text: '<b>Hello</b>' });
  expect(where).toBe(pathToFileURL(path.join(project, 'src/deep/where.tsx')).href);
});

it('says what is wrong with a source that can’t be read, and what it can run', async () => {
  const project = createProject();
  writeFileSync(path.join(project, 'src/cli.ts'), 'const = 1;\n');
  const broken = await run(project, 'cli');
  expect(broken.code).not.toBe(0);
  expect(broken.stderr).toContain('cli.ts');
  expect(listCache(project)).toEqual([]);
  const unknown = await run(project, 'other');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toBe('Usage: node run.mjs server|cli …\n');
});

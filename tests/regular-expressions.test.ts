import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';

// The build that is nothing but JavaScript: the package's own main file looks for a native one.
const { checkSync } = createRequire(import.meta.url)('recheck/lib/browser.js') as {
  checkSync(
    source: string,
    flags: string,
    options: { timeout: number },
  ): { status: 'safe' | 'vulnerable' | 'unknown'; complexity?: { summary: string } };
};

type Found = { source: string; flags: string; file: string };

const root = new URL('..', import.meta.url).pathname;
const patienceMs = 120_000;

function listFiles(place: string): string[] {
  if (!statSync(path.join(root, place)).isDirectory()) return [place];
  return readdirSync(path.join(root, place), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
    .map((file) => `${place}/${file}`);
}

type Node = { type?: string; [key: string]: unknown };

function visit(node: unknown, see: (node: Node) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node) && 'type' in node) see(node as Node);
  for (const inside of Object.values(node)) visit(inside, see);
}

/** The regular expressions that a source writes down, and how often it puts one together. */
async function findExpressions(text: string, file: string) {
  const loader = file.endsWith('x') ? 'tsx' : 'ts';
  const { code } = await transform(text, { loader, target: 'esnext', jsx: 'automatic' });
  const written: Found[] = [];
  let built = 0;
  visit(parseAst(code), (node) => {
    const regex = node.regex as { pattern: string; flags: string } | undefined;
    if (node.type === 'Literal' && regex) {
      written.push({ source: regex.pattern, flags: regex.flags, file });
    }
    const callee = node.callee as { name?: string } | undefined;
    if (callee?.name === 'RegExp') built += 1;
  });
  return { written, built };
}

/** Those that are not linear, one line each. */
function listSlow(expressions: readonly Found[]): string[] {
  const seen = new Map(expressions.map((one) => [`/${one.source}/${one.flags}`, one]));
  return [...seen].flatMap(([shown, { source, flags, file }]) => {
    // What repeats nothing looks at a text once.
    if (!/[*+{]/.test(source)) return [];
    const { status, complexity } = checkSync(source, flags, { timeout: patienceMs });
    return status === 'safe' ? [] : [`${file} ${shown}: ${complexity?.summary ?? status}`];
  });
}

/** Where expressions are put together when the module is loaded; what they become is checked. */
const builtAtLoad = ['src/domain/masking.ts', 'src/domain/name-keys.ts'];
/**
 * Where every repetition has an end, so that a match looks at some thousand characters at most: recheck
 * takes the way up to that end for growth. `active-content.test.ts` tries how long they take.
 */
const builtBounded = ['src/documents/reading/active-pdf.ts'];
/** Where one is made of what somebody searches: its letters are escaped, it repeats nothing of its own. */
const builtLater = ['src/domain/snippets.ts'];

/** Loads modules and keeps the expressions that they put together. */
async function collectBuilt(files: readonly string[]): Promise<Found[]> {
  const made: Found[] = [];
  const original = RegExp;
  let file = '';
  globalThis.RegExp = new Proxy(original, {
    construct(target, args, newTarget) {
      const { source, flags } = Reflect.construct(target, args, newTarget) as RegExp;
      made.push({ source, flags, file });
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    for (file of files) await import(path.join(root, file));
  } finally {
    globalThis.RegExp = original;
  }
  return made;
}

describe('1.3.12, attack 16: regular expressions', () => {
  it('are linear in the length of what they look at, in the source, the scripts for browsers and the migrations', async () => {
    const files = ['src', 'migrations', 'run.mjs'].flatMap(listFiles);
    const found = await Promise.all(
      files.map(async (file) => findExpressions(readFileSync(path.join(root, file), 'utf8'), file)),
    );
    const written = found.flatMap((one) => one.written);
    expect(written.length).toBeGreaterThan(200);
    expect(listSlow(written)).toEqual([]);
    const building = files.filter((_, index) => found[index]!.built > 0);
    expect(building.toSorted()).toEqual(
      [...builtAtLoad, ...builtBounded, ...builtLater].toSorted(),
    );
  }, 600_000);

  it('are linear too where a module puts them together', async () => {
    const built = await collectBuilt(builtAtLoad);
    expect(built.length).toBeGreaterThanOrEqual(2);
    expect(listSlow(built)).toEqual([]);
  }, 600_000);

  it('repeat nothing without an end where they are built of pieces that repeat', async () => {
    const isEndless = (source: string): boolean =>
      /[*+]|\{\d+,\}/.test(source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, ''));
    expect([isEndless('a{0,20}[*+]\\+'), isEndless('a{2,}'), isEndless('[a]+')]).toEqual([
      ...[false, true, true],
    ]);
    const built = await collectBuilt(builtBounded);
    expect(built.length).toBeGreaterThanOrEqual(5);
    expect(built.filter(({ source }) => isEndless(source))).toEqual([]);
  });

  it('are found in every place, and a planted slow one fails', async () => {
    const text = `
      const a = /^(a+)+$/;
      export const B = (): unknown => <p>{"x".replace(/\\s+$/g, '')}</p>;
      const fine = /^a{1,3}b$/u.test('/not+one+$/');
      const put = new RegExp(a + '$');`;
    const { written, built } = await findExpressions(text, 'planted.tsx');
    expect(written.map(({ source }) => source)).toEqual(['^(a+)+$', '\\s+$', '^a{1,3}b$']);
    expect(built).toBe(1);
    expect(listSlow(written)).toEqual([
      'planted.tsx /^(a+)+$/: exponential',
      'planted.tsx /\\s+$/g: 2nd degree polynomial',
    ]);
  });
});

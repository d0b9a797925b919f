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

/**
 * Expressions that are put together, which nobody can read off the source; each was looked at, and
 * `listSlow` checks what it becomes. A new one needs its line.
 */
const builtIn: Record<string, number> = {
  'src/documents/reading/active-pdf.ts': 5,
  'src/domain/masking.ts': 1,
  'src/domain/name-keys.ts': 1,
  'src/domain/snippets.ts': 2,
};

describe('1.3.12, attack 16: regular expressions', () => {
  it('are linear in the length of what they look at, in the source, the scripts for browsers and the migrations', async () => {
    const files = ['src', 'migrations', 'run.mjs'].flatMap(listFiles);
    const found = await Promise.all(
      files.map(async (file) => findExpressions(readFileSync(path.join(root, file), 'utf8'), file)),
    );
    const written = found.flatMap((one) => one.written);
    expect(written.length).toBeGreaterThan(200);
    expect(listSlow(written)).toEqual([]);
    const built = files.flatMap((file, index) =>
      found[index]!.built > 0 ? [[file, found[index]!.built] as const] : [],
    );
    expect(Object.fromEntries(built)).toEqual(builtIn);
  }, 600_000);

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

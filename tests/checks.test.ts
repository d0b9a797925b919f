import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
/** Those that a person looks at, and those that belong to what is not built yet. */
const elsewhere = [35, 42];
const last = 42;

/** The numbers that the names of tests in a file carry, as in `it('check 3, check 4: …'`. */
function listNumbers(text: string): number[] {
  const names = text.matchAll(
    /^\s*(?:\]\s*(?:as const)?\)|(?:it|test|describe)(?:\.each\(.*\))?)\(\s*(['"`])(check .*?)\1/gm,
  );
  return [...names].flatMap(([, , name]) =>
    [...name!.split(':')[0]!.matchAll(/check (\d+)/g)].map(([, number]) => Number(number)),
  );
}

it('every check that a test decides has one with its number in the name', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const numbers = files
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => listNumbers(readFileSync(path.join(folder, file), 'utf8')));
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter(
    (number) => !numbers.includes(number) && !elsewhere.includes(number),
  );
  expect(missing).toEqual([]);
});

it('a number counts in the name of a test only', () => {
  expect(
    listNumbers(`
// check 1: a comment
it('check 2, check 3: one of them, check 4: no more', () => {});
  ])('check 5: a table %s', () => {});
const text = 'check 6: a text';
describe('check 7: a group', () => {});
`),
  ).toEqual([2, 3, 5, 7]);
});

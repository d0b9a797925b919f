import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mutants } from './mutants/index.ts';
import { isOpen, listTests, readRows } from './support/security-rows.ts';

const root = new URL('..', import.meta.url).pathname;
const rows = readRows(readFileSync(`${root}docs/security.md`, 'utf8')).filter(
  (row) => !isOpen(row) && listTests(row).length > 0,
);
/** The tables that have mutants so far. */
const covered = /^(?:\d|attack|duty|source)/;

it('each mutant changes one place that is there', () => {
  const astray = mutants.filter(({ file, find, put }) => {
    const times = readFileSync(root + file, 'utf8').split(find).length - 1;
    return times !== 1 || find === put;
  });
  expect(astray).toEqual([]);
});

it('each mutant belongs to a row of docs/security.md that names a test', () => {
  const numbers = rows.map(({ number }) => number);
  expect(mutants.filter(({ number }) => !numbers.includes(number))).toEqual([]);
});

it('each row of docs/security.md that names a test has a mutant', () => {
  const without = rows.filter(
    ({ number }) => covered.test(number) && !mutants.some((mutant) => mutant.number === number),
  );
  expect(without.map(({ number }) => number)).toEqual([]);
});

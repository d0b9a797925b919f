import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOpen, listEvidence, type Row, readRows } from './support/security-rows.ts';

const root = new URL('..', import.meta.url).pathname;
const page = readFileSync(`${root}docs/security.md`, 'utf8');

/** ASVS 5.0: the checks of levels 1 and 2 that concern us, and some of level 3. */
const asvs = (
  '1.2.1 1.2.2 1.2.4 1.2.10 1.3.11 1.3.12 1.5.1 2.2.1 2.2.2 2.3.3 2.4.1 3.2.1 3.3.1 3.3.2 3.3.3 ' +
  '3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.3 3.5.8 4.1.1 4.1.3 5.1.1 5.2.1 5.2.2 5.2.3 ' +
  '5.2.4 5.3.2 5.4.1 5.4.2 5.4.3 6.2.1 6.2.4 6.3.1 6.3.2 6.3.3 6.3.8 6.4.3 6.5.1 7.2.3 7.2.4 7.3.1 ' +
  '7.3.2 7.4.1 7.4.2 8.2.1 8.2.2 8.2.3 11.3.2 11.4.2 11.5.1 12.1.1 12.3.2 13.2.4 13.4.1 14.2.1 ' +
  '14.2.3 14.2.7 14.2.8 14.3.2 15.2.1 15.3.3 16.2.5 16.4.1 16.5.1'
).split(' ');
const count = (word: string, last: number): string[] =>
  Array.from({ length: last }, (_, index) => `${word} ${index + 1}`);
const lists = {
  'ASVS 5.0': asvs,
  attacks: count('attack', 22),
  'duties and safety': [...count('duty', 16), ...count('source', 8)],
};

/** What a row names and is not there, one line each. */
function listMissing(row: Row): string[] {
  const named = listEvidence(row);
  if (named.length === 0) return [`${row.number} names nothing`];
  return named.flatMap(({ file, titles }) => {
    if (!existsSync(root + file)) return [`${row.number}: ${file} is not there`];
    const text = readFileSync(root + file, 'utf8');
    return titles
      .filter((title) => !text.includes(title))
      .map((title) => `${row.number}: ${file} has no “${title}”`);
  });
}

/** The score as it should stand. */
const scoreOf = (rows: readonly Row[]): string[] =>
  Object.entries(lists).map(([name, numbers]) => {
    const met = rows.filter((row) => numbers.includes(row.number) && !isOpen(row)).length;
    return `| ${name} | ${met} of ${numbers.length} |`;
  });

describe('docs/security.md', () => {
  const rows = readRows(page);

  it('has each number once', () => {
    expect(asvs).toHaveLength(70);
    expect(rows.map(({ number }) => number)).toEqual(Object.values(lists).flat());
  });

  it('names tests and places that are there', () => {
    expect(rows.filter((row) => !isOpen(row)).flatMap(listMissing)).toEqual([]);
  });

  it('has the score that its rows give', () => {
    expect(page.split('\n').filter((line) => / \| \d+ of \d+ \|$/.test(line))).toEqual(
      scoreOf(rows),
    );
  });

  it('would not be believed with a test that is not there, a number too few or a score too good', () => {
    const planted = readRows(
      '| 1.2.1 | x | `tests/security-table.test.ts` “has each number ' +
        'twice”; `tests/nothing.ts` |',
    );
    expect(planted.flatMap(listMissing)).toEqual([
      '1.2.1: tests/security-table.test.ts has no “has each number ' + 'twice”',
      '1.2.1: tests/nothing.ts is not there',
    ]);
    expect(listMissing({ number: '1.2.2', evidence: 'somewhere' })).toEqual([
      '1.2.2 names nothing',
    ]);
    expect(scoreOf(readRows('| 1.2.1 | x | open: nobody looked |'))[0]).toBe(
      '| ASVS 5.0 | 0 of 70 |',
    );
  });
});

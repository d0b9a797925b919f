import { beforeEach, expect, it, vi } from 'vitest';
import { createMasker, maskMark } from '../../src/domain/masking.ts';
import { nameKeysOf } from '../../src/domain/name-keys.ts';

vi.mock(import('../../src/domain/name-keys.ts'), { spy: true });

const counted = vi.mocked(nameKeysOf);
const person = {
  ...{ fullName: 'ნინო ბერიძე', latinName: 'Nino Beridze', penName: '' },
  email: 'nino.beridze@example.org',
};
const syllables = ['ka', 'lu', 'mo', 'se', 'ta', 'vu', 'pa', 'ho', 'gu', 'fe'];
/** As many different words as asked for. */
const wordsOf = (count: number, ending = ''): string[] =>
  Array.from({ length: count }, (_, at) =>
    [...String(at)]
      .map((digit) => syllables[Number(digit)])
      .concat(ending)
      .join(''),
  );

beforeEach(() => {
  counted.mockClear();
});

it('what makes the keys of a word is not asked for words whose letters rule them out', () => {
  const mask = createMasker(person);
  counted.mockClear();
  const text = wordsOf(20_000).join(' ');
  expect(mask(`${text} Nino`)).toBe(`${text} ${maskMark}`);
  expect(counted.mock.calls).toEqual([['nino']]);
});

it('of words that could be a name each is asked for once, however often they stand there', () => {
  const mask = createMasker(person);
  counted.mockClear();
  const text = wordsOf(500, 'beridzx').join('\n');
  mask(text);
  const once = counted.mock.calls.length;
  expect([once >= 500, once <= 1000]).toEqual([true, true]);
  mask(`${text}\n${text}`);
  // The words that meet at the new end of a line.
  expect(counted.mock.calls.length - once).toBeLessThanOrEqual(1);
});

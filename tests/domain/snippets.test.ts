import { expect, test } from 'vitest';
import { createSnippetFinder } from '../../src/domain/snippets.ts';

const marked = (text: string, stems: string[]): string | undefined =>
  createSnippetFinder(stems)(text)
    ?.map((part) => (part.hit ? `[${part.text}]` : part.text))
    .join('');

test('the words that begin like a stem are marked', () => {
  expect(marked('Local elections and an Election.', ['elect'])).toBe(
    'Local [elections] and an [Election].',
  );
  expect(marked('Zwei Häuser am Haus', ['haus'])).toBe('Zwei [Häuser] am [Haus]');
  expect(marked('Families of a family', ['famili'])).toBe('[Families] of a [family]');
  expect(marked('Все выборы', ['выбор'])).toBe('Все [выборы]');
  expect(marked('Ёлки', ['елк'])).toBe('[Ёлки]');
});

test('a stem inside a word is no hit', () => {
  expect(marked('reelection', ['elect'])).toBeUndefined();
  expect(marked('nothing', [])).toBeUndefined();
});

test('a long text is cut around the first hit, between words', () => {
  const text = `${'before '.repeat(100)}quince ${'after '.repeat(100)}`;
  const shown = marked(text, ['quinc'])!;
  expect(shown).toMatch(/^… before .*before \[quince\] after .*after …$/);
  expect(shown.length).toBeLessThan(220);
});

test('what has a meaning in patterns or in HTML is text', () => {
  expect(marked('a.b <script>', ['script'])).toBe('a.b <[script]>');
  expect(marked('x', ['(.*)+$'])).toBeUndefined();
});

test('no character is cut in two', () => {
  const shown = marked(`${'😀'.repeat(200)} quince ${'😀'.repeat(200)}`, ['quinc'])!;
  expect(Buffer.from(shown).toString()).toBe(shown);
});

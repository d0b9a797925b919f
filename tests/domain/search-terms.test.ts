import { expect, test } from 'vitest';
import { isVoid, readSearchTerms } from '../../src/domain/search-terms.ts';

const referencesOf = (text: string) => readSearchTerms(text)?.references;

test('a search text is taken apart into words, as texts and as names hold them', () => {
  const words = readSearchTerms('Ziklauri,  О’Нил')?.words;
  expect(words?.map(({ text }) => text)).toEqual(['ziklauri', 'о нил']);
  expect(words?.[0]?.names).toContain('tsiklauri');
  expect(words?.[1]?.names).toEqual(['onil']);
  expect(readSearchTerms('нино Нино')?.words).toHaveLength(1);
});

test('what stands in quotation marks of any kind is a phrase', () => {
  const phrasesOf = (text: string) => readSearchTerms(text)?.phrases;
  expect(phrasesOf('"two words" more')).toEqual(['two words']);
  expect(phrasesOf('„zwei Wörter“ «два слова» “two words”')).toEqual([
    'zwei wörter',
    'два слова',
    'two words',
  ]);
  expect(phrasesOf('"word"')).toEqual([]);
  expect(readSearchTerms('"word"')?.words[0]?.text).toBe('word');
  expect(phrasesOf('"not closed')).toEqual([]);
});

test('text without a letter or a digit is void', () => {
  for (const text of ['?!', '""', '«»', '% _', '@', '…', '🙂']) {
    expect([text, isVoid(readSearchTerms(text)!)]).toEqual([text, true]);
  }
  expect(isVoid(readSearchTerms('7')!)).toBe(false);
});

test('a reference is known by its whole or its beginning, in any case, with or without F-', () => {
  const whole = 'F-7K3M9Q';
  expect(referencesOf('F-7K3M9Q')).toEqual([whole]);
  expect(referencesOf('f-7k3m9q')).toEqual([whole]);
  expect(referencesOf('7K3M9Q')).toEqual([whole]);
  expect(referencesOf('f7k3m9q')).toEqual([whole]);
  expect(referencesOf('F-7K')).toEqual(['F-7K']);
  expect(referencesOf('7K3')).toEqual(['F-7K3']);
});

test('a code that begins with F is taken both ways', () => {
  expect(referencesOf('F7K')).toEqual(['F-F7K', 'F-7K']);
});

test('two letters without F- are no reference, and neither are letters that references lack', () => {
  expect(referencesOf('7K')).toEqual([]);
  expect(referencesOf('F-0O1I')).toEqual([]);
  expect(referencesOf('7K3M9QX')).toEqual([]);
  expect(referencesOf('F-')).toEqual([]);
});

test('text without spaces may be the beginning of an address, and a whole address is known as one', () => {
  expect(readSearchTerms('Nino@Example.ORG')).toMatchObject({
    email: 'nino@example.org',
    address: 'Nino@example.org',
  });
  expect(readSearchTerms('nino example')).toMatchObject({
    email: undefined,
    address: undefined,
  });
});

test('200 characters are searched and 201 are refused', () => {
  expect(readSearchTerms('ა'.repeat(200))?.words).toHaveLength(1);
  expect(readSearchTerms('ა'.repeat(201))).toBeUndefined();
});

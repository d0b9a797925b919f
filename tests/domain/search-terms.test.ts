import { expect, test } from 'vitest';
import { readSearchTerms } from '../../src/domain/search-terms.ts';

const referencesOf = (text: string) => readSearchTerms(text)?.references;

test('a search text is folded into Latin words, whatever script it is in', () => {
  expect(readSearchTerms('Нино  გელაშვილი')?.words).toEqual(['nino', 'gelashvili']);
  expect(readSearchTerms('Gelashvili, Nino')?.words).toEqual(['gelashvili', 'nino']);
});

test('a reference is known by its whole or its beginning, in any case, with or without F-', () => {
  const whole = { from: 'F-7K3M9Q', to: 'F-7K3M9Q' };
  expect(referencesOf('F-7K3M9Q')).toEqual([whole]);
  expect(referencesOf('f-7k3m9q')).toEqual([whole]);
  expect(referencesOf('7K3M9Q')).toEqual([whole]);
  expect(referencesOf('f7k3m9q')).toEqual([whole]);
  expect(referencesOf('F-7K')).toEqual([{ from: 'F-7K2222', to: 'F-7KZZZZ' }]);
  expect(referencesOf('7K3')).toEqual([{ from: 'F-7K3222', to: 'F-7K3ZZZ' }]);
});

test('a code that begins with F is taken both ways', () => {
  expect(referencesOf('F7K')).toEqual([
    { from: 'F-F7K222', to: 'F-F7KZZZ' },
    { from: 'F-7K2222', to: 'F-7KZZZZ' },
  ]);
});

test('two letters without F- are no reference, and neither are letters that references lack', () => {
  expect(referencesOf('7K')).toEqual([]);
  expect(referencesOf('F-0O1I')).toEqual([]);
  expect(referencesOf('7K3M9QX')).toEqual([]);
  expect(referencesOf('F-')).toEqual([]);
});

test('text without spaces may be a part of an address, and a whole address is known as one', () => {
  expect(readSearchTerms('Nino@Example.ORG')).toMatchObject({
    emailPart: 'nino@example.org',
    address: 'Nino@example.org',
  });
  expect(readSearchTerms('nino example')).toMatchObject({
    emailPart: undefined,
    address: undefined,
  });
});

test('200 characters are searched and 201 are refused', () => {
  expect(readSearchTerms('ა'.repeat(200))?.words).toEqual(['a'.repeat(200)]);
  expect(readSearchTerms('ა'.repeat(201))).toBeUndefined();
});

test('text of nothing but signs has no words', () => {
  expect(readSearchTerms('%% _')?.words).toEqual(['_']);
  expect(readSearchTerms('% %')?.words).toEqual([]);
});

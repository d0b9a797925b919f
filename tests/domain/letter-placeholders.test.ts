import { expect, it } from 'vitest';
import {
  fillPlaceholders,
  findMissingValues,
  findUnknownPlaceholders,
} from '../../src/domain/letter-placeholders.ts';

it('nothing within a value is a placeholder', () => {
  const values = { name: '{editor} {nothing}', editor: 'Edda' };
  expect(fillPlaceholders('Dear {name}, { editor }', values)).toBe('Dear {editor} {nothing}, Edda');
});

it('a word that only looks like one is named, once; a lone brace is a brace', () => {
  const text = '{nmae} {nmae} {constructor} {} { a { b } }';
  expect(findUnknownPlaceholders(text, 'accept')).toEqual(['nmae', 'constructor', '', 'b']);
  expect(findUnknownPlaceholders('a { b', 'accept')).toEqual([]);
});

it('a placeholder belongs to some kinds of templates only', () => {
  expect(findUnknownPlaceholders('{until}', 'request-more')).toEqual([]);
  expect(findUnknownPlaceholders('{until}', 'accept')).toEqual(['until']);
});

it('what has no value is missing, and so is what is empty', () => {
  expect(findMissingValues('{name} {deletion} {words}', { name: 'N', deletion: '' })).toEqual([
    ...['deletion', 'words'],
  ]);
});

it('a value that ends with a full stop ends its sentence too', () => {
  const values = { deletion: '27 ноября 2026 г.', editor: 'Edda' };
  expect(fillPlaceholders('До {deletion}. {editor}. {deletion}… {deletion}', values)).toBe(
    'До 27 ноября 2026 г. Edda. 27 ноября 2026 г.… 27 ноября 2026 г.',
  );
});

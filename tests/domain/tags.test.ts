import { expect, it } from 'vitest';
import { findTagProblem, readTagName } from '../../src/domain/tags.ts';

const keysOf = (...typed: string[]) => [...new Set(typed.map((one) => readTagName(one).key))];

it('tags in any script are one whatever their case, their accents’ spelling and what nobody sees', () => {
  expect(keysOf('Kultur', ' kultur ', 'KUL\u200bTUR', 'ku\u00adltur')).toEqual(['kultur']);
  expect(keysOf('Café', 'Cafe\u0301', 'CAFÉ')).toEqual(['café']);
  expect(keysOf('Straße', 'STRASSE')).toEqual(['strasse']);
  expect(keysOf('კულტურა', 'ᲙᲣᲚᲢᲣᲠᲐ')).toEqual(['კულტურა']);
  expect(keysOf('Մշակույթ', 'ՄՇԱԿՈՒՅԹ')).toEqual(['մշակույթ']);
  expect(keysOf('Ədəbiyyat', 'ədəbiyyat')).toEqual(['ədəbiyyat']);
  expect(keysOf('may\u200cday', 'mayday')).toEqual(['mayday']);
  expect(keysOf('a b', 'a  b', 'a\nb')).toEqual(['a b']);
  expect(keysOf('ab', 'a b')).toHaveLength(2);
});

it('a tag shows something and has at most 40 characters', () => {
  const problemOf = (typed: string) => findTagProblem(readTagName(typed));
  expect(problemOf('')).toBe('empty');
  expect(problemOf('\u200b\u0000 \u2800')).toBe('empty');
  expect(problemOf('ა'.repeat(40))).toBeUndefined();
  expect(problemOf('ა'.repeat(41))).toBe('long');
  expect(readTagName('a\u0000b').name).toBe('ab');
});

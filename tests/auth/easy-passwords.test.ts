import { describe, expect, it } from 'vitest';
import { isEasyToGuess } from '../../src/auth/easy-passwords.ts';
import { findPasswordProblem } from '../../src/auth/password.ts';
import { listCommonPasswords } from '../support/common-passwords.ts';

const personal = ['Nino Gelashvili', 'nino.gelashvili@redaktion.example.org', 'Caucasus Desk'];

it.each([
  ['one character', 'aaaaaaaaaaaaaaaaaaaa'],
  ['a repeated pair', 'xoxoxoxoxoxoxoxo'],
  ['a repeated group', 'kat7kat7kat7kat7kat7'],
  ['a repeated word', 'kupfer kupfer kupfer'],
  ['a row of keys', 'qwertyuiopasdfghjkl'],
  ['columns of keys', '1qaz2wsx3edc4rfv!'],
  ['a German row of keys and digits', 'qwertzuiop1234567890'],
  ['a Cyrillic row of keys', 'йцукенгшщзхъфывапролджэ'],
  ['the alphabet backwards', 'zyxwvutsrqponmlkjihgfedcba'],
  ['digits', '123456789012345'],
  ['the signs above the digits', '!@#$%^&*()_+!@#$%^&*()'],
  ['a common word twice', 'PasswordPassword'],
  ['a disguised common word', 'P@ssw0rdP@ssw0rd1!'],
  ['a spaced common word', 'p a s s w o r d 2 0 2 6 !'],
  ['common words in a row', 'Willkommen-Redaktion-2026'],
  ['a well-known passphrase', 'correct horse battery staple'],
  ['a sentence of common words', 'this is my password!'],
  ['a common word and a short one', 'Passwort Kupfer'],
  ['a word and a year', 'Passwort2025Sommer'],
  ['the name', 'Nino Gelashvili 1'],
  ['the address', 'nino.gelashvili@redaktion.example.org'],
  ['parts of the address', 'Gelashvili2026!!'],
  ['the name of the site', 'CaucasusDesk2026'],
  ['the name of the site twice', 'caucasus desk caucasus desk'],
])('6.2.4 refuses %s', (_, password) => {
  expect(isEasyToGuess(password, personal)).toBe(true);
});

it.each([
  ['words that do not belong together', 'Lerche Bahnsteig Kupfer 58'],
  ['words with a common one among them', 'password der Lerche am Kupferdach'],
  ['a generated one', 'x7Rq-mK2v_Tz9!pLw'],
  ['a generated one with many signs', '%v;K}2|x&<R?~w_'],
  ['the name within a longer one', 'Nino kauft siebzehn Blecheimer'],
  ['Georgian words', 'ჩიტი რკინის კიბეზე'],
  ['Armenian words', 'Թռչուն պղնձե դարպաս'],
])('takes %s', (_, password) => {
  expect(isEasyToGuess(password, personal)).toBe(false);
});

it('stays quick for the longest password', () => {
  // Grows with the square at worst: 200 characters are nothing.
  expect(isEasyToGuess('ab'.repeat(100), personal)).toBe(true);
  expect(isEasyToGuess('a'.repeat(199), ['a'.repeat(200)])).toBe(true);
});

describe('of the passwords that are lost most often', () => {
  const common = listCommonPasswords();
  const long = common.filter((one) => [...one].length >= 15);

  it('6.2.4 refuses every one that is long enough, in small letters and in capitals', () => {
    expect(long).toHaveLength(9728);
    const accepted = long.flatMap((one) =>
      [one, one.toUpperCase()].filter((typed) => findPasswordProblem(typed, []) !== 'easy'),
    );
    expect(accepted).toEqual([]);
  });

  it('6.2.4 refuses every word of them, also with a year and a sign at its end', () => {
    const words = common.filter((one) => /^\p{L}+$/u.test(one));
    expect(words.length).toBeGreaterThan(3000);
    const typed = words.map(
      (one) => `${one.replace(/^./u, (letter) => letter.toUpperCase())}2026!`,
    );
    expect(typed.filter((one) => findPasswordProblem(one, []) !== 'easy')).toEqual([]);
  });
});

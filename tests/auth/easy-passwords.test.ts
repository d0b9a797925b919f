import { expect, it } from 'vitest';
import { isEasyToGuess } from '../../src/auth/easy-passwords.ts';

const personal = ['Nino Gelashvili', 'nino.gelashvili@redaktion.example.org', 'Caucasus Desk'];

it.each([
  ['one character', 'aaaaaaaaaaaaaaaaaaaa'],
  ['a repeated pair', 'xoxoxoxoxoxoxoxo'],
  ['a repeated group', 'kat7kat7kat7kat7kat7'],
  ['a repeated word', 'kupfer kupfer kupfer'],
  ['a row of keys', 'qwertyuiopasdfghjkl'],
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
])('refuses %s', (_, password) => {
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

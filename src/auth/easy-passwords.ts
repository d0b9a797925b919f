import { isListed } from './common-passwords.ts';

/**
 * Passwords of 15 and more characters that attackers try early: those that others have chosen and
 * lost (`common-passwords.ts`), and those that no list can hold, since they are made for one person
 * or site out of few parts: a common word, the name of the person or the site, a run over the
 * keyboard, a year, one of these repeated. The parts are taken out, and what is left has to carry the
 * password by itself (ASVS 6.2.4).
 */

/** Fewest characters, and fewest different ones, that must be left. */
const enoughLeft = 8;
const enoughDifferent = 5;

// Folded by `fold`: lower case, digits and signs that stand for letters replaced. The longer ones
// first, since a part that was taken out can't be found inside another.
const commonParts = [
  'correcthorsebatterystaple',
  'thequickbrownfoxjumpsoverthelazydog',
  'administrator',
  'hallohallo',
  'changeme',
  'passphrase',
  'passwort',
  'password',
  'passwd',
  'parole',
  'parol',
  'willkommen',
  'welcome',
  'letmein',
  'iloveyou',
  'ichliebedich',
  'geheim',
  'secret',
  'redaktion',
  'editorial',
  'editor',
  'journalist',
  'newsroom',
  'sommer',
  'summer',
  'winter',
  'fruehling',
  'herbst',
  'autumn',
  'spring',
  'januar',
  'january',
  'monday',
  'montag',
  'football',
  'fussball',
  'superman',
  'batman',
  'princess',
  'sunshine',
  'dragon',
  'monkey',
  'master',
  'shadow',
  'hello',
  'hallo',
  'admin',
  'login',
  'google',
  'qazwsxedc',
  'qazwsx',
  'mylove',
  'thisismy',
  'this',
  'long',
  'test',
  'user',
  'geheimes',
  'sicheres',
  'mein',
  'liverpool',
  'manchester',
  'arsenal',
  'chelsea',
  'barcelona',
  'starwars',
  'pokemon',
  'minecraft',
  'metallica',
  'naruto',
  'michael',
  'jennifer',
  'jessica',
  'charlie',
  'daniel',
  'thomas',
  'baseball',
  'basketball',
  'hockey',
  'soccer',
  'freedom',
  'whatever',
  'computer',
  'internet',
  'samsung',
  'mercedes',
  'ferrari',
  'chocolate',
  'butterfly',
  'flower',
  'forever',
  'friends',
  'family',
  'angel',
  'jesus',
  'liebe',
  'schatz',
  'deutschland',
  'berlin',
  'kennwort',
  'december',
  'dezember',
  'november',
  'october',
  'oktober',
  'september',
  'august',
  // Columns of keys, 1qaz and so on; as rows they would make runs of words.
  ...['iqaz', 'zaqi', '2wsx', 'xsw2', 'eedc', 'cdee', 'arfv', 'vfra', 'stgb', 'bgts', '6yhn'],
].sort((a, b) => b.length - a.length);

const rows = [
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
  'абвгдежзийклмнопрстуфхцчшщъыьэюя',
  '!@#$%^&*()_+',
  '!"§$%&/()=?',
];
const neighbours = new Set(
  rows.flatMap((row) => {
    const letters = [...row];
    return letters.slice(1).flatMap((letter, i) => [letters[i] + letter, letter + letters[i]]);
  }),
);
/** From how many characters on a run over a row counts as one. */
const runLength = 4;

const lookalikes: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

const lower = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss');
const sign = /[^\p{L}\p{N} ]/gu;
const withoutSigns = (text: string): string =>
  text.replace(sign, (one) => (one in lookalikes ? one : ''));
const fold = (text: string): string =>
  [...lower(text)]
    .map((letter) => lookalikes[letter] ?? letter)
    .join('')
    .replace(sign, '');

/** True when a password of any length is made of what attackers try first. */
export function isEasyToGuess(password: string, personal: readonly string[]): boolean {
  if (isListed(password)) return true;
  // From here on a space stands where a part was taken out, so that its neighbours don't join.
  const typed = lower(password)
    .replace(/\s/gu, '')
    .replace(/(?:19|20)\d\d/g, ' ');
  const plain = withoutRuns(typed);
  const signs = new Set(plain.match(sign)?.filter((one) => !(one in lookalikes)));
  const parts = [...personal.flatMap(partsOf), ...commonParts].sort((a, b) => b.length - a.length);
  let left = fold(withoutRuns(withoutSigns(plain)));
  for (const part of parts) left = left.replaceAll(part, ' ');
  const rest = withoutRepeats(left.replaceAll(' ', ''));
  const different = new Set(rest).size + signs.size;
  return rest.length + signs.size < enoughLeft || different < enoughDifferent;
}

/** A name or an address as a whole, and each word of it of three letters and more. */
function partsOf(text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}]+/u).map(fold);
  return [fold(text).replaceAll(' ', ''), ...words].filter((part) => part.length >= 3);
}

/** Replaces what follows a row of keys, the alphabet or one repeated key, in either direction. */
function withoutRuns(text: string): string {
  const letters = [...text];
  let kept = '';
  let start = 0;
  for (let i = 1; i <= letters.length; i += 1) {
    const pair = `${letters[i - 1]}${letters[i] ?? ''}`;
    const goesOn = i < letters.length && (letters[i] === letters[i - 1] || neighbours.has(pair));
    if (goesOn) continue;
    const run = letters.slice(start, i);
    kept += run.length >= runLength ? ' ' : run.join('');
    start = i;
  }
  return kept;
}

/** One turn of a text that repeats itself: "abcabcab" is "abc". */
function withoutRepeats(text: string): string {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.slice(period) === text.slice(0, -period)) return text.slice(0, period);
  }
  return text;
}

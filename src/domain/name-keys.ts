import { foldName } from './names.ts';

// A name is heard once and spelt in many ways: Tsiklauri is Ziklauri in German and Циклаури in
// Russian, Rəhimov is Рагимов, Khachatryan is Chatschatrjan. Each word of a name gets one key for every
// way in which it may be read; two words are one name when they share a key.

const vowels = 'aeiouyäöüəıаеёиоуыэюя';

type Reading = (word: string) => string[];

/** What a letter or a group of letters may also stand for. */
const also =
  (from: RegExp, ...to: string[]): Reading =>
  (word) =>
    to.map((one) => word.replace(from, one));

const germanSounds: readonly [RegExp, string][] = [
  [/tsch/g, 'č'],
  [/dsch/g, 'ǆ'],
  [/sch/g, 'š'],
  [/ds/g, 'dz'],
  [/(?<![dts])z/g, 'ts'],
  [/(?<!t)ch/g, 'kh'],
  [/j/g, 'i'],
  [/č/g, 'ch'],
  [/ǆ/g, 'j'],
  [/š/g, 'sh'],
];
const looksGerman = /tsch|dsch|sch|ds|w|j/;
const voicedInGerman = new RegExp(`(?<=^|[${vowels}])s(?=[${vowels}])`, 'g');

function asGerman(word: string): string[] {
  const heard = (text: string): string =>
    germanSounds.reduce((changed, [from, to]) => changed.replace(from, to), text);
  const readings = [heard(word)];
  // Nosadse is Nozadze, but Maisuradse is Maisuradze: both are kept.
  if (looksGerman.test(word)) readings.push(heard(word).replace(voicedInGerman, 'z'));
  return readings;
}

/** ə is heard as a or e, each for itself: Məmmədov is Мамедов. */
function schwas(word: string): string[] {
  const count = [...word].filter((letter) => letter === 'ə').length;
  if (count === 0 || count > 3) return [word.replaceAll('ə', 'e')];
  return Array.from({ length: 2 ** count - 1 }, (_, choice) => {
    let at = 0;
    return word.replaceAll('ə', () => (((choice + 1) >> at++) & 1 ? 'e' : 'a'));
  });
}

const readings: readonly Reading[] = [
  // Azerbaijani and Turkish
  schwas,
  also(/q/g, 'g'),
  also(/ç/g, 'ch'),
  also(/ş/g, 'sh'),
  also(/c(?!h)/g, 'j'),
  also(/x/g, 'kh'),
  // Russian has no h: Гусейнов is Hüseynov
  also(/г/g, 'h'),
  also(/ё/g, 'о'),
  asGerman,
  also(/ä/g, 'ae'),
  also(/ö/g, 'oe'),
  also(/ü/g, 'ue'),
];

const mostReadings = 16;

const sounds: readonly [RegExp, string][] = [
  [/[^\p{L}\p{N}]+/gu, ''],
  [/dzh/g, 'j'],
  [/tch/g, 'ch'],
  [/kh/g, 'h'],
  [/(?<!s)th/g, 't'],
  [/ck/g, 'k'],
  [/tz/g, 'ts'],
  [/x/g, 'ks'],
  [/q|c(?!h)/g, 'k'],
  [/(\p{L})\1+/gu, '$1'],
  // Yerevan and Erevan, Vasilyev and Васильев, Ağayev and Агаев
  [/ie/g, 'e'],
  // Alexander and Александр
  [/(?<=[bdfgklmnprstvz])er$/, 'r'],
  [/(\p{L})\1+/gu, '$1'],
];

const soundOf = (word: string): string =>
  sounds.reduce((text, [from, to]) => text.replace(from, to), foldName(word));

/**
 * The keys of one word of a name in any script, the plainest reading first; never empty for a word
 * that has a letter or a digit.
 */
export function nameKeysOf(word: string): string[] {
  const lower = word.normalize('NFKC').replaceAll('İ', 'i').toLowerCase();
  let read = [lower];
  for (const reading of readings) {
    read = [...new Set([...read, ...read.flatMap(reading)])].slice(0, mostReadings);
  }
  const keys = [...new Set(read.map(soundOf))].filter((key) => key !== '');
  // Signs such as ъ have no sound of their own.
  return keys.length > 0 ? keys : [lower];
}

const shortestFuzzy = 5;

/**
 * The key and all that is left of it with one letter taken away: two words share one of these when a
 * letter is missing, added, wrong or exchanged with its neighbour. A short word has none, since too
 * many others are close to it.
 */
export function closeKeysOf(key: string): string[] {
  const letters = [...key];
  if (letters.length < shortestFuzzy) return [];
  return [...new Set([key, ...letters.map((_, at) => letters.toSpliced(at, 1).join(''))])];
}

const shortestBeginning = 3;
const longestBeginning = 20;

/** What a key is looked for by: all of it, or as much as `beginningsOf` has. */
export const soughtOf = (key: string): string => [...key].slice(0, longestBeginning).join('');

/**
 * What a key is found by: each of its beginnings from three letters on. An index finds one of them at once;
 * it would have to put together all that begins with the same letters otherwise, often.
 */
export function beginningsOf(key: string): string[] {
  const letters = [...key].slice(0, longestBeginning);
  if (letters.length < shortestBeginning) return [key];
  return letters
    .slice(shortestBeginning - 1)
    .map((_, at) => letters.slice(0, at + shortestBeginning).join(''));
}

/** The words of a name, as they are compared. */
export function wordsOfName(name: string): string[] {
  return name
    .normalize('NFKC')
    .split(/[^\p{L}\p{M}\p{N}’'ʼʻ‘`´]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

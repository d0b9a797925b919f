import { foldName } from './names.ts';

// Which Latin letters the keys of a word can have at all. To say so takes a look at each letter, where
// the keys themselves take a hundred replacements: most words of a text are ruled out by it.

/** A set of the letters a to z, one bit each. */
export type Letters = number;

const bitOf = (letter: string): Letters => {
  const at = letter.charCodeAt(0) - 97;
  return at >= 0 && at < 26 ? 1 << at : 0;
};

/** The letters a to z of a key. */
export const lettersOf = (key: string): Letters => {
  let letters = 0;
  for (const one of key) letters |= bitOf(one);
  return letters;
};

/** What `nameKeysOf` may hear for a letter, or for a group that has it. */
const heardAs: Record<string, string> = {
  ...{ c: 'ckji', d: 'dji', j: 'ji', q: 'qgk', s: 'sz', w: 'wv', x: 'xkhs', y: 'yi', z: 'zts' },
  ...{ ə: 'ae', ä: 'ae', ö: 'oe', ü: 'ue', ç: 'chkji', ş: 'shz', г: 'gh', ё: 'eo', ո: 'uvo' },
};

/** The same for the first letter of a key, where a group such as tsch or kh loses its own. */
const beginsAs: Record<string, string> = { t: 'c', k: 'h', i: 'e', y: 'e', j: 'e', c: 'e', d: 'e' };

type Heard = { letters: Letters; first: Letters };

const known = new Map<string, Heard>();

function hear(letter: string): Heard {
  const seen = known.get(letter);
  if (seen) return seen;
  const plain = [letter, ...foldName(letter)];
  const letters = plain.flatMap((one) => [one, ...(heardAs[one] ?? '')]);
  const all = new Set(letters.flatMap((one) => [one, ...(heardAs[one] ?? '')]));
  const first = [...all].map((one) => beginsAs[one] ?? '').join('');
  const heard = { letters: lettersOf([...all].join('')), first: lettersOf(first) };
  heard.first |= heard.letters;
  known.set(letter, heard);
  return heard;
}

/**
 * The letters that a key of the word may have, and those it may begin with: rather too many than one too
 * few. The word is in lower case.
 */
export function hearLetters(word: string): Heard {
  let letters = 0;
  let first = 0;
  for (const letter of word.normalize('NFKC').replaceAll('İ', 'i').toLowerCase()) {
    const heard = hear(letter);
    letters |= heard.letters;
    // A sign without a sound begins nothing.
    if (first === 0) first = heard.first;
  }
  return { letters, first };
}

/** The text-search configurations of PostgreSQL, by language; all others are taken as they are written. */
const dictionaries: Record<string, string> = {
  de: 'german',
  en: 'english',
  hy: 'armenian',
  ru: 'russian',
  tr: 'turkish',
};

/** The dictionary for a text in this language. */
export function dictionaryOf(language: string | null): string {
  return (
    (language !== null && Object.hasOwn(dictionaries, language) && dictionaries[language]) ||
    'simple'
  );
}

/** The dictionaries that a word of a search may have gone through, by its script. */
export function dictionariesFor(word: string): string[] {
  if (/\p{Script=Cyrillic}/u.test(word)) return ['simple', 'russian'];
  if (/\p{Script=Armenian}/u.test(word)) return ['simple', 'armenian'];
  if (/\p{Script=Latin}/u.test(word)) return ['simple', 'english', 'german', 'turkish'];
  return ['simple'];
}

/**
 * A text as PostgreSQL's parser gets it: lower case, words and single spaces alone. Done here, since
 * what a letter is depends on the locale of a server there, and quotes would become parts of words.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('İ', 'i')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

/** Bytes of all texts of one application that are searched: what PostgreSQL keeps of more may not fit. */
const mostBytes = 400_000;

/** The beginnings of texts that together are not too much; a long one leaves the short ones whole. */
export function boundTexts<T extends { text: string }>(texts: readonly T[]): T[] {
  const bySize = [...texts].sort((a, b) => a.text.length - b.text.length);
  let left = mostBytes;
  const kept = new Map<T, T>();
  bySize.forEach((one, index) => {
    const share = Math.floor(left / (bySize.length - index));
    const bytes = Buffer.byteLength(one.text);
    // Cut by letters: three bytes each at most in the scripts of the BMP.
    const text = bytes <= share ? one.text : one.text.slice(0, Math.floor(share / 3));
    left -= Buffer.byteLength(text);
    kept.set(one, { ...one, text });
  });
  return texts.map((one) => kept.get(one)!);
}

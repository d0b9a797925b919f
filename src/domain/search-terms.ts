import { parseEmailAddress } from './email-address.ts';
import { closeKeysOf, nameKeysOf, wordsOfName } from './name-keys.ts';
import { foldName } from './names.ts';
import { foldText } from './search-text.ts';
import { lengthOf } from './text.ts';

/** Characters that a search may have; longer is refused, never cut. */
export const searchLimit = 200;

/** A word of a search. */
export type SearchWord = {
  /** As texts hold it; O’Neil is two words there. */
  text: string;
  /** As names are compared. */
  names: string[];
  /** One letter away from a name. */
  close: string[];
};

/** What one line of search text can mean. All words and phrases must be found, or one of the others. */
export type SearchTerms = {
  words: SearchWord[];
  /** Several words that must stand one after the other in a text. */
  phrases: string[];
  /** Folded parts that must all stand in names or in the address. */
  parts: string[];
  /** The beginning or the domain of an e-mail address, in lower case; undefined when it can't be one. */
  email: string | undefined;
  /** The text as one whole address. */
  address: string | undefined;
  /** Beginnings of references. */
  references: string[];
};

const shortestEmail = 3;
// Three characters without F-: fewer would bring strangers into many a search for a name.
const reference = /^(F-)?([2-9A-HJ-NP-Z]{1,6})$/;

function beginningOf(text: string): string | undefined {
  const [, marked, code] = reference.exec(text) ?? [];
  return code === undefined || (!marked && code.length < 3) ? undefined : `F-${code}`;
}

const quoted = /["„“”«»]([^"„“”«»]+)["“”«»]/gu;

/** The meanings of a search text, undefined when it is longer than `searchLimit`. */
export function readSearchTerms(text: string): SearchTerms | undefined {
  if (lengthOf(text) > searchLimit) return undefined;
  const phrases: string[] = [];
  const loose = text.replace(quoted, (_, phrase: string) => {
    const folded = foldText(phrase);
    if (!folded.includes(' ')) return ` ${folded} `;
    phrases.push(folded);
    return ' ';
  });
  const words = [...new Set(wordsOfName(loose.toLowerCase()))];
  const upper = text.toUpperCase();
  // F7K3M9Q lacks its hyphen; F7K may also be the beginning of F-F7K.
  const spellings = upper.startsWith('F') ? [upper, `F-${upper.slice(1)}`] : [upper];
  return {
    words: words.map((word) => {
      const names = nameKeysOf(word);
      return { text: foldText(word), names, close: [...new Set(names.flatMap(closeKeysOf))] };
    }),
    phrases,
    parts: foldName(text)
      .split(' ')
      .filter((part) => /[\p{L}\p{N}]/u.test(part)),
    email: /\s/u.test(text) || text.length < shortestEmail ? undefined : text.toLowerCase(),
    address: parseEmailAddress(text),
    references: spellings.flatMap((one) => beginningOf(one) ?? []),
  };
}

/** True when the text has nothing that could be found, such as punctuation alone. */
export function isVoid({ words, phrases, email, references }: SearchTerms): boolean {
  return (
    words.length + phrases.length + references.length === 0 && !/[\p{L}\p{N}]/u.test(email ?? '')
  );
}

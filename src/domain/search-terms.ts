import { parseEmailAddress } from './email-address.ts';
import { foldName } from './names.ts';
import { lengthOf } from './text.ts';

/** Characters that a search may have; longer is refused, never cut. */
export const searchLimit = 200;

/** What one line of search text can mean; an application fits when one of these does. */
export type SearchTerms = {
  /** Folded words that must all stand in one of the names. */
  words: string[];
  /** A part of an e-mail address, in lower case; undefined when no address could hold it. */
  emailPart: string | undefined;
  /** The text as one whole address. */
  address: string | undefined;
  /** First and last reference that begin like the text. */
  references: { from: string; to: string }[];
};

const codeLength = 6;
// Three characters without F-: fewer would bring strangers into many a search for a name.
const reference = /^(F-)?([2-9A-HJ-NP-Z]{1,6})$/;

function rangeOf(text: string): { from: string; to: string } | undefined {
  const [, marked, code] = reference.exec(text) ?? [];
  if (code === undefined || (!marked && code.length < 3)) return undefined;
  // 2 and Z are the ends of the alphabet of references, in every collation.
  return { from: `F-${code.padEnd(codeLength, '2')}`, to: `F-${code.padEnd(codeLength, 'Z')}` };
}

/** The meanings of a search text, undefined when it is longer than `searchLimit`. */
export function readSearchTerms(text: string): SearchTerms | undefined {
  if (lengthOf(text) > searchLimit) return undefined;
  const upper = text.toUpperCase();
  // F7K3M9Q lacks its hyphen; F7K may also be the beginning of F-F7K.
  const spellings = upper.startsWith('F') ? [upper, `F-${upper.slice(1)}`] : [upper];
  return {
    words: foldName(text)
      .split(' ')
      .filter((word) => word !== ''),
    emailPart: /\s/u.test(text) || text === '' ? undefined : text.toLowerCase(),
    address: parseEmailAddress(text),
    references: spellings.flatMap((one) => rangeOf(one) ?? []),
  };
}

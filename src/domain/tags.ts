import { cleanLine, lengthOf } from './text.ts';

/** Characters of a tag, tags of an application, and tags of the publication at most. */
export const tagLimits = { length: 40, perApplication: 20, inAll: 200 } as const;

/** A tag as it is shown, and what makes two of them one; '' for what shows nothing. */
export type TagName = { name: string; key: string };

/** Reads a tag as it was typed, in any script. */
export function readTagName(typed: string): TagName {
  const name = cleanLine(typed);
  return { name, key: tagKeyOf(name) };
}

// Upper case first: it unites what lower case alone keeps apart, as in ß and SS or ς and σ. The joiners
// that some orthographies need make no other word.
const tagKeyOf = (name: string): string =>
  name
    .replace(/[\u200c\u200d]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC');

export type TagProblem = 'empty' | 'long' | 'taken' | 'many' | 'manyHere';

/** What is wrong with the name of a tag by itself. */
export function findTagProblem({ name }: TagName): TagProblem | undefined {
  if (name === '') return 'empty';
  return lengthOf(name) > tagLimits.length ? 'long' : undefined;
}

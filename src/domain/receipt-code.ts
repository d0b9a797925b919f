/** What an applicant types to find an application again. */
export type FindCode = { kind: 'receipt'; code: string } | { kind: 'reference'; reference: string };

// Letters that look the same in another script, and those that no code has: they were misread.
const lookAlikes: Record<string, string> = {
  ...{ А: 'A', В: 'B', С: 'C', Е: 'E', Н: 'H', К: 'K', М: 'M', Р: 'P', Т: 'T', Х: 'X', У: 'Y' },
  ...{ Α: 'A', Β: 'B', Ε: 'E', Η: 'H', Κ: 'K', Μ: 'M', Ν: 'N', Ρ: 'P', Τ: 'T', Υ: 'Y', Χ: 'X' },
  ...{ Ζ: 'Z', З: '3', Ѕ: 'S', Ј: 'J', Ԍ: 'G', Ԛ: 'Q', Ԝ: 'W', Ꮪ: 'S' },
  ...{ I: 'L', І: 'L', Ι: 'L', '1': 'L', '|': 'L', O: 'Q', О: 'Q', Ο: 'Q', '0': 'Q' },
};

/** The letters of a code of ours as it was typed: with or without dashes, in any case, with spaces and letters of another script. */
export function readCodeLetters(raw: string): string {
  return [...raw.slice(0, 200).normalize('NFKC').toUpperCase()]
    .map((letter) => lookAlikes[letter] ?? letter)
    .filter((letter) => /[2-9A-HJ-NP-Z]/.test(letter))
    .join('');
}

/** A receipt code or a reference as it was typed. Undefined when it can be neither. */
export function readFindCode(raw: string): FindCode | undefined {
  const letters = readCodeLetters(raw);
  if (letters.length === 16) {
    return { kind: 'receipt', code: letters.replace(/(.{4})(?=.)/g, '$1-') };
  }
  const reference = /^F?(.{6})$/.exec(letters)?.[1];
  return reference === undefined ? undefined : { kind: 'reference', reference: `F-${reference}` };
}

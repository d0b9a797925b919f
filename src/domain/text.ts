// Format characters (zero-width, direction marks, soft hyphen) and controls: never typed on purpose,
// often pasted. The two joiners stay, since Persian and some Caucasian orthographies need them.
const invisible =
  /(?!\u200c|\u200d|\n|\t)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;
// Marks without a letter, variation selectors, and characters that are drawn as nothing.
const seen = /[^\p{M}\p{C}\p{Z}\s\u2800\u115f\u1160\u3164\uffa0\u{1d159}]/u;

// No orthography stacks more marks on a letter, and normalising long runs of them takes quadratic time.
const stackedMarks = /(\p{M}{20})\p{M}+/gu;

/** True for a text of which a reader sees nothing. */
export const isInvisible = (text: string): boolean => !seen.test(text);

const visible = (text: string): string => (isInvisible(text) ? '' : text);

/** One line as it was meant: NFC, nothing invisible, single spaces, trimmed. */
export function cleanLine(raw: string): string {
  return visible(
    raw
      .replace(/[\n\t\r\u2028\u2029]+/gu, ' ')
      .replace(invisible, '')
      .replace(stackedMarks, '$1')
      .normalize('NFC')
      .replace(/\s+/gu, ' ')
      .trim(),
  );
}

/** Several lines as they were meant: NFC, LF line ends, nothing invisible, trimmed at both ends. */
export function cleanText(raw: string): string {
  return visible(
    raw
      .replace(/\r\n?/gu, '\n')
      .replace(invisible, '')
      .replace(stackedMarks, '$1')
      .normalize('NFC')
      .trim(),
  );
}

/** Length as people count it: user-perceived characters would cost more than it is worth, code points do. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

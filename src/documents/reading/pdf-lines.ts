/** A line as it stands on a page: its base line and the height of its letters, in points. */
export type Line = { text: string; y: number; height: number };

const endOfSentence = /[.!?…:;։»”"“)\]]\s*$/u;
const brokenWord = /\p{L}[-\u00ad‐]$/u;

/**
 * Lines of one page as paragraphs between empty lines. A PDF knows no paragraphs: one begins where the
 * gap is wider than between the other lines, or where the next line stands above and a sentence was over.
 */
export function joinLines(lines: readonly Line[]): string {
  const gaps = lines
    .flatMap((line, index) => (index === 0 ? [] : [lines[index - 1]!.y - line.y]))
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  // Where nearly every line ends a sentence, each is a paragraph and the gap between them tells nothing.
  const finished = lines.filter(({ text }) => endOfSentence.test(text)).length;
  const isTelling = gaps.length >= 3 && finished < lines.length * 0.7;
  const usual = isTelling ? gaps[Math.floor(gaps.length / 2)] : undefined;
  let text = '';
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    if (before === undefined) text = line.text;
    else if (isNewParagraph(before, line, usual)) text = `${text.trimEnd()}\n\n${line.text}`;
    else text = goOn(text, line.text);
  });
  return text;
}

function isNewParagraph(before: Line, line: Line, usual: number | undefined): boolean {
  const gap = before.y - line.y;
  if (gap < 0) return endOfSentence.test(before.text);
  const size = Math.max(Math.min(before.height, line.height), 1);
  return gap > 1.35 * (usual === undefined ? size * 1.3 : Math.max(usual, size * 0.8));
}

/** Pages one after the other; a sentence that the end of a page cut in two is whole again. */
export function joinPages(pages: readonly string[]): string {
  let text = '';
  for (const page of pages) {
    const goesOn =
      text !== '' && !endOfSentence.test(text.slice(-20)) && /^\s*\p{Ll}/u.test(page.slice(0, 20));
    text = goesOn ? goOn(text, page) : `${text}\n\n${page}`;
  }
  return text;
}

/** The next line behind a text, with the word that a hyphen had divided in one piece. */
function goOn(text: string, line: string): string {
  const end = text.slice(-20).trimEnd();
  if (brokenWord.test(end) && /^\s*\p{Ll}/u.test(line.slice(0, 20))) {
    return text.trimEnd().slice(0, -1) + line.trimStart();
  }
  return `${text} ${line}`;
}

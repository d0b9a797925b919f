/** A piece of a text around a word that was searched; `hit` marks the word itself. */
export type Snippet = { text: string; hit: boolean }[];

const before = 60;
const after = 120;
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** How a stem may stand in a text: dictionaries turn the y of a family into the i of families, and ä into a. */
const written = (stem: string): string =>
  literally(stem)
    .replace(/i$/, '[iy]')
    .replace(/a/g, '[aä]')
    .replace(/o/g, '[oö]')
    .replace(/u/g, '[uü]')
    .replace(/е/g, '[её]');

/**
 * Finds where the first word stands that begins like one of the stems. Made once for many texts: the
 * pattern takes longer to make than to try.
 */
export function createSnippetFinder(
  stems: readonly string[],
): (text: string) => Snippet | undefined {
  if (stems.length === 0) return () => undefined;
  const longestFirst = [...stems].sort((a, b) => b.length - a.length).map(written);
  const word = `(?<![\\p{L}\\p{M}\\p{N}])(?:${longestFirst.join('|')})[\\p{L}\\p{M}\\p{N}]*`;
  const one = new RegExp(word, 'iu');
  const each = new RegExp(word, 'giu');
  return (text) => {
    const first = one.exec(text);
    return first ? cutAround(text, first, each) : undefined;
  };
}

function cutAround(text: string, first: RegExpExecArray, each: RegExp): Snippet {
  const start = wordStart(text, first.index - before);
  const end = wordEnd(text, first.index + first[0].length + after);
  const shown = text.slice(start, end).replace(/\s+/g, ' ').trim();
  const snippet: Snippet = start > 0 ? [{ text: '… ', hit: false }] : [];
  let at = 0;
  for (const { index, 0: hit } of shown.matchAll(each)) {
    if (index > at) snippet.push({ text: shown.slice(at, index), hit: false });
    snippet.push({ text: hit, hit: true });
    at = index + hit.length;
  }
  const rest = shown.slice(at) + (end < text.length ? ' …' : '');
  return rest === '' ? snippet : [...snippet, { text: rest, hit: false }];
}

/** The beginning of the first whole word from here on. */
function wordStart(text: string, at: number): number {
  if (at <= 0) return 0;
  const space = text.slice(at, at + before).search(/\s/);
  return space < 0 ? wholeLetter(text, at) : at + space + 1;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.slice(at - before, at).search(/\s\S*$/);
  return space < 0 ? wholeLetter(text, at) : at - before + space;
}

/** Never between the two halves of one character. */
const wholeLetter = (text: string, at: number): number =>
  /[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at;

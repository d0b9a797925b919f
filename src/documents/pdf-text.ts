// Half of Windows-1252 differs from Latin-1: bytes 0x80 to 0x9F, null where it has no character.
const windowsExtras = [...'€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'];

// Advance widths of Helvetica for the characters 0x20 to 0x7E, in thousandths of the size.
const asciiWidths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
// Readers stretch their own letters to these widths, so that three rough classes look even.
const narrowLetters = 'ıյլւ։՝՛՞';
const wideLetters = 'დთლორღფախպտփևЖМФШЩЪЫЮжмфшщъыю№—…';
const firstSlot = 128;
const slotsPerFont = 128;

/** Characters that one font shows at the codes from 128 on; ASCII stays where it is in every font. */
export type FontSlots = readonly string[];

/** A stretch of text in one font: 0 is the Latin one, 1 and up are the fonts with slots. */
export type Run = { font: number; bytes: Buffer };

export type TextEncoder8 = { fonts: readonly FontSlots[]; encode(text: string): Run[] };

/** Spreads the characters outside of Windows-1252 over as many 8-bit fonts as they need. */
export function planFonts(texts: readonly string[]): TextEncoder8 {
  const foreign = [...new Set(texts.join(''))].filter((one) => latinCode(one) === null).sort();
  const fonts: string[][] = [];
  for (let at = 0; at < foreign.length; at += slotsPerFont) {
    fonts.push(foreign.slice(at, at + slotsPerFont));
  }
  const places = new Map(foreign.map((one, index) => [one, index]));
  return { fonts, encode: (text) => encode(text, places) };
}

function encode(text: string, places: ReadonlyMap<string, number>): Run[] {
  const runs: { font: number; codes: number[] }[] = [];
  for (const character of text) {
    const place = places.get(character);
    const current = runs.at(-1);
    const isAscii = character < '\x7F';
    const font =
      place !== undefined
        ? 1 + Math.floor(place / slotsPerFont)
        : isAscii && current
          ? current.font
          : 0;
    const code = place === undefined ? latinCode(character)! : firstSlot + (place % slotsPerFont);
    if (current?.font === font) current.codes.push(code);
    else runs.push({ font, codes: [code] });
  }
  return runs.map(({ font, codes }) => ({ font, bytes: Buffer.from(codes) }));
}

function latinCode(character: string): number | null {
  const code = character.codePointAt(0)!;
  if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff)) return code;
  const extra = windowsExtras.indexOf(character);
  return extra < 0 || character === '\0' ? null : 0x80 + extra;
}

/** Thousandths of the size that a character takes; an estimate outside of ASCII. */
export function widthOf(character: string): number {
  const plain = character.normalize('NFD').codePointAt(0)!;
  const exact = asciiWidths[plain - 0x20];
  if (exact !== undefined) return exact;
  if (narrowLetters.includes(character)) return 300;
  if (wideLetters.includes(character)) return 850;
  return character === character.toLowerCase() ? 600 : 740;
}

/** Breaks a paragraph between words into lines of at most `width` points at the given size. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const length = [...word].reduce((sum, one) => sum + widthOf(one), 0);
    const joined = used + widthOf(' ') + length;
    if (line !== '' && joined * size > width * 1000) {
      lines.push(line);
      line = '';
    }
    used = line === '' ? length : joined;
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

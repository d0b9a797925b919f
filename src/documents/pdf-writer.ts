import { createHash } from 'node:crypto';
import { type FontSlots, planFonts, type Run, widthOf, wrapText } from './pdf-text.ts';

/** A line of text at a place on a page, in points from the lower left corner. */
type Line = { text: string; size: number; isBold: boolean; x: number; y: number };

const page = { width: 595, height: 842, margin: 64 };
const title = { size: 16, leading: 22 };
const body = { size: 10.5, leading: 15, gap: 8 };

/**
 * A PDF 1.7 file of A4 pages with a classic cross-reference table. Latin text uses the standard
 * Helvetica. Other scripts use 8-bit fonts that name each glyph and carry a ToUnicode map but no
 * outlines: their text can be searched and copied anywhere, and is drawn with a font of the reader,
 * as far as it has one with these letters. `padding` is kept as a stream that no page shows.
 */
export function writePdf(
  content: { title: string; paragraphs: readonly string[]; author: string },
  padding: Buffer,
): Buffer {
  const pages = layOut(content.title, content.paragraphs);
  const encoder = planFonts(pages.flat().map((line) => line.text));
  const objects: Buffer[] = [];
  const add = (...parts: (string | Buffer)[]): number =>
    objects.push(Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))));
  const addStream = (bytes: Buffer): number =>
    add(`<< /Length ${bytes.length} >>\nstream\n`, bytes, '\nendstream');

  const pagesNumber = 2;
  add(`<< /Type /Catalog /Pages ${pagesNumber} 0 R >>`);
  objects.push(Buffer.alloc(0));
  const info = add(`<< /Title ${hexText(content.title)} /Author ${hexText(content.author)} >>`);
  const latin = '/Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont';
  const regular = add(`<< ${latin} /Helvetica >>`);
  const bold = add(`<< ${latin} /Helvetica-Bold >>`);
  const foreign = encoder.fonts.map((slots) => {
    const toUnicode = addStream(Buffer.from(unicodeMap(slots)));
    const descriptor = add(fontDescriptor);
    return add(slottedFont(slots, descriptor, toUnicode));
  });
  const names = [regular, bold, ...foreign].map((number, index) => `/F${index} ${number} 0 R`);
  const resources = `<< /Font << ${names.join(' ')} >> >>`;
  const kids = pages.map((lines) => {
    const contents = addStream(drawPage(lines, encoder.encode));
    return add(
      `<< /Type /Page /Parent ${pagesNumber} 0 R /MediaBox [0 0 ${page.width} ${page.height}]`,
      ` /Resources ${resources} /Contents ${contents} 0 R >>`,
    );
  });
  const list = kids.map((number) => `${number} 0 R`).join(' ');
  objects[pagesNumber - 1] = Buffer.from(
    `<< /Type /Pages /Count ${kids.length} /Kids [${list}] >>`,
  );
  if (padding.length > 0) addStream(padding);
  return assemble(objects, `/Root 1 0 R /Info ${info} 0 R`);
}

function assemble(objects: readonly Buffer[], roots: string): Buffer {
  const header = Buffer.from('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n', 'latin1');
  const hash = createHash('sha256').update(header);
  const parts: Buffer[] = [header];
  let at = header.length;
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  objects.forEach((object, index) => {
    const whole = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      object,
      Buffer.from('\nendobj\n'),
    ]);
    table += `${String(at).padStart(10, '0')} 00000 n \n`;
    parts.push(whole);
    hash.update(whole);
    at += whole.length;
  });
  const id = hash.digest('hex').slice(0, 32);
  const trailer = `trailer\n<< /Size ${objects.length + 1} ${roots} /ID [<${id}> <${id}>] >>\n`;
  return Buffer.concat([...parts, Buffer.from(`${table}${trailer}startxref\n${at}\n%%EOF\n`)]);
}

function layOut(heading: string, paragraphs: readonly string[]): Line[][] {
  const width = page.width - 2 * page.margin;
  const pages: Line[][] = [[]];
  let y = page.height - page.margin;
  const place = (text: string, style: { size: number; leading: number }, isBold: boolean): void => {
    for (const line of wrapText(text, style.size, width)) {
      if (y - style.leading < page.margin) {
        pages.push([]);
        y = page.height - page.margin;
      }
      y -= style.leading;
      pages.at(-1)!.push({ text: line, size: style.size, isBold, x: page.margin, y });
    }
    y -= body.gap;
  };
  place(heading, title, true);
  for (const paragraph of paragraphs) place(paragraph, body, false);
  return pages;
}

function drawPage(lines: readonly Line[], encode: (text: string) => Run[]): Buffer {
  const drawn = lines.map(({ text, size, isBold, x, y }) => {
    const runs = encode(text).map(({ font, bytes }) => {
      const name = font === 0 ? Number(isBold) : font + 1;
      return `/F${name} ${size} Tf (${escapeString(bytes.toString('latin1'))}) Tj`;
    });
    return `BT ${x} ${y} Td ${runs.join(' ')} ET\n`;
  });
  return Buffer.from(drawn.join(''), 'latin1');
}

function escapeString(text: string): string {
  return text.replace(/[\\()]/g, '\\$&');
}

// Text strings outside of pages: UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
function hexText(text: string): string {
  return `<FEFF${hexUnits(text)}>`;
}

function hexUnits(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

// Sylfaen has all our scripts where it is installed (Windows). An unknown name elsewhere makes readers
// fit a font of theirs to our widths, which a name that they know, such as Arial, does not.
const fontDescriptor =
  '<< /Type /FontDescriptor /FontName /Sylfaen /Flags 32 /FontBBox [-665 -325 2000 1040]' +
  ' /ItalicAngle 0 /Ascent 905 /Descent -212 /CapHeight 716 /StemV 80 >>';

function slottedFont(slots: FontSlots, descriptor: number, toUnicode: number): string {
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const widths = [...ascii, ' ', ...slots].map(widthOf);
  return (
    '<< /Type /Font /Subtype /TrueType /BaseFont /Sylfaen /FirstChar 32' +
    ` /LastChar ${31 + widths.length} /Widths [${widths.join(' ')}]` +
    ` /FontDescriptor ${descriptor} 0 R /ToUnicode ${toUnicode} 0 R` +
    ' /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding' +
    ` /Differences [128 ${slots.map(glyphName).join(' ')}] >> >>`
  );
}

// Names by which every reader finds a letter in a font of its own (Adobe Glyph List, section 2).
function glyphName(character: string): string {
  const hex = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return hex.length === 4 ? `/uni${hex}` : `/u${hex}`;
}

// A list of single characters may have at most 100 lines.
function unicodeMap(slots: FontSlots): string {
  const lines = slots.map((one, index) => `<${(128 + index).toString(16)}> <${hexUnits(one)}>`);
  const lists = [lines.slice(0, 100), lines.slice(100)].filter((list) => list.length > 0);
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <00> <FF> endcodespacerange',
    '1 beginbfrange <20> <7E> <0020> endbfrange',
    ...lists.map((list) => `${list.length} beginbfchar\n${list.join('\n')}\nendbfchar`),
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

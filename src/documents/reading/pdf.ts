import { getDocumentProxy } from 'unpdf';
import { textLimit } from '../../domain/document-texts.ts';
import { joinLines, joinPages, type Line } from './pdf-lines.ts';
import { type RawText, UnreadableDocument } from './reading.ts';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>['getPage']>>;
type Item = Awaited<ReturnType<Page['getTextContent']>>['items'][number];

/** A book; what has more is looked at no further. */
const maxPages = 2000;

/** The text layer of a PDF, page by page. Throws `encrypted` and `broken`. */
export async function readPdf(bytes: Buffer): Promise<RawText> {
  const document = await open(bytes);
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= Math.min(document.numPages, maxPages); number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = joinLines(linesOf(items));
    pages.push(text);
    length += text.length;
    page.cleanup();
    if (length > textLimit) break;
  }
  const text = joinPages(pages);
  return { text, pages: document.numPages, cut: pages.length < document.numPages };
}

async function open(bytes: Buffer) {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      ...{ isEvalSupported: false, enableXfa: false, disableFontFace: true, useSystemFonts: false },
      ...{ stopAtErrors: false, verbosity: 0 },
    });
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    throw new UnreadableDocument(isLocked ? 'encrypted' : 'broken');
  }
}

function linesOf(items: readonly Item[]): Line[] {
  const lines: Line[] = [];
  let line: Line | undefined;
  for (const item of items) {
    if (!('str' in item)) continue;
    if (item.str !== '') {
      const y = Number(item.transform[5]);
      line ??= { text: '', y, height: 0 };
      line.text += item.str;
      line.height = Math.max(line.height, item.height);
    }
    if (item.hasEOL && line) {
      lines.push(line);
      line = undefined;
    }
  }
  return line ? [...lines, line] : lines;
}

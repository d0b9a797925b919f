import type { ActiveContent } from '../../domain/document-texts.ts';
import type { DocumentType } from '../../domain/document-types.ts';
import { findActiveInDocx, findActiveInOdt, findActiveInRtf } from './active-office.ts';
import { findActiveInPdf } from './active-pdf.ts';
import { readDocx } from './docx.ts';
import { guessLanguage } from './language.ts';
import { countWords, normaliseText } from './normalise.ts';
import { readOdt } from './odt.ts';
import { readPdf } from './pdf.ts';
import { readPlain } from './plain.ts';
import type { DocumentText, RawText } from './reading.ts';
import { readRtf } from './rtf.ts';

type Format = {
  read(bytes: Buffer): RawText | Promise<RawText>;
  findActive(bytes: Buffer): ActiveContent[] | Promise<ActiveContent[]>;
};

const formats: Record<DocumentType, Format> = {
  pdf: { read: readPdf, findActive: findActiveInPdf },
  docx: { read: readDocx, findActive: findActiveInDocx },
  odt: { read: readOdt, findActive: findActiveInOdt },
  rtf: { read: readRtf, findActive: findActiveInRtf },
  txt: { read: readPlain, findActive: () => [] },
};

/**
 * What in a document can act. Like `readText` it works on what strangers have sent, may take any time
 * and memory, and is called in the reading process only. Throws UnreadableDocument.
 */
export async function findActive(type: DocumentType, bytes: Buffer): Promise<ActiveContent[]> {
  return await formats[type].findActive(bytes);
}

/** What a document says. Throws UnreadableDocument. */
export async function readText(type: DocumentType, bytes: Buffer): Promise<DocumentText> {
  const raw = await formats[type].read(bytes);
  const { text, cut } = normaliseText(raw.text);
  return {
    text,
    cut: cut || raw.cut === true,
    language: guessLanguage(text),
    words: countWords(text),
    pages: raw.pages ?? null,
  };
}

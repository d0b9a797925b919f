import type { DocumentType } from '../../domain/document-types.ts';
import { readText } from '../reading/read-document.ts';
import { type Copy, UncopiableDocument } from './copy.ts';
import { copyDocx } from './copy-docx.ts';
import { copyOdt } from './copy-odt.ts';
import { copyPdf } from './copy-pdf.ts';
import { copyRtf } from './copy-rtf.ts';

const writers: Record<Exclude<DocumentType, 'txt'>, (bytes: Buffer) => Copy | Promise<Copy>> = {
  pdf: copyPdf,
  docx: copyDocx,
  odt: copyOdt,
  rtf: copyRtf,
};

/**
 * The document without what tells of its making; null for a text file, which has no room for such things.
 * `text` is what the original says: a copy that says anything else is none. Like `readText` it works on
 * what strangers have sent and is called in the reading process only. Throws UncopiableDocument and what
 * reading throws.
 */
export async function copyDocument(
  type: DocumentType,
  bytes: Buffer,
  text: string,
): Promise<Copy | null> {
  if (type === 'txt') return null;
  const copy = await writers[type](bytes);
  const said = await readText(type, copy.bytes);
  if (said.text !== text) throw new UncopiableDocument('says something else');
  return copy;
}

import {
  type DetectedKind,
  type DocumentProblem,
  type DocumentType,
  documentTypes,
  isDocumentType,
} from '../domain/document-types.ts';
import { isInvisible } from '../domain/text.ts';
import { findPdfHeader, recogniseWeakMagic } from './magic.ts';
import { cleanFileName, extensionOf } from './names.ts';
import { type Finding, inspectArchive } from './office.ts';
import { inspectOle } from './ole.ts';
import { inspectPdf } from './pdf.ts';
import { type RandomAccess, readUpTo } from './random-access.ts';
import type { Sniffed } from './sniffer.ts';

/** `detected` is what the file seems to be: a word for the sentence that the reader is shown. */
export type Inspection =
  | { ok: true; type: DocumentType; mediaType: string }
  | { ok: false; problem: DocumentProblem; detected?: DetectedKind };

/**
 * Decides what a file is by its content and whether its name agrees (ASVS 5.2.2). The first magic
 * decides, so that a file which is two things at once is only the one it begins with. Reads a few
 * windows of the file, whatever its size; never throws over what is in them and rejects only with
 * what `source.read` rejects with.
 */
export async function inspectDocument(
  sniffed: Sniffed,
  fileName: string,
  source: RandomAccess,
): Promise<Inspection> {
  if (sniffed.size === 0) return { ok: false, problem: 'empty' };
  const extension = extensionOf(cleanFileName(fileName));
  const pdfAt = findPdfHeader(sniffed.head);
  const isPdf =
    sniffed.magic === 'pdf' ||
    (sniffed.magic === null && pdfAt >= 0 && (sniffed.encoding === null || extension === 'pdf'));
  if (isPdf) {
    if (extension !== 'pdf') return mismatch('pdf');
    return accept('pdf', await inspectPdf(source, pdfAt));
  }
  if (sniffed.magic === 'zip') return judgeArchive(await inspectArchive(source), extension);
  if (sniffed.magic === 'ole') return judgeOle(await inspectOle(source), extension);
  if (sniffed.magic === 'rtf') {
    if (extension !== 'rtf') return mismatch('rtf');
    return accept('rtf', (await isClosedRtf(source)) ? 'readable' : 'damaged');
  }
  if (sniffed.magic !== null) return wrongType(sniffed.magic);
  return judgeText(sniffed, extension);
}

function accept(
  type: DocumentType,
  verdict: 'readable' | 'damaged' | 'password-protected' = 'readable',
): Inspection {
  return verdict === 'readable'
    ? { ok: true, type, mediaType: documentTypes[type] }
    : { ok: false, problem: verdict };
}

function mismatch(detected: DocumentType): Inspection {
  return { ok: false, problem: 'mismatch', detected };
}

function wrongType(detected: DetectedKind | null): Inspection {
  return { ok: false, problem: 'wrong-type', ...(detected && { detected }) };
}

// A broken archive can be called a damaged document only by its name.
function judgeArchive(finding: Finding, extension: string): Inspection {
  const { kind, problem } = finding;
  if (kind === 'zip' && problem) {
    const claimsToBeDocument = extension === 'docx' || extension === 'odt';
    return claimsToBeDocument ? { ok: false, problem } : wrongType('zip');
  }
  if (!isDocumentType(kind)) return wrongType(kind);
  return kind === extension ? accept(kind, problem) : mismatch(kind);
}

function judgeOle(kind: Awaited<ReturnType<typeof inspectOle>>, extension: string): Inspection {
  if (kind !== 'locked-office') return wrongType(kind);
  return extension === 'docx' ? { ok: false, problem: 'password-protected' } : wrongType('word-97');
}

function judgeText({ size, head, encoding, isBlank }: Sniffed, extension: string): Inspection {
  if (encoding === null) {
    const isZero = head.every((byte) => byte === 0);
    // A disk or a transfer that failed leaves zeros.
    if (isZero && isDocumentType(extension)) return { ok: false, problem: 'damaged' };
    return wrongType(recogniseWeakMagic(head));
  }
  if (isBlank || (size === head.length && isLegacyBlank(head, encoding)))
    return { ok: false, problem: 'empty' };
  return extension === 'txt' ? accept('txt') : mismatch('txt');
}

function isLegacyBlank(head: Buffer, encoding: NonNullable<Sniffed['encoding']>): boolean {
  return encoding === 'single-byte' && isInvisible(new TextDecoder('latin1').decode(head));
}

// RTF is one group, so that a file which does not end in its brace was cut off, and an editor would
// read half a text. Some programs add line ends, NUL or SUB behind it.
async function isClosedRtf(source: RandomAccess): Promise<boolean> {
  const tail = await readUpTo(source, source.size - 1024, 1024);
  let end = tail.length;
  while (end > 0 && [0x00, 0x09, 0x0a, 0x0d, 0x1a, 0x20].includes(tail[end - 1]!)) end -= 1;
  return tail[end - 1] === 0x7d;
}

import type { PdfFile } from './pdf-file.ts';
import { PdfName, type PdfStream } from './pdf-values.ts';
import { cleanPicture } from './pictures.ts';

/**
 * A picture's data without what they say about their making; null where that can't be told. Only JPEG and
 * JPEG 2000 are files of their own with room for such things.
 */
export function cleanPdfPicture(
  file: PdfFile,
  stream: PdfStream,
): { data: Buffer; filter: PdfName } | 'as it is' | null {
  const { data, filters } = file.decode(stream);
  const format = filters.find((filter) => formats.has(filter));
  if (format === undefined) return 'as it is';
  // Packed in a way that we don't undo.
  if (filters.length > 1) return null;
  const cleaned = formats.get(format)!(data);
  return cleaned && { data: cleaned, filter: new PdfName(format) };
}

const formats = new Map([
  ['DCTDecode', cleanPicture],
  ['DCT', cleanPicture],
  ['JPXDecode', cleanJpeg2000],
]);

const shownBoxes = new Set(['jP  ', 'ftyp', 'jp2h', 'jp2c', 'rreq']);

/** Without its boxes of XML and of others' data (ISO 15444-1, annex I). */
function cleanJpeg2000(bytes: Buffer): Buffer | null {
  // A bare code stream.
  if (bytes.toString('hex', 0, 4) === 'ff4fff51') return bytes;
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const end = length === 0 ? bytes.length : at + length;
    if (length === 1 || (length > 0 && length < 8) || end > bytes.length) return null;
    if (shownBoxes.has(bytes.toString('latin1', at + 4, at + 8))) {
      parts.push(bytes.subarray(at, end));
    }
    at = end;
  }
  return parts.length > 0 ? Buffer.concat(parts) : null;
}

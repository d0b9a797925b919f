import type { Copy } from './copy.ts';
import { openPdf } from './pdf-file.ts';
import { scrubPdf } from './pdf-scrub.ts';
import { PdfStream, type PdfValue, writeValue } from './pdf-values.ts';

const header = Buffer.from('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n', 'latin1');

/**
 * A PDF written anew from what its pages show: without properties, XMP, earlier revisions, attached files,
 * scripts, actions, forms, notes and the data in its pictures. Throws UncopiableDocument where it can't be
 * told what belongs to the pages.
 */
export function copyPdf(bytes: Buffer): Copy {
  const { objects, root, lost } = scrubPdf(openPdf(bytes));
  const parts: Buffer[] = [header];
  const rows: string[] = ['0000000000 65535 f \n'];
  let at = header.length;
  objects.forEach((value, index) => {
    const object = writeObject(index + 1, value);
    rows.push(`${String(at).padStart(10, '0')} 00000 n \n`);
    parts.push(object);
    at += object.length;
  });
  const size = objects.length + 1;
  const trailer = `trailer\n<</Size ${size} /Root ${root.number} 0 R>>\nstartxref\n${at}\n%%EOF\n`;
  parts.push(Buffer.from(`xref\n0 ${size}\n${rows.join('')}${trailer}`));
  return { bytes: Buffer.concat(parts), lost };
}

function writeObject(number: number, value: PdfValue): Buffer {
  const start = Buffer.from(`${number} 0 obj\n${writeValue(value)}\n`, 'latin1');
  if (!(value instanceof PdfStream)) return Buffer.concat([start, Buffer.from('endobj\n')]);
  const end = Buffer.from('\nendstream\nendobj\n');
  return Buffer.concat([start, Buffer.from('stream\n'), value.data, end]);
}

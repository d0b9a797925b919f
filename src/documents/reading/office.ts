import { randomAccessOf } from '../random-access.ts';
import { openZip, type Zip } from '../zip.ts';
import { UnreadableDocument } from './reading.ts';

/** A part beyond this is no text that a person wrote; a novel takes some 5 MB of XML. */
const maxPartBytes = 32 * 1024 * 1024;
const maxRelationBytes = 1024 * 1024;

/** Opens the archive of a DOCX or ODT under the limits of `openZip`. Throws `broken` and `encrypted`. */
export async function openOffice(bytes: Buffer): Promise<Zip> {
  const zip = await openZip(randomAccessOf(bytes));
  if (zip === null) throw new UnreadableDocument('broken');
  if (zip.hasLockedEntries) throw new UnreadableDocument('encrypted');
  return zip;
}

/** A part that must be there. Throws `too-large` and `broken`. */
export async function getPart(zip: Zip, name: string): Promise<Buffer> {
  if ((zip.sizeOf(name) ?? 0) > maxPartBytes) throw new UnreadableDocument('too-large');
  const part = await zip.read(name, maxPartBytes);
  if (part === null) throw new UnreadableDocument('broken');
  return part;
}

/** Archives of all kinds, old Office files, programs: what a part of a text is not. */
const foreign = [
  'PK\x03\x04',
  'Rar!',
  '7z\xBC\xAF',
  '\x1F\x8B',
  '\xD0\xCF\x11\xE0',
  'MZ',
  '\x7FELF',
];

/**
 * Whether a part of the archive is a file of its own, whatever it is called. Each is unpacked against what
 * the directory says of it, one after the other.
 */
export async function holdsFiles(zip: Zip): Promise<boolean> {
  for (const name of zip.names) {
    const part = await zip.read(name, maxPartBytes);
    const start = part?.toString('latin1', 0, 8) ?? '';
    if (foreign.some((one) => start.startsWith(one))) return true;
  }
  return false;
}

/** Small parts whose names match; what is broken or large among them is left out. */
export async function* readParts(zip: Zip, name: RegExp): AsyncGenerator<Buffer> {
  for (const one of zip.names) {
    const part = name.test(one) ? await zip.read(one, maxRelationBytes) : null;
    if (part) yield part;
  }
}

import { writeDocxParts, writeOdtParts } from '../../src/documents/office-writer.ts';
import { type RandomAccess, randomAccessOf } from '../../src/documents/random-access.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { createSniffer, type Sniffed } from '../../src/documents/sniffer.ts';
import { writeZip, type ZipPart } from '../../src/documents/zip-writer.ts';

export const sampleContent = {
  title: 'Notes from the Alazani valley',
  author: 'Ana Example',
  paragraphs: ['The river was late this year.', 'Nobody had asked it to hurry (yet).'],
};

const complete = { ...sampleContent };
const nothing = Buffer.alloc(0);

/** Sniffs bytes as if they had arrived in chunks of the given size. */
export function sniff(bytes: Buffer, chunkSize = 65_536): Sniffed {
  const sniffer = createSniffer();
  for (let at = 0; at < bytes.length; at += chunkSize) {
    sniffer.push(bytes.subarray(at, at + chunkSize));
  }
  return sniffer.finish();
}

/** A source that counts what is asked of it and refuses to read outside of the file. */
export function countReads(bytes: Buffer): RandomAccess & { bytesRead: number } {
  const source = randomAccessOf(bytes);
  return {
    size: bytes.length,
    bytesRead: 0,
    async read(offset, length) {
      if (offset < 0 || length <= 0 || offset + length > bytes.length) {
        throw new Error(`read outside of the file: ${offset}+${length} of ${bytes.length}`);
      }
      this.bytesRead += length;
      return source.read(offset, length);
    },
  };
}

/** What is left when a transfer stops after this share of the bytes. */
export function cutOff(bytes: Buffer, share = 0.6): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}

/** Replaces one stretch of Latin-1 text; the lengths may differ. */
export function replaceText(bytes: Buffer, search: string, replacement: string): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes(search)) throw new Error(`nothing to replace: ${search}`);
  return Buffer.from(
    text.replace(search, () => replacement),
    'latin1',
  );
}

/** A trailer that names an encryption dictionary. */
export function makeLockedPdf(): Buffer {
  return replaceText(makePdf(sampleContent), '<< /Size', '<< /Encrypt 9 0 R /Size');
}

/** A PDF 1.5 file whose cross-reference table is a stream; `entries` go into its dictionary. */
export function makeStreamedPdf(entries = ''): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
    '<< /Filter /Standard /V 2 /R 3 /O (\\(o) /U (u) /P -4 >>',
  ];
  let file = '%PDF-1.5\n%\xE2\xE3\xCF\xD3\n';
  const rows = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return tableRow(1, at);
  });
  const start = file.length;
  const table = Buffer.concat([tableRow(0, 0), ...rows, tableRow(1, start)]);
  file +=
    `5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R ${entries} /Length ${table.length} >>\n` +
    `stream\n${table.toString('latin1')}\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

function tableRow(type: number, offset: number): Buffer {
  const row = Buffer.alloc(7);
  row.writeUInt8(type, 0);
  row.writeUInt32BE(offset, 1);
  return row;
}

/** Sends `startxref` to a place where no table is. */
export function breakOffset(pdf: Buffer, offset = 3): Buffer {
  const at = pdf.lastIndexOf('startxref\n') + 'startxref\n'.length;
  const end = pdf.indexOf('\n', at);
  return Buffer.concat([pdf.subarray(0, at), Buffer.from(`${offset}`), pdf.subarray(end)]);
}

export function makeDocxWith(change: (part: ZipPart) => ZipPart | null): Buffer {
  return writeZip(writeDocxParts(complete, nothing).flatMap((part) => change(part) ?? []));
}

/** Another main content type in the same package: what Word itself writes as .docm and its like. */
export function makeDocxOfType(type: string): Buffer {
  const ours = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  return makeDocxWith((part) =>
    part.name === '[Content_Types].xml'
      ? { ...part, data: replaceText(part.data, ours, type) }
      : part,
  );
}

export function makeDocm(): Buffer {
  return makeDocxOfType('application/vnd.ms-word.document.macroEnabled.main+xml');
}

export function makeLockedOdt(): Buffer {
  const parts = writeOdtParts(complete, nothing).map((part) =>
    part.name === 'META-INF/manifest.xml'
      ? {
          ...part,
          data: replaceText(
            part.data,
            '</manifest:manifest>',
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">' +
              '<manifest:encryption-data manifest:checksum="AAAA"/></manifest:file-entry>' +
              '</manifest:manifest>',
          ),
        }
      : part,
  );
  return writeZip(parts);
}

/** An OpenDocument or EPUB container of any media type. */
export function makeContainer(mimetype: string): Buffer {
  return writeZip([
    { name: 'mimetype', data: Buffer.from(mimetype), method: 'store' },
    { name: 'content.xml', data: Buffer.from('<a/>'), method: 'deflate' },
  ]);
}

export function makeZip(...names: string[]): Buffer {
  return writeZip(
    names.map((name) => ({ name, data: Buffer.from(`bytes of ${name}`), method: 'deflate' })),
  );
}

/**
 * An OLE compound file ([MS-CFB]) whose directory, four streams a sector, lies in the given sectors.
 * The table of the first 128 sectors is in sector 0, one beyond the 109th is in sector 4, and sector
 * 2 lists it.
 */
export function makeOle(streams: readonly string[], sectors = [1, 3, 5, 7]): Buffer {
  const names = ['Root Entry', ...streams];
  const used = sectors.slice(0, Math.ceil(names.length / 4));
  const file = Buffer.alloc((Math.max(...used, 4) + 2) * 512, 0xff);
  const place = (sector: number): number => (sector + 1) * 512;
  file.fill(0, 0, 76);
  Buffer.from('D0CF11E0A1B11AE1', 'hex').copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(used[0]!, 48);
  file.writeUInt32LE(2, 68);
  file.writeUInt32LE(0, 76);
  used.forEach((sector, index) => {
    const table = Math.floor(sector / 128);
    const tableSector = table === 0 ? 0 : 4;
    if (table >= 109) file.writeUInt32LE(tableSector, place(2) + (table - 109) * 4);
    file.writeUInt32LE(used[index + 1] ?? 0xfffffffe, place(tableSector) + (sector % 128) * 4);
    const directory = file.subarray(place(sector), place(sector) + 512).fill(0);
    names.slice(index * 4, index * 4 + 4).forEach((name, slot) => {
      directory.write(name, slot * 128, 'utf16le');
      directory.writeUInt16LE(name.length * 2 + 2, slot * 128 + 64);
    });
  });
  return file;
}

/** What Word makes of a .docx with a password ([MS-OFFCRYPTO] 2.3.4). */
export function makeLockedDocx(): Buffer {
  return makeOle(['EncryptionInfo', 'EncryptedPackage']);
}

type DirectoryEntry = { header: Buffer; name: string };

/** Changes records of the central directory in place (offsets: APPNOTE 4.3.12). */
export function forgeDirectory(zip: Buffer, forge: (entry: DirectoryEntry) => void): Buffer {
  const forged = Buffer.from(zip);
  const end = forged.lastIndexOf('PK\x05\x06');
  let at = forged.readUInt32LE(end + 16);
  while (at < end) {
    const nameLength = forged.readUInt16LE(at + 28);
    const name = forged.toString('utf8', at + 46, at + 46 + nameLength);
    forge({ header: forged.subarray(at, at + 46 + nameLength), name });
    at += 46 + nameLength;
  }
  return forged;
}

export const directoryFields = {
  flags: 8,
  method: 10,
  checksum: 16,
  compressedSize: 20,
  uncompressedSize: 24,
  externalAttributes: 38,
  localOffset: 42,
  name: 46,
} as const;

/** A sound DOCX with an extra part under a name that unpacking would follow. */
export function makeDocxWithPart(name: string): Buffer {
  return writeZip([
    ...writeDocxParts(complete, nothing),
    { name, data: Buffer.from('x'), method: 'store' },
  ]);
}

const cyrillic = 'Заметки из долины. Ёлка, съезд!\r\n';

/** The same words in the code page that old Windows programs save them in. */
export function makeWindows1251Text(): Buffer {
  return Buffer.from(
    [...cyrillic].map((character) => {
      const code = character.codePointAt(0)!;
      if (character === 'Ё') return 0xa8;
      return code >= 0x410 ? code - 0x410 + 0xc0 : code;
    }),
  );
}

export function makeUtf16Text(order: 'little' | 'big'): Buffer {
  const little = Buffer.from(`\uFEFF${cyrillic}`, 'utf16le');
  return order === 'little' ? little : little.swap16();
}

/** The first bytes of files that applicants send by mistake. */
export const foreignHeads = {
  'photo.png': Buffer.from('\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR', 'latin1'),
  'photo.jpg': Buffer.from('\xFF\xD8\xFF\xE0\x00\x10JFIF\x00', 'latin1'),
  'photo.heic': Buffer.from('\x00\x00\x00\x18ftypheic\x00\x00\x00\x00', 'latin1'),
  'photo.webp': Buffer.from('RIFF\x24\x00\x00\x00WEBPVP8 ', 'latin1'),
  'clip.mp4': Buffer.from('\x00\x00\x00\x18ftypisom\x00\x00\x02\x00', 'latin1'),
  'voice.m4a': Buffer.from('\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00', 'latin1'),
  'voice.mp3': Buffer.from('ID3\x04\x00\x00\x00\x00\x00\x00', 'latin1'),
  'cv.exe': Buffer.from('MZ\x90\x00\x03\x00\x00\x00\x04\x00', 'latin1'),
  'cv.rar': Buffer.from('Rar!\x1A\x07\x01\x00', 'latin1'),
  'cv.html': Buffer.from('\n<!DOCTYPE html><html><script>alert(1)</script></html>'),
  'cv.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  'cv.fodt': Buffer.from('<?xml version="1.0"?><office:document/>'),
} as const;

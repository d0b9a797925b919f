import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectDocument } from '../../src/documents/inspect.ts';
import { makeDocx, makeOdt } from '../../src/documents/samples.ts';
import { openZip } from '../../src/documents/zip.ts';
import { writeZip, type ZipPart } from '../../src/documents/zip-writer.ts';
import {
  countReads,
  cutOff,
  directoryFields as fields,
  forgeDirectory,
  makeDocxWithPart,
  makeZip,
  sampleContent,
  sniff,
} from '../support/documents.ts';

const docx = makeDocx(sampleContent, { size: 20_000 });
const padding = 'word/media/padding.bin';
const damaged = { ok: false, problem: 'damaged' };

async function problemOf(bytes: Buffer, name = 'cv.docx'): Promise<unknown> {
  const source = countReads(bytes);
  const { ok, ...rest } = await inspectDocument(sniff(bytes), name, source);
  expect(source.bytesRead).toBeLessThan(1_500_000);
  return { ok, ...rest };
}

function forge(name: string, change: (header: Buffer) => void): Buffer {
  return forgeDirectory(docx, (entry) => {
    if (entry.name === name) change(entry.header);
  });
}

function manyParts(count: number): Buffer {
  const parts = Array.from({ length: count }, (_, index): ZipPart => {
    return { name: `word/media/${index}.bin`, data: Buffer.from('x'), method: 'store' };
  });
  return writeZip([
    { name: '[Content_Types].xml', data: Buffer.from('<a/>'), method: 'store' },
    ...parts,
  ]);
}

describe('a zip that lies about itself is called damaged before anything is unpacked', () => {
  it('attack 2: 5.2.3: when one part would unpack to more than 200 times its size', async () => {
    const zeros = Buffer.alloc(3 * 1024 * 1024);
    const bomb = writeZip([{ name: 'word/document.xml', data: zeros, method: 'deflate' }]);
    expect(bomb.length).toBeLessThan(4000);
    expect(await openZip(countReads(bomb))).toBeNull();
    const beside: ZipPart = { name: 'a.jpg', data: randomBytes(50_000), method: 'store' };
    const hidden = writeZip([
      beside,
      { name: 'word/document.xml', data: zeros, method: 'deflate' },
    ]);
    expect(await openZip(countReads(hidden))).toBeNull();
    const modest = writeZip([
      { name: 'word/document.xml', data: zeros.subarray(0, 1024 * 1024), method: 'deflate' },
    ]);
    expect(await openZip(countReads(modest))).not.toBeNull();
  });

  it('attack 2: 5.2.3: when the parts together would unpack to more than 100 times their size, though none is large', async () => {
    const zeros = Buffer.alloc(900_000);
    const parts = (count: number): ZipPart[] =>
      Array.from({ length: count }, (_, index) => {
        return { name: `word/${index}.xml`, data: zeros, method: 'deflate' };
      });
    const bomb = writeZip(parts(150));
    expect(bomb.length).toBeLessThan(200_000);
    expect(await openZip(countReads(bomb))).toBeNull();
    expect(await openZip(countReads(writeZip(parts(1))))).not.toBeNull();
    const pictures: ZipPart = {
      name: 'word/a.jpg',
      data: Buffer.alloc(100_000, 'x'),
      method: 'store',
    };
    expect(await openZip(countReads(writeZip([pictures, ...parts(10)])))).not.toBeNull();
  });

  it('attack 2: 5.2.3: when the parts together would unpack to more than 200 MB though none is large', async () => {
    const promise = (count: number): Buffer =>
      forgeDirectory(
        writeZip(
          Array.from({ length: count }, (_, index): ZipPart => {
            return { name: `${index}`, data: randomBytes(11_000), method: 'deflate' };
          }),
        ),
        (entry) => {
          entry.header.writeUInt32LE(1024 * 1024, fields.uncompressedSize);
        },
      );
    expect(await openZip(countReads(promise(201)))).toBeNull();
    expect((await openZip(countReads(promise(200))))?.names.size).toBe(200);
  });

  it('when it has more than 2,000 entries, or says so', async () => {
    expect(await openZip(countReads(manyParts(1999)))).not.toBeNull();
    expect(await openZip(countReads(manyParts(2000)))).toBeNull();
    const boast = Buffer.from(docx);
    boast.writeUInt16LE(0xfffe, boast.length - 12);
    expect(await problemOf(boast)).toEqual(damaged);
  });

  it('when its directory is larger than 1 MB', async () => {
    const long = Array.from({ length: 1999 }, (_, index) => `${index}${'n'.repeat(500)}`);
    expect(await openZip(countReads(makeZip(...long)))).toBeNull();
    expect((await openZip(countReads(makeZip(...long.slice(0, 1900)))))?.names.size).toBe(1900);
  });

  it.each(['../evil.txt', 'word/../../evil', '/etc/passwd', 'C:/evil', 'word\\evil.xml', 'a\0b'])(
    'attack 4: when a name leads out of the folder: %j',
    async (name) => {
      expect(await problemOf(makeDocxWithPart(name))).toEqual(damaged);
    },
  );

  it('attack 4: when an entry is a symbolic link', async () => {
    const link = forge(padding, (header) => {
      header.writeUInt32LE((0o120777 << 16) >>> 0, fields.externalAttributes);
    });
    expect(await problemOf(link)).toEqual(damaged);
    const file = forge(padding, (header) => {
      header.writeUInt32LE((0o100644 << 16) >>> 0, fields.externalAttributes);
    });
    expect(await problemOf(file)).toMatchObject({ ok: true, type: 'docx' });
  });

  it('attack 3: when two names are the same, or differ in case only', async () => {
    expect(await problemOf(makeDocxWithPart('word/document.xml'))).toEqual(damaged);
    expect(await problemOf(makeDocxWithPart('Word/Document.XML'))).toEqual(damaged);
  });

  it('attack 3: when parts lie over each other or over the directory', async () => {
    const first = forge(padding, (header) => header.writeUInt32LE(0, fields.localOffset));
    expect(await problemOf(first)).toEqual(damaged);
    const late = forge(padding, (header) => {
      header.writeUInt32LE(header.readUInt32LE(fields.localOffset) + 1, fields.localOffset);
    });
    expect(await problemOf(late)).toEqual(damaged);
    const long = forge('[Content_Types].xml', (header) => {
      header.writeUInt32LE(header.readUInt32LE(fields.compressedSize) + 1, fields.compressedSize);
    });
    expect(await problemOf(long)).toEqual(damaged);
  });

  it('attack 3: when a part that is read has another name, size or checksum than the directory says', async () => {
    const name = Buffer.from(docx);
    name.write('[content_types].xmk', docx.indexOf('[Content_Types].xml'));
    expect(await problemOf(name)).toEqual(damaged);
    for (const field of [fields.uncompressedSize, fields.checksum]) {
      const forged = forge('[Content_Types].xml', (header) => {
        header.writeUInt32LE(header.readUInt32LE(field) + 1, field);
      });
      expect(await problemOf(forged)).toEqual(damaged);
    }
  });

  it('when a small part unpacks to more than its 256 KB', async () => {
    const bytes = writeZip([
      { name: '[Content_Types].xml', data: Buffer.alloc(300 * 1024, ' '), method: 'deflate' },
    ]);
    expect(await problemOf(bytes)).toEqual(damaged);
    const modest = forgeDirectory(bytes, ({ header }) => {
      header.writeUInt32LE(1000, fields.uncompressedSize);
    });
    expect(await problemOf(modest)).toEqual(damaged);
  });

  it('when a part that is read is larger than that though it is not packed', async () => {
    const types = Buffer.concat([
      Buffer.from('<Types><!--'),
      Buffer.alloc(300 * 1024, '-'),
      Buffer.from('--></Types>'),
    ]);
    const stored: ZipPart = { name: '[Content_Types].xml', data: types, method: 'store' };
    expect(await problemOf(writeZip([stored]))).toEqual(damaged);
  });

  it('attack 2: 5.2.3: when a part claims 1 KB and holds 200 MB, of which little is unpacked', async () => {
    const block = deflateRawSync(Buffer.alloc(1024 * 1024), {
      finishFlush: constants.Z_FULL_FLUSH,
    });
    const packed = Buffer.concat([
      ...Array.from({ length: 200 }, () => block),
      deflateRawSync(Buffer.alloc(0)),
    ]);
    const store: ZipPart = { name: '[Content_Types].xml', data: packed, method: 'store' };
    const bomb = forgeDirectory(writeZip([store]), ({ header }) => {
      header.writeUInt16LE(8, fields.method);
      header.writeUInt32LE(1000, fields.uncompressedSize);
    });
    const before = process.resourceUsage().maxRSS;
    expect(await problemOf(bomb)).toEqual(damaged);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(80 * 1024);
  });

  it('when it is cut off', async () => {
    for (const share of [0.001, 0.3, 0.9, 0.9999]) {
      expect(await problemOf(cutOff(docx, share))).toEqual(damaged);
    }
    expect(await problemOf(cutOff(makeOdt(sampleContent)), 'cv.odt')).toEqual(damaged);
    expect(await problemOf(cutOff(docx), 'photos.zip')).toEqual({
      ok: false,
      problem: 'wrong-type',
      detected: 'zip',
    });
  });
});

describe('a zip with a password', () => {
  it('is said to be one when it is a document', async () => {
    const bytes = forgeDirectory(docx, ({ header }) => header.writeUInt16LE(0x801, fields.flags));
    // A stored entry that is encrypted carries twelve bytes more.
    const stored = forgeDirectory(bytes, ({ header, name }) => {
      if (name !== padding) return;
      header.writeUInt32LE(
        header.readUInt32LE(fields.compressedSize) - 12,
        fields.uncompressedSize,
      );
    });
    expect(await problemOf(stored)).toEqual({ ok: false, problem: 'password-protected' });
  });
});

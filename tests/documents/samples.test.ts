import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { inspectDocument } from '../../src/documents/inspect.ts';
import {
  makeDocx,
  makeOdt,
  makePdf,
  makeRtf,
  makeSample,
  makeTxt,
} from '../../src/documents/samples.ts';
import { type DocumentType, documentTypes } from '../../src/domain/document-types.ts';
import { countReads, sniff } from '../support/documents.ts';

const types = Object.keys(documentTypes) as DocumentType[];
const latin = {
  title: 'Überblick (draft) \\ 1',
  author: 'José Example',
  paragraphs: ['A & B < C > D "E".', 'First\nsecond'],
};
const manyScripts = {
  title: 'ქართული',
  author: 'Անի',
  paragraphs: ['Ещё ёлка', 'Gəncə və Şəki 😀', 'half \uD83D pair \0 and \x1B control'],
};
const long = {
  title: 'Long',
  paragraphs: Array.from({ length: 300 }, (_, index) => `Paragraph ${index} `.repeat(12)),
};
const allLetters = {
  title: 'All',
  paragraphs: [String.fromCodePoint(...Array.from({ length: 700 }, (_, index) => 0x400 + index))],
};

async function unzip(bytes: Buffer): Promise<Map<string, string>> {
  const archive = await fromBufferPromise(bytes);
  const parts = new Map<string, string>();
  for await (const entry of archive.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk);
    const data = Buffer.concat(chunks);
    expect(crc32(data)).toBe(entry.crc32);
    parts.set(entry.fileName, data.toString('utf8'));
  }
  return parts;
}

describe('every sample', () => {
  it.each(types)('as %s passes the inspection, in any script and length', async (type) => {
    const empty = { title: '', paragraphs: [] };
    for (const content of [latin, manyScripts, long, allLetters]) {
      const bytes = makeSample(type, content);
      expect(await inspectDocument(sniff(bytes), `x.${type}`, countReads(bytes))).toEqual({
        ok: true,
        type,
        mediaType: documentTypes[type],
      });
    }
    if (type === 'txt') return;
    const bytes = makeSample(type, empty);
    expect(await inspectDocument(sniff(bytes), `x.${type}`, countReads(bytes))).toMatchObject({
      ok: true,
    });
  });

  it.each(types)('as %s is the same each time', (type) => {
    expect(makeSample(type, manyScripts)).toEqual(makeSample(type, manyScripts));
    expect(makeSample(type, manyScripts)).not.toEqual(makeSample(type, latin));
  });

  it.each(types)('as %s has the size that was asked for and still passes', async (type) => {
    for (const size of [9_999, 20_000, 500_000, 1_000_003]) {
      const bytes = makeSample(type, latin, { size });
      expect(bytes.length).toBe(size);
      expect(await inspectDocument(sniff(bytes), `x.${type}`, countReads(bytes))).toMatchObject({
        ok: true,
        type,
      });
    }
    expect(makeSample(type, latin, { size: 10 })).toEqual(makeSample(type, latin));
  });
});

describe('makePdf', () => {
  it('points its table at each object, and startxref at the table', () => {
    for (const content of [latin, manyScripts, long, allLetters]) {
      const text = makePdf(content, { size: 30_000 }).toString('latin1');
      const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
      const [, count, table] = /^xref\n0 (\d+)\n([\s\S]*?)trailer\n/.exec(text.slice(start))!;
      const rows = table!.match(/.{18} \n/g)!;
      expect(rows).toHaveLength(Number(count));
      expect(rows[0]).toBe('0000000000 65535 f \n');
      rows.slice(1).forEach((row, index) => {
        const at = Number(row.slice(0, 10));
        expect(text.slice(at, at + 20)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
      });
      expect(text.slice(start)).toContain(`/Size ${count} `);
    }
  });

  it('tells the true length of each stream', () => {
    const text = makePdf(manyScripts, { size: 30_000 }).toString('latin1');
    const streams = [...text.matchAll(/<< \/Length (\d+) >>\nstream\n/g)];
    expect(streams).toHaveLength(3);
    for (const { index, 0: head, 1: length } of streams) {
      const end = index + head.length + Number(length);
      expect(text.slice(end, end + 18)).toBe('\nendstream\nendobj\n');
    }
  });

  it('writes Latin text so that it can be found in the file', () => {
    const text = makePdf(latin).toString('latin1');
    expect(text).toContain('(\xDCberblick \\(draft\\) \\\\ 1) Tj');
    expect(text).toContain('(A & B < C > D "E".) Tj');
    expect(text).toContain('(First second) Tj');
    expect(text).toContain('/Title <FEFF00DC006200650072');
    expect(text).not.toContain('Sylfaen');
  });

  it('maps every other letter back to Unicode', () => {
    const text = makePdf(manyScripts).toString('latin1');
    const slots = /\/Differences \[128 ([^\]]*)\]/.exec(text)![1]!.split(' ');
    const foreign = [...'ქართულიЕщёлкаəŞ😀'];
    expect(slots).toHaveLength(new Set(foreign).size);
    for (const character of foreign) {
      const hex = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      const slot = slots.indexOf(hex.length === 4 ? `/uni${hex}` : `/u${hex}`);
      const units = Buffer.from(character, 'utf16le').swap16().toString('hex').toUpperCase();
      expect(text).toContain(`<${(128 + slot).toString(16)}> <${units}>`);
    }
  });

  it('breaks long texts into lines and pages', () => {
    const text = makePdf(long).toString('latin1');
    const pages = Number(/\/Count (\d+)/.exec(text)?.[1]);
    expect(pages).toBe(16);
    expect(text.match(/\/Type \/Page /g)).toHaveLength(pages);
    for (const [, line] of text.matchAll(/\(([^)]*)\) Tj/g)) {
      expect(line!.length).toBeLessThan(110);
    }
  });

  it('takes as many fonts as there are letters to show', () => {
    const text = makePdf(allLetters).toString('latin1');
    expect(text.match(/\/BaseFont \/Sylfaen/g)).toHaveLength(6);
    const lists = [...text.matchAll(/(\d+) beginbfchar\n([\s\S]*?)\nendbfchar/g)];
    expect(lists.map(([, count]) => Number(count)).slice(0, 4)).toEqual([100, 28, 100, 28]);
    for (const [, count, list] of lists) expect(list!.split('\n')).toHaveLength(Number(count));
  });
});

describe('makeDocx and makeOdt', () => {
  it('open with an independent reader, text and author inside', async () => {
    const docx = await unzip(makeDocx(latin, { size: 9000 }));
    expect([...docx.keys()]).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'docProps/core.xml',
      'word/document.xml',
      'word/media/padding.bin',
    ]);
    const body = docx.get('word/document.xml')!;
    expect(body).toContain('>Überblick (draft) \\ 1</w:t>');
    expect(body).toContain('>A &amp; B &lt; C &gt; D &quot;E&quot;.</w:t>');
    expect(body).toContain('>First</w:t><w:br/><w:t xml:space="preserve">second</w:t>');
    expect(docx.get('docProps/core.xml')).toContain('<dc:creator>José Example</dc:creator>');

    const odt = await unzip(makeOdt(latin, { size: 9000 }));
    expect([...odt.keys()][0]).toBe('mimetype');
    expect(odt.get('mimetype')).toBe('application/vnd.oasis.opendocument.text');
    expect(odt.get('content.xml')).toContain('<text:p>First<text:line-break/>second</text:p>');
    for (const name of ['content.xml', 'meta.xml', 'Pictures/padding.bin']) {
      expect(odt.get('META-INF/manifest.xml')).toContain(`manifest:full-path="${name}"`);
    }
  });

  it('keep other scripts and drop what XML can not hold', async () => {
    const body = (await unzip(makeDocx(manyScripts))).get('word/document.xml')!;
    for (const text of ['ქართული', 'Ещё ёлка', 'Gəncə və Şəki 😀', 'half   pair   and   control']) {
      expect(body).toContain(`>${text}</w:t>`);
    }
  });

  it('put the ODT media type where a reader of bytes finds it', () => {
    const bytes = makeOdt(latin);
    expect(bytes.toString('latin1', 30, 77)).toBe(
      'mimetypeapplication/vnd.oasis.opendocument.text',
    );
  });
});

describe('makeRtf and makeTxt', () => {
  it('write RTF in pure ASCII with balanced braces', () => {
    const text = makeRtf({ ...manyScripts, title: '{a}\\b' }, { size: 9000 }).toString('latin1');
    expect(text).toMatch(/^[\n\x20-\x7E]*$/);
    expect(text).toContain('\\{a\\}\\\\b');
    expect(text).toContain('\\u1045 \\u1097 \\u1105 ');
    expect(text).toContain('\\u-10179 \\u-8704 ');
    const bare = text.replaceAll(/\\[\\{}]/g, '');
    expect(bare.split('{')).toHaveLength(bare.split('}').length);
  });

  it('write plain paragraphs', () => {
    expect(makeTxt(latin).toString()).toBe(
      'Überblick (draft) \\ 1\n\nJosé Example\n\nA & B < C > D "E".\n\nFirst\nsecond\n',
    );
  });
});

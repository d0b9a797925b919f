import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeDocxParts } from '../../../src/documents/office-writer.ts';
import {
  createDocumentReader,
  type DocumentReader,
  type ReaderOptions,
} from '../../../src/documents/reading/reader.ts';
import { makeDocx, makePdf, makeSample } from '../../../src/documents/samples.ts';
import { writeZip } from '../../../src/documents/zip-writer.ts';
import { allowedExtensions, type DocumentType } from '../../../src/domain/document-types.ts';
import { breakOffset, replaceText } from '../../support/documents.ts';
import { makeEndlessPdf, makeSwellingPdf } from '../../support/hostile.ts';
import { sampleTexts } from '../../support/sample-texts.ts';
import { makeTellingPdf } from '../../support/telling-documents.ts';

const english = sampleTexts.en!;
const fullText = [english.title, ...english.paragraphs].join('\n\n');
const pdf = makePdf(english);
const open: DocumentReader[] = [];
const allEnded = async () => await vi.waitFor(() => expect(listProcesses()).toEqual([]));
const endReaders = async (): Promise<void> => {
  for (const reader of open.splice(0)) reader.close();
  await allEnded();
};

function createReader(options: Partial<ReaderOptions> = {}): DocumentReader {
  const reader = createDocumentReader(options);
  open.push(reader);
  return reader;
}

async function* inPieces(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (reader: DocumentReader, type: DocumentType, bytes: Buffer, signal?: AbortSignal) =>
  reader.read({ type, size: bytes.length }, () => inPieces(bytes), signal);

/** A document whose template is at an address. */
function fetchingDocx(address: string): Buffer {
  const parts = writeDocxParts({ ...english, author: '' }, Buffer.alloc(0));
  const relation = `<Relationships><Relationship Id="r" Type="x/attachedTemplate" TargetMode="External" Target="${address}"/></Relationships>`;
  return writeZip([
    ...parts,
    { name: 'word/_rels/document.xml.rels', data: Buffer.from(relation), method: 'deflate' },
  ]);
}

const none = (reason: string) => ({ state: 'none', reason });

/** The reading processes that this one has started. */
function listProcesses(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const isOurs = ['S', 'R'].some((state) => stat.includes(`) ${state} ${process.pid} `));
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('permission');
      } catch {
        return false;
      }
    });
}

describe('documents are read in a process of their own', () => {
  let reader: DocumentReader;
  beforeAll(() => {
    reader = createDocumentReader();
  });
  afterAll(async () => {
    reader.close();
    await allEnded();
  });

  it('of all types, one after the other in the same one', async () => {
    for (const type of allowedExtensions) {
      const bytes = makeSample(type, english, { size: 700_000 });
      expect(await read(reader, type, bytes)).toMatchObject({
        state: 'read',
        text: expect.stringContaining(english.paragraphs[1]!),
      });
      expect(listProcesses()).toHaveLength(1);
    }
  });

  it('with a copy without metadata beside the text, or the word that the document is its own', async () => {
    const docx = makeSample('docx', { ...english, author: 'Ana Example' }, { size: 700_000 });
    const { copy } = await read(reader, 'docx', docx);
    const bytes = copy.state === 'made' ? copy.bytes : Buffer.alloc(0);
    expect(await read(reader, 'docx', bytes)).toMatchObject({ text: fullText });
    expect([bytes.includes('docProps'), docx.includes('docProps')]).toEqual([false, true]);
    expect(await read(reader, 'txt', Buffer.from('words'))).toMatchObject({
      copy: { state: 'same' },
    });
    const odd = breakOffset(pdf);
    expect(await read(reader, 'pdf', odd)).toMatchObject({
      ...{ state: 'read', text: fullText, copy: none('unsupported') },
    });
  });

  it('attack 15: that fetches nothing which a document names', async () => {
    let asked = 0;
    const server = createServer((socket) => {
      asked += 1;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const there = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const docx = fetchingDocx(there);
    expect(await read(reader, 'docx', docx)).toMatchObject({
      state: 'read',
      copy: { state: 'made' },
    });
    const link = replaceText(
      makeTellingPdf(),
      'https://example.org/ana',
      there.padEnd(23, 'x').slice(0, 23),
    );
    expect(await read(reader, 'pdf', link)).toMatchObject({ state: 'read' });
    const rtf = Buffer.from(`{\\rtf1 {\\field{\\fldinst INCLUDEPICTURE "${there}"}} x}`);
    expect(await read(reader, 'rtf', rtf)).toMatchObject({ active: ['external'] });
    expect(asked).toBe(0);
    server.close();
  });

  it('whose turn comes even when many ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => read(reader, 'pdf', pdf)));
    expect(all.map(({ state }) => state)).toEqual(Array(8).fill('read'));
    expect(listProcesses()).toHaveLength(1);
  });
});

describe('a process that reads documents', () => {
  afterEach(endReaders);

  it('knows nothing of ours: no variables, no files, no other program', async () => {
    process.env.PLANTED_SECRET = 'planted';
    const reader = createReader();
    await read(reader, 'pdf', pdf);
    const [pid] = listProcesses();
    // What dash sets by itself.
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(variables.filter((one) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(one))).toEqual([]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    expect(command).toMatch(/\0--(?:experimental-)?permission\0/);
    expect(command).not.toContain('--allow');
    delete process.env.PLANTED_SECRET;
  });

  it('is replaced after some, and ends when nothing is left to read', async () => {
    const reader = createReader({ documentsPerProcess: 2, idleMs: 50 });
    await read(reader, 'txt', Buffer.from(fullText));
    const [first] = listProcesses();
    await read(reader, 'txt', Buffer.from(fullText));
    expect(await read(reader, 'txt', Buffer.from(fullText))).toMatchObject({ text: fullText });
    expect(listProcesses()).not.toContain(first);
    await vi.waitFor(() => expect(listProcesses()).toEqual([]));
  });
});

describe('a document that', () => {
  afterEach(endReaders);

  it('is broken or locked costs nobody a process', async () => {
    const reader = createReader();
    const broken = { state: 'failed', reason: 'broken' };
    expect(await read(reader, 'pdf', Buffer.from('%PDF-1.7\nno'))).toMatchObject(broken);
    const [first] = listProcesses();
    expect(await read(reader, 'docx', Buffer.from('PK'))).toEqual({
      ...{ ...broken, active: null, copy: none('unreadable') },
    });
    expect(await read(reader, 'pdf', pdf)).toMatchObject({
      state: 'read',
      active: [],
      text: fullText,
    });
    expect(listProcesses()).toEqual([first]);
  });

  it('says nothing is empty', async () => {
    const bytes = makePdf({ title: '', paragraphs: [] });
    expect(await read(createReader(), 'pdf', bytes)).toMatchObject({
      ...{ state: 'empty', active: [], text: '', cut: false, language: null, words: 0, pages: 1 },
    });
  });

  it('is larger than is read is not even sent', async () => {
    const reader = createReader({ documentBytes: pdf.length - 1 });
    expect(await read(reader, 'pdf', pdf)).toEqual({
      ...{ state: 'failed', reason: 'too-large', active: null, copy: none('too-large') },
    });
    expect(listProcesses()).toEqual([]);
  });

  it('swells beyond the memory it may have is stopped, and the rest is read', async () => {
    const bytes = makeSwellingPdf();
    expect(bytes.length).toBeLessThan(10_000);
    const reader = createReader({ memoryMb: 200 });
    const before = process.memoryUsage.rss();
    expect(await read(reader, 'pdf', bytes)).toEqual({
      ...{ state: 'failed', reason: 'too-large', active: [], copy: none('unreadable') },
    });
    expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(60);
    expect(await read(reader, 'pdf', pdf)).toMatchObject({ text: fullText });
  });

  it('never comes to an end is stopped, and the rest is read', async () => {
    const reader = createReader({ timeoutMs: 2500 });
    expect(await read(reader, 'pdf', makeEndlessPdf())).toEqual({
      ...{ state: 'failed', reason: 'timed-out', active: [], copy: none('unreadable') },
    });
    expect(await read(reader, 'pdf', pdf)).toMatchObject({ text: fullText });
  });

  it('takes its process with it has crashed', async () => {
    const reader = createReader();
    const bytes = makeEndlessPdf();
    let opened = false;
    const reading = reader.read({ type: 'pdf', size: bytes.length }, async function* () {
      opened = true;
      yield* inPieces(bytes);
    });
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    process.kill(listProcesses()[0]!, 'SIGKILL');
    expect(await reading).toMatchObject({ state: 'failed', reason: 'crashed' });
    expect(await read(reader, 'pdf', pdf)).toMatchObject({ text: fullText });
  });

  it('dies of what another left behind is read in a fresh process', async () => {
    const reader = createReader();
    await read(reader, 'pdf', pdf);
    const [first] = listProcesses();
    const bytes = makeDocx(english, { size: 3_000_000 });
    let opened = 0;
    const reading = reader.read({ type: 'docx', size: bytes.length }, () => {
      opened += 1;
      if (opened === 1) process.kill(first!, 'SIGKILL');
      return inPieces(bytes);
    });
    expect(await reading).toMatchObject({ state: 'read', text: fullText });
    expect(opened).toBe(2);
  });

  it('says more than an answer may hold is stopped', async () => {
    const reader = createReader({ answerBytes: 200 });
    expect(await read(reader, 'txt', Buffer.from(fullText.repeat(10)))).toMatchObject({
      ...{ state: 'failed', reason: 'too-large' },
    });
  });
});

describe('reading', () => {
  afterEach(endReaders);

  it('rejects with what the bytes reject with, and goes on', async () => {
    const reader = createReader();
    async function* failing(): AsyncGenerator<Buffer> {
      yield pdf.subarray(0, 100);
      throw new Error('the database is away');
    }
    await expect(reader.read({ type: 'pdf', size: pdf.length }, failing)).rejects.toThrow(
      'the database is away',
    );
    expect(await read(reader, 'pdf', pdf)).toMatchObject({ text: fullText });
  });

  it('stops when it is told to', async () => {
    const reader = createReader();
    const stopping = new AbortController();
    const reading = read(reader, 'pdf', makeEndlessPdf(), stopping.signal);
    const rejected = expect(reading).rejects.toThrow('enough');
    await vi.waitFor(() => expect(listProcesses()).toHaveLength(1));
    stopping.abort(new Error('enough'));
    await rejected;
    await vi.waitFor(() => expect(listProcesses()).toEqual([]));
  });

  it('is over once the reader is closed', async () => {
    const reader = createReader();
    const reading = read(reader, 'pdf', makeEndlessPdf());
    const rejected = expect(reading).rejects.toThrow('has ended');
    await vi.waitFor(() => expect(listProcesses()).toHaveLength(1));
    reader.close();
    await rejected;
    await expect(read(reader, 'pdf', pdf)).rejects.toThrow('has ended');
  });

  it('takes no more of a document than the process has room for', async () => {
    const reader = createReader({ timeoutMs: 60_000 });
    await read(reader, 'pdf', pdf);
    await vi.waitFor(() => expect(listProcesses()).toHaveLength(1));
    const pid = listProcesses()[0]!;
    process.kill(pid, 'SIGSTOP');
    // What is no DOCX is refused at once, but only when all of it is there.
    const piece = Buffer.alloc(262_144, 'a ');
    const pieces = 40;
    let taken = 0;
    const reading = reader.read({ type: 'docx', size: pieces * piece.length }, async function* () {
      while (taken < pieces) {
        taken += 1;
        yield piece;
      }
    });
    await vi.waitFor(() => expect(taken).toBeGreaterThan(0));
    await setTimeout(200);
    // One is on its way, and the pipe holds less than another.
    expect(taken).toBeLessThan(3);
    process.kill(pid, 'SIGCONT');
    expect(await reading).toMatchObject({ state: 'failed', reason: 'broken' });
    expect(taken).toBe(pieces);
  });
});

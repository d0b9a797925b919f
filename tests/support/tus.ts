import { createHash } from 'node:crypto';
import type { DocumentKind } from '../../src/domain/documents.ts';

type Headers = Record<string, string>;
export type TusOptions = { headers?: Headers; body?: Buffer | ReadableStream };

/** What a creation says of its file; without a draft it names the seeded call. */
export type Wish = {
  kind?: DocumentKind;
  name?: string;
  length: number;
  draft?: string;
  metadata?: Record<string, string>;
};

export function encodeMetadata(metadata: Record<string, string>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A tus client of few words, over real HTTP. */
export function createTus(url: string) {
  const send = async (
    method: string,
    path: string,
    { headers = {}, body }: TusOptions = {},
  ): Promise<Response> =>
    await fetch(url + path, {
      method,
      headers: { 'tus-resumable': '1.0.0', ...headers },
      ...(body && {
        body: Buffer.isBuffer(body) ? new Uint8Array(body) : body,
        duplex: 'half',
      }),
    } as RequestInit);
  const create = async (wish: Wish, headers: Headers = {}): Promise<Response> => {
    const { kind = 'cv', name = 'cv.pdf', length, draft, metadata } = wish;
    const place: Record<string, string> = draft ? { draft } : { call: 'regional-experts' };
    const all = { kind, filename: name, language: 'en', ...place, ...metadata };
    return await send('POST', '/uploads', {
      headers: {
        'upload-length': String(length),
        'upload-metadata': encodeMetadata(all),
        ...headers,
      },
    });
  };
  const patch = async (
    path: string,
    offset: number,
    body: Buffer | ReadableStream,
    headers: Headers = {},
  ): Promise<Response> =>
    await send('PATCH', path, {
      headers: {
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        ...headers,
      },
      body,
    });
  return {
    send,
    create,
    patch,
    /** Where an upload stands. */
    async offsetOf(path: string): Promise<number> {
      const answer = await send('HEAD', path);
      if (answer.status !== 200) throw new Error(`HEAD was answered ${answer.status}`);
      return Number(answer.headers.get('upload-offset'));
    },
    /** An upload that was made: its address, and the draft's token when one was opened. */
    async make(wish: Wish): Promise<{ path: string; draft: string }> {
      const answer = await create(wish);
      const path = answer.headers.get('location');
      if (answer.status !== 201 || !path) {
        throw new Error(`creating was answered ${answer.status}: ${await answer.text()}`);
      }
      return { path, draft: answer.headers.get('upload-draft') ?? wish.draft ?? '' };
    },
  };
}

export type Tus = ReturnType<typeof createTus>;

/** A body that comes in pieces when it is told to, and breaks off when it is told to. */
export function createBody(): {
  stream: ReadableStream;
  push(bytes: Buffer): void;
  end(): void;
  breakOff(): void;
} {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  return {
    stream,
    push: (bytes) => controller?.enqueue(new Uint8Array(bytes)),
    end: () => controller?.close(),
    breakOff: () => controller?.error(new Error('broken off on purpose')),
  };
}

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import type { Context } from 'hono';
import type { AppEnv } from '../deps.ts';
import { AppError } from '../errors.ts';

/** One file part. Reading stops at the end of the part or rejects when the upload breaks off. */
export type FilePart = { field: string; name: string; bytes: AsyncIterable<Buffer> };

export type Multipart = {
  fields: Map<string, string[]>;
  /** False when the body ended early or broke: what came before is here all the same. */
  complete: boolean;
  /** Parts beyond the limits were dropped. */
  overflowed: boolean;
};

type Options = {
  /** Bytes of the whole body; more is `too-large`. */
  maxBytes: number;
  maxFiles: number;
  /** Called for each file in the order of the form, one after the other; later parts wait. */
  onFile(part: FilePart, fields: ReadonlyMap<string, readonly string[]>): Promise<void>;
};

const fieldBytes = 512 * 1024;
const maxFields = 200;
const allFieldBytes = 4 * 1024 * 1024;

/** The request's body as a Node stream: the socket's own where there is one, which costs least. */
function bodyOf(c: Context<AppEnv>): Readable {
  const incoming = (c.env as { incoming?: unknown } | undefined)?.incoming;
  if (incoming instanceof Readable) return incoming;
  return c.req.raw.body
    ? Readable.fromWeb(c.req.raw.body as Parameters<typeof Readable.fromWeb>[0])
    : Readable.from([]);
}

function openParser(c: Context<AppEnv>, maxFiles: number): InstanceType<typeof Busboy> {
  const contentType = c.req.header('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(contentType)) throw new AppError('malformed');
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: {
        fieldSize: fieldBytes,
        fields: maxFields,
        files: maxFiles,
        parts: maxFields + maxFiles,
        headerPairs: 32,
        headerSize: 16 * 1024,
      },
      highWaterMark: 256 * 1024,
      fileHwm: 256 * 1024,
      // A part that calls itself a file is one; a bare octet-stream without a name is not.
      isPartAFile: (_field, _type, fileName) => fileName !== undefined,
    });
  } catch (cause) {
    throw new AppError('malformed', { cause });
  }
}

/** Passes the body on and stops when it grows past the limit, however long it claimed to be. */
async function* limited(body: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const bytes of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += bytes.length;
    if (size > maxBytes) throw new AppError('too-large');
    yield bytes;
  }
}

/**
 * Reads a `multipart/form-data` body as it streams in (RFC 7578). Throws `malformed` when it is
 * none, `too-large` past the limit, and what `onFile` throws; a body that breaks off is not an
 * error here but `complete: false`.
 */
export async function readMultipart(c: Context<AppEnv>, options: Options): Promise<Multipart> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > options.maxBytes) throw new AppError('too-large');
  const parser = openParser(c, options.maxFiles);
  const result: Multipart = { fields: new Map(), complete: true, overflowed: false };
  let fieldBytesSeen = 0;
  let files = Promise.resolve();
  let failure: unknown;

  const overflow = (): void => {
    result.overflowed = true;
  };
  parser.on('partsLimit', overflow).on('fieldsLimit', overflow).on('filesLimit', overflow);
  parser.on('field', (name, value) => {
    if (typeof name !== 'string') return;
    fieldBytesSeen += Buffer.byteLength(value);
    if (fieldBytesSeen > allFieldBytes) return overflow();
    const values = result.fields.get(name);
    if (values) values.push(value);
    else result.fields.set(name, [value]);
  });
  parser.on('file', (field, stream, name) => {
    // A part that breaks off is told by its iterator; without a listener it would end the process.
    stream.on('error', () => {});
    const bytes = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    files = files
      .then(() => {
        if (failure === undefined) return options.onFile({ field, name, bytes }, result.fields);
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => stream.resume());
  });

  try {
    await pipeline(limited(bodyOf(c), options.maxBytes), parser);
  } catch (error) {
    if (error instanceof AppError) failure ??= error;
    result.complete = false;
  }
  await files;
  if (failure instanceof BrokenUpload) result.complete = false;
  else if (failure !== undefined) throw failure;
  return result;
}

/** Thrown by a file handler whose bytes broke off, as opposed to a fault of its own. */
export class BrokenUpload extends Error {}

import { Readable } from 'node:stream';
import type { Context } from 'hono';
import type { AppEnv } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  BrokenUpload,
  boundaryOf,
  collect,
  type Part,
  readParts,
  skip,
  TooManyParts,
} from './multipart-parts.ts';
import { keepPace } from './pace.ts';

/** One file part. Reading stops at its end, or throws `BrokenUpload` where the body broke off. */
export type FilePart = { field: string; name: string; bytes: AsyncIterable<Buffer> };

export type Multipart = {
  fields: Map<string, string[]>;
  /** False when the body ended early or broke: what came before is here all the same. */
  complete: boolean;
  /** The connection broke: nobody will read the answer. */
  abandoned: boolean;
  /** It came too slowly, and was not waited for any longer. */
  tooSlow: boolean;
  /** Parts beyond the limits were dropped. */
  overflowed: boolean;
  /** Parts whose headers are too long to be read were dropped. */
  unreadable: boolean;
};

type Options = {
  /** Bytes of the whole body; more is `too-large`. */
  maxBytes: number;
  /** Reads that much of a body that declares more, instead of refusing it at once. */
  readAnyway?: true;
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

/** Passes the body on until it ends or breaks; throws when it grows past the limit, whatever it declared. */
async function* limited(
  body: Readable,
  maxBytes: number,
  onBreak: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  let size = 0;
  try {
    for await (const bytes of keepPace(chunks)) {
      size += bytes.length;
      if (size > maxBytes) break;
      yield bytes;
    }
  } catch (error) {
    onBreak(error);
  }
  if (size > maxBytes) throw new AppError('too-large');
}

/**
 * Reads a `multipart/form-data` body as it streams in (RFC 7578). Throws `malformed` when it is
 * none, `too-large` past the limit, and what `onFile` throws, after the rest was read; a body that
 * breaks off, or comes too slowly, is not an error here but `complete: false`. What was typed is in `c.var.typed` from
 * the beginning, for whoever has to answer a failure.
 */
export async function readMultipart(c: Context<AppEnv>, options: Options): Promise<Multipart> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > options.maxBytes && !options.readAnyway) throw new AppError('too-large');
  const boundary = boundaryOf(c.req.header('content-type') ?? '');
  if (boundary === undefined) throw new AppError('malformed');
  const fields = new Map<string, string[]>();
  c.set('typed', fields);
  const result: Multipart = {
    ...{ fields, complete: true, abandoned: false, tooSlow: false },
    ...{ overflowed: false, unreadable: false },
  };
  const counts = { files: 0, fields: 0, fieldBytes: 0 };
  let failure: unknown;

  const readField = async ({ name, bytes }: Part): Promise<void> => {
    const { text, cut } = await collect(bytes, fieldBytes);
    counts.fields += 1;
    counts.fieldBytes += text.length;
    const fits = counts.fields <= maxFields && counts.fieldBytes <= allFieldBytes;
    if (cut || !fits) result.overflowed = true;
    if (!fits) return;
    const values = fields.get(name);
    if (values) values.push(text);
    else fields.set(name, [text]);
  };
  const readFile = async (field: string, name: string, bytes: Part['bytes']): Promise<void> => {
    counts.files += 1;
    if (counts.files > options.maxFiles) {
      result.overflowed = true;
      return;
    }
    if (failure === undefined) await options.onFile({ field, name, bytes }, fields);
  };

  const body = limited(bodyOf(c), options.maxBytes, (error) => {
    const slow = error instanceof AppError && error.code === 'too-slow';
    result[slow ? 'tooSlow' : 'abandoned'] = true;
  });
  try {
    const onUnreadable = (): void => {
      result.unreadable = true;
    };
    for await (const part of readParts(body, boundary, onUnreadable)) {
      const { name, fileName, bytes } = part;
      // An input that was left alone counts as a file without a name and without bytes.
      const reading = fileName === undefined ? readField(part) : readFile(name, fileName, bytes);
      await reading.catch((error: unknown) => {
        if (error instanceof BrokenUpload) throw error;
        failure ??= error;
      });
    }
  } catch (error) {
    if (error instanceof TooManyParts) {
      result.overflowed = true;
      // The sender reads an answer once all is sent.
      await skip(body);
    } else if (!(error instanceof BrokenUpload)) throw failure ?? error;
    result.complete = false;
  } finally {
    // Lets go of the socket, so that what is left of the body can be drained.
    await body.return(undefined);
  }
  if (failure !== undefined) throw failure;
  return result;
}

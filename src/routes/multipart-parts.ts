/** One part of a form. `fileName` is undefined for a field and may be empty for an input left alone. */
export type Part = {
  name: string;
  fileName: string | undefined;
  /** Ends where the part ends; throws `BrokenUpload` where the body does instead. */
  bytes: AsyncGenerator<Buffer>;
};

/** The body ended before what was being read did, as opposed to a fault of the reader. */
export class BrokenUpload extends Error {
  constructor() {
    super('the body broke off');
    this.name = 'BrokenUpload';
  }
}

/** The body has more parts than any form. */
export class TooManyParts extends Error {
  constructor() {
    super('too many parts');
    this.name = 'TooManyParts';
  }
}

const headerLimit = 16 * 1024;
const lineEnd = Buffer.from('\r\n');
const headersEnd = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

// RFC 2046, 5.1.1: 1 to 70 characters.
const boundaryParameter = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;

/** The boundary of a `multipart/form-data` content type; undefined when it is another type or has none. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const [, quoted, bare] = boundaryParameter.exec(contentType) ?? [];
  return quoted ?? bare;
}

/**
 * How many bytes at the end of `bytes` may be the beginning of `mark`. Held back are only those, for
 * whatever is held back has to be copied together with what comes next.
 */
function beginningOf(mark: Buffer, bytes: Buffer): number {
  let at = bytes.indexOf(mark[0]!, Math.max(0, bytes.length - mark.length + 1));
  while (at >= 0 && !bytes.subarray(at).equals(mark.subarray(0, bytes.length - at))) {
    at = bytes.indexOf(mark[0]!, at + 1);
  }
  return at < 0 ? 0 : bytes.length - at;
}

/** What has arrived and was not taken yet. */
function createWindow(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]();
  // The first delimiter needs no line end before it; with this one it is like the others.
  let held: Buffer = lineEnd;
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  const more = async (): Promise<void> => {
    const { done, value } = await iterator.next();
    if (done) throw new BrokenUpload();
    held = held.length === 0 ? value : Buffer.concat([held, value]);
  };
  return {
    take,
    putBack(bytes: Buffer): void {
      held = Buffer.concat([bytes, held]);
    },
    /** Takes this many bytes, waiting for them. */
    async takeExactly(length: number): Promise<Buffer> {
      while (held.length < length) await more();
      return take(length);
    },
    /** Everything before `mark`, which is taken too; whoever stops early can go on with another call. */
    async *takeUntil(mark: Buffer, onFound: () => void = () => {}): AsyncGenerator<Buffer> {
      for (;;) {
        const at = held.indexOf(mark);
        if (at >= 0) {
          const last = take(at);
          take(mark.length);
          onFound();
          if (last.length > 0) yield last;
          return;
        }
        const safe = held.length - beginningOf(mark, held);
        if (safe > 0) yield take(safe);
        await more();
      }
    },
    /** Reads and forgets what follows the last part. */
    async drain(): Promise<void> {
      held = nothing;
      while (!(await iterator.next()).done);
    },
  };
}

/** Reads to the end and keeps nothing. */
export async function skip(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes);
}

/** Up to `limit` bytes and whether there were more; reads to the end in any case. */
export async function collect(
  bytes: AsyncIterable<Buffer>,
  limit: number,
): Promise<{ text: string; cut: boolean }> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    if (size < limit) kept.push(chunk.subarray(0, limit - size));
    size += chunk.length;
  }
  return { text: Buffer.concat(kept).toString(), cut: size > limit };
}

// Browsers write three characters as percent escapes (WHATWG), older programs put a backslash before
// a quote, and Windows browsers of old sent paths whose backslashes escape nothing.
const unquote = (text: string): string =>
  text
    .replace(/\\(["\\])/g, '$1')
    .replace(/%(22|0D|0A)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

function decodeExtended(value: string): string | undefined {
  // RFC 8187: some programs send names in other scripts only so.
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** The parameters of a Content-Disposition header, RFC 7578, 4.2; undefined when it is no form's. */
function readDisposition(headers: string): Map<string, string> | undefined {
  const line = headers
    .split('\r\n')
    .find((one) => one.slice(0, 20).toLowerCase() === 'content-disposition:');
  const value = line?.slice(20).trim() ?? '';
  if (!/^form-data\s*;/i.test(value)) return undefined;
  const parameters = new Map<string, string>();
  for (const [, name, quoted, bare] of value.matchAll(
    /;\s*([\w*-]{1,20})\s*=\s*(?:"((?:\\["\\]|\\(?!["\\])|[^"\\])*)"|([^\s;"]*))/g,
  )) {
    const key = name!.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted === undefined ? bare! : unquote(quoted));
  }
  return parameters;
}

const blankLimit = 100;
/** Fields and files of the longest form, and then some. Each costs the same, however small it is. */
export const partLimit = 300;

/**
 * The parts of a `multipart/form-data` body as they stream in, each to be read before the next is
 * asked for; what is left unread is skipped. Parts that are no form's are left out; of those whose
 * headers are too long to tell, `onUnreadable` hears. Throws `BrokenUpload` when the body ends before
 * its closing delimiter, `TooManyParts` when it has more than `partLimit`.
 */
export async function* readParts(
  source: AsyncIterable<Buffer>,
  boundary: string,
  onUnreadable: () => void = () => {},
): AsyncGenerator<Part> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const window = createWindow(source);
  let parts = 0;
  await skip(window.takeUntil(delimiter));
  for (;;) {
    const after = await window.takeExactly(2);
    if (after.toString('latin1') === '--') return await window.drain();
    // Blanks may follow a delimiter; with anything else it was none, and nothing is certain any more.
    let rest = after;
    for (let blanks = 0; rest[0] === 0x20 || rest[0] === 0x09; blanks += 1) {
      if (blanks === blankLimit) throw new BrokenUpload();
      rest = Buffer.concat([rest.subarray(1), await window.takeExactly(1)]);
    }
    if (!rest.equals(lineEnd)) throw new BrokenUpload();
    window.putBack(lineEnd);
    const { text, cut } = await collect(window.takeUntil(headersEnd), headerLimit);
    if (cut) onUnreadable();
    const disposition = cut ? undefined : readDisposition(text);
    const name = disposition?.get('name');
    let ended = false;
    const bytes = window.takeUntil(delimiter, () => {
      ended = true;
    });
    // Those that are no form's count too.
    parts += 1;
    if (parts > partLimit) throw new TooManyParts();
    if (name !== undefined) {
      const extended = decodeExtended(disposition?.get('filename*') ?? '');
      yield { name, fileName: extended ?? disposition?.get('filename'), bytes };
    }
    if (!ended) await skip(window.takeUntil(delimiter));
  }
}

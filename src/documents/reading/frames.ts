const lengthBytes = 4;

/** JSON behind its length in bytes, as both ends of the pipe write it. */
export function writeFrame(value: object): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const frame = Buffer.allocUnsafe(lengthBytes + json.length);
  frame.writeUInt32BE(json.length);
  json.copy(frame, lengthBytes);
  return frame;
}

/** Collects bytes that come in pieces of any size, and gives them back in the lengths that are asked for. */
export function createInbox() {
  let pieces: Buffer[] = [];
  let held = 0;
  /** Length of the frame whose beginning is here. */
  let coming: number | undefined;

  function take(length: number): Buffer {
    const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, held);
    pieces = all.length > length ? [all.subarray(length)] : [];
    held -= length;
    return all.subarray(0, length);
  }

  return {
    push(bytes: Buffer): void {
      pieces.push(bytes);
      held += bytes.length;
    },
    /** Exactly so many bytes, or undefined while they are not all here. */
    takeBytes: (length: number): Buffer | undefined =>
      held < length ? undefined : length === 0 ? Buffer.alloc(0) : take(length),
    /** The next frame's JSON, or undefined while it is not all here. Throws when it would be longer than `limit`. */
    takeFrame(limit: number): unknown {
      if (coming === undefined && held >= lengthBytes) coming = take(lengthBytes).readUInt32BE();
      if (coming === undefined) return undefined;
      if (coming > limit) throw new RangeError('the answer is too long');
      if (held < coming) return undefined;
      const json = take(coming).toString('utf8');
      coming = undefined;
      return JSON.parse(json);
    },
  };
}

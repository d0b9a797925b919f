import { isInvisible } from '../domain/text.ts';

/** `single-byte` is a legacy code page (windows-1251 and its like); which one, bytes alone don't say. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'single-byte';

export type TextCheck = {
  push(bytes: Uint8Array): void;
  /** The encoding the bytes so far are valid in, or null when they can't be plain text. */
  result(): TextEncoding | null;
};

export type BlankCheck = {
  push(bytes: Uint8Array): void;
  /** True when nothing so far can be seen. */
  result(): boolean;
};

/** Looks for the first thing that can be seen in a text that comes in pieces, and no further. */
export function createBlankCheck(): BlankCheck {
  let lead: Uint8Array = new Uint8Array();
  let decoder: TextDecoder | undefined;
  let isBlank = true;
  const look = (bytes: Uint8Array, stream: boolean): void => {
    const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    decoder ??= new TextDecoder(
      mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8',
    );
    isBlank = isInvisible(decoder.decode(bytes, { stream }));
  };
  return {
    push(bytes) {
      if (!isBlank) return;
      const all = decoder ? bytes : Buffer.concat([lead, bytes]);
      if (decoder || all.length >= 2) look(all, true);
      else lead = all;
    },
    result() {
      if (isBlank) look(decoder ? new Uint8Array() : lead, false);
      return isBlank;
    },
  };
}

/** Follows bytes that come in pieces; needs no memory of them. */
export function createTextCheck(): TextCheck {
  const lead: number[] = [];
  let check: TextCheck | null = null;

  function start(): TextCheck {
    const mark = ((lead[0] ?? 0) << 8) | (lead[1] ?? 0);
    const chosen =
      mark === 0xfffe
        ? checkUtf16('utf-16le')
        : mark === 0xfeff
          ? checkUtf16('utf-16be')
          : checkBytes();
    chosen.push(Uint8Array.from(lead));
    return chosen;
  }

  return {
    push(bytes) {
      let used = 0;
      while (lead.length < 2 && used < bytes.length) lead.push(bytes[used++]!);
      if (lead.length < 2) return;
      check ??= start();
      check.push(bytes.subarray(used));
    },
    result: () => (check ?? start()).result(),
  };
}

// TAB LF VT FF CR, and SUB, which old systems wrote as the end of a text.
function isRefusedControl(code: number): boolean {
  return code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== 0x1a;
}

// Well-formed UTF-8 by table 3-7 of the Unicode standard; when it is not, a legacy text still may be.
function checkBytes(): TextCheck {
  let isText = true;
  let isUtf8 = true;
  let missing = 0;
  let lowest = 0x80;
  let highest = 0xbf;

  function lead(byte: number): void {
    lowest = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    highest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    if (byte >= 0xc2 && byte <= 0xdf) missing = 1;
    else if (byte >= 0xe0 && byte <= 0xef) missing = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) missing = 3;
    else isUtf8 = false;
  }

  function follow(byte: number): void {
    if (byte < lowest || byte > highest) isUtf8 = false;
    lowest = 0x80;
    highest = 0xbf;
    missing -= 1;
  }

  return {
    push(bytes) {
      if (!isText) return;
      for (let index = 0; index < bytes.length; index += 1) {
        const byte = bytes[index]!;
        if (isRefusedControl(byte)) {
          isText = false;
          return;
        }
        if (!isUtf8) continue;
        if (missing > 0) follow(byte);
        else if (byte >= 0x80) lead(byte);
      }
    },
    result() {
      if (!isText) return null;
      return isUtf8 && missing === 0 ? 'utf-8' : 'single-byte';
    },
  };
}

function checkUtf16(encoding: 'utf-16le' | 'utf-16be'): TextCheck {
  let isText = true;
  let half: number | null = null;
  let awaitsLowSurrogate = false;

  function unit(code: number): void {
    const isLow = code >= 0xdc00 && code <= 0xdfff;
    if (isLow !== awaitsLowSurrogate || isRefusedControl(code) || code >= 0xfffe) isText = false;
    awaitsLowSurrogate = code >= 0xd800 && code <= 0xdbff;
  }

  return {
    push(bytes) {
      for (let index = 0; index < bytes.length && isText; index += 1) {
        const byte = bytes[index]!;
        if (half === null) {
          half = byte;
          continue;
        }
        unit(encoding === 'utf-16le' ? half | (byte << 8) : (half << 8) | byte);
        half = null;
      }
    },
    result: () => (isText && half === null && !awaitsLowSurrogate ? encoding : null),
  };
}

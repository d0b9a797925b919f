export type PdfDictionary = {
  /** Every name on the outer level, keys and values alike. */
  names: ReadonlySet<string>;
  /** It has an /Encrypt entry that is not null. */
  isEncrypted: boolean;
};

const space = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const delimiters = new Set([...'()<>[]{}/%'].map((character) => character.charCodeAt(0)));

/**
 * The dictionary that the bytes begin with (ISO 32000-1, 7.2 and 7.3), in one pass; null when there
 * is none or when it does not end within them. Values are skipped, never resolved.
 */
export function readDictionary(bytes: Buffer): PdfDictionary | null {
  const names = new Set<string>();
  let isEncrypted = false;
  let at = skipSpace(bytes, 0);
  if (!isPair(bytes, at, '<')) return null;
  let depth = 0;
  let arrays = 0;
  while (at < bytes.length) {
    const character = String.fromCharCode(bytes[at]!);
    if (isPair(bytes, at, '<') || isPair(bytes, at, '>')) {
      depth += character === '<' ? 1 : -1;
      at += 2;
      if (depth === 0) return { names, isEncrypted };
    } else if (character === '(') at = endOfString(bytes, at);
    else if (character === '<') at = after(bytes, '>', at);
    else if (character === '%') at = endOfLine(bytes, at);
    else if (character === '/') {
      const end = endOfName(bytes, at + 1);
      if (depth === 1 && arrays === 0) {
        const name = decodeName(bytes.toString('latin1', at + 1, end));
        names.add(name);
        if (name === 'Encrypt' && isDictionaryOrReference(bytes, end)) isEncrypted = true;
      }
      at = end;
    } else {
      if (character === '[') arrays += 1;
      if (character === ']') arrays = Math.max(0, arrays - 1);
      at += 1;
    }
  }
  return null;
}

function isPair(bytes: Buffer, at: number, character: '<' | '>'): boolean {
  const code = character.charCodeAt(0);
  return bytes[at] === code && bytes[at + 1] === code;
}

function isDictionaryOrReference(bytes: Buffer, from: number): boolean {
  const next = bytes[skipSpace(bytes, from)] ?? 0;
  return next === 0x3c || (next >= 0x30 && next <= 0x39);
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && space.has(bytes[at]!)) at += 1;
  return at;
}

function after(bytes: Buffer, end: string, from: number): number {
  const hit = bytes.indexOf(end, from, 'latin1');
  return hit < 0 ? bytes.length : hit + end.length;
}

function endOfLine(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at += 1;
  return at;
}

function endOfName(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && !space.has(bytes[at]!) && !delimiters.has(bytes[at]!)) at += 1;
  return at;
}

// Brackets nest inside of a string; a backslash takes the next character with it.
function endOfString(bytes: Buffer, from: number): number {
  let open = 0;
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] === 0x5c) at += 1;
    else if (bytes[at] === 0x28) open += 1;
    else if (bytes[at] === 0x29) {
      open -= 1;
      if (open === 0) return at + 1;
    }
  }
  return bytes.length;
}

// /#45ncrypt is /Encrypt.
function decodeName(name: string): string {
  return name.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

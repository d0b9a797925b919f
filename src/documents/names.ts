const maxLength = 150;
const namelessStem = 'document';

// Invisible or direction-changing: they make `cv<U+202E>fdp.exe` look like a PDF.
const hidden = /[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?!\s)\p{Cc}/gu;
// Windows refuses these in names; a colon there even opens a second stream of the file.
const refusedByWindows = /[<>:"|?*]/g;
const extensionShape = /^[\p{L}\p{N}_-]{1,16}$/u;

/**
 * The name a file came with, made safe to store and to show: the last path segment (either slash),
 * NFC, nothing invisible, single spaces, no dots or spaces at its ends, at most 150 UTF-16 units
 * with the extension kept. Idempotent. A name of which nothing is left becomes `document`.
 */
export function cleanFileName(raw: string): string {
  const segment = raw.slice(Math.max(raw.lastIndexOf('/'), raw.lastIndexOf('\\')) + 1);
  const visible = segment
    .replace(hidden, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(refusedByWindows, '_');
  const name = trimEnds(visible, '. ');
  if (name === '') return namelessStem;
  const isOnlyExtension = visible.includes(`.${name}`) && extensionShape.test(name);
  return shorten(isOnlyExtension ? `${namelessStem}.${name}` : name);
}

/** The extension in lower case without its dot; empty when the name has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  if (dot < 1) return '';
  const extension = name.slice(dot + 1).toLowerCase();
  return extensionShape.test(extension) ? extension : '';
}

/**
 * The Content-Disposition value that downloads a file under its own name in any script
 * (RFC 6266; the starred parameter by RFC 8187, section 3.2). The name is cleaned first, so that
 * no caller can put a quote or a line break into the header.
 */
export function contentDisposition(name: string): string {
  const clean = cleanFileName(name);
  return `attachment; filename="${asciiName(clean)}"; filename*=UTF-8''${percentEncode(clean)}`;
}

function shorten(name: string): string {
  if (name.length <= maxLength) return name;
  const suffix = extensionOf(name) === '' ? '' : name.slice(name.lastIndexOf('.'));
  const cut = name.slice(0, maxLength - suffix.length);
  const whole = /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
  return trimEnds(whole, '. ') + suffix;
}

// A loop, since /[. ]+$/ takes quadratic time on a name full of dots.
function trimEnds(text: string, unwanted: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && unwanted.includes(text.charAt(start))) start += 1;
  while (end > start && unwanted.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

// RFC 6266, appendix D: no percent sign, quote or backslash, which user agents read differently.
function asciiName(name: string): string {
  const extension = extensionOf(name);
  const stem = extension === '' ? name : name.slice(0, -extension.length - 1);
  const plain = trimEnds(toAscii(stem), '_. ');
  const plainExtension = trimEnds(toAscii(extension), '_. ');
  return (plain || namelessStem) + (plainExtension === '' ? '' : `.${plainExtension}`);
}

function toAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9 ._()-]+/g, '_');
}

// encodeURIComponent leaves these bare, which RFC 8187 does not count as attr-char (nor the asterisk,
// but that one was cleaned away).
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /['()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

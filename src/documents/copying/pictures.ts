import { crc32, deflateSync } from 'node:zlib';

/**
 * A picture without what it says about its making: where it was taken, with what, by whom, its thumbnail.
 * Null for formats of which we can't tell what is in them.
 */
export function cleanPicture(bytes: Buffer): Buffer | null {
  if (bytes.toString('latin1', 0, 8) === pngSignature) return cleanPng(bytes);
  if (isJpeg(bytes)) return cleanJpeg(bytes)?.data ?? null;
  if (/^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))) return cleanGif(bytes);
  return null;
}

const isJpeg = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;
const pngSignature = '\x89PNG\r\n\x1A\n';
// What changes how it looks (PNG 1.3, 11); texts, times, EXIF and private chunks are left out.
const pngChunks = new Set([
  ...[
    'IHDR',
    'PLTE',
    'IDAT',
    'IEND',
    'tRNS',
    'gAMA',
    'cHRM',
    'sRGB',
    'iCCP',
    'sBIT',
    'pHYs',
    'bKGD',
  ],
  ...['acTL', 'fcTL', 'fdAT', 'cICP'],
]);

function cleanPng(bytes: Buffer): Buffer | null {
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (pngChunks.has(type)) parts.push(bytes.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(parts);
    at = end;
  }
  return null;
}

const jpegApp0 = 0xe0;
const jpegExif = 0xe1;
const jpegColours = 0xe2;
const jpegAdobe = 0xee;
const jpegComment = 0xfe;
const jpegScan = 0xda;
const jpegEnd = 0xd9;

/**
 * Up to the first scan segments are looked at, behind it only markers (ITU T.81, B.1.1). `end` is where
 * the picture ends; undefined where nothing says so.
 */
export function cleanJpeg(bytes: Buffer): { data: Buffer; end: number | undefined } | null {
  if (!isJpeg(bytes)) return null;
  let pictureEnd: number | undefined;
  const parts = [bytes.subarray(0, 2)];
  let turned: Buffer | undefined;
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    // Any number of these may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === jpegEnd) {
      // Whatever lies behind the end, such as a film, is left out.
      pictureEnd = at + 2;
      parts.push(bytes.subarray(at, pictureEnd));
      break;
    }
    const isBare = (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;
    const length = isBare ? 0 : at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0;
    if (!isBare && (length < 2 || at + 2 + length > bytes.length)) return null;
    const end = at + 2 + length;
    const segment = bytes.subarray(at, end);
    if (marker === jpegExif) turned ??= orientationOf(segment);
    if (marker === jpegApp0) parts.push(withoutThumbnail(segment));
    else if (isShown(marker, segment)) parts.push(segment);
    at = end;
    if (marker !== jpegScan) continue;
    const scanEnd = endOfScan(bytes, at);
    parts.push(bytes.subarray(at, scanEnd));
    at = scanEnd;
  }
  if (turned) parts.splice(1, 0, turned);
  return { data: Buffer.concat(parts), end: pictureEnd };
}

const jfifBytes = 18;

/** The JFIF segment with its resolution alone; nothing of other segments of the kind. */
function withoutThumbnail(segment: Buffer): Buffer {
  if (segment.toString('latin1', 4, 8) !== 'JFIF') return Buffer.alloc(0);
  if (segment.length <= jfifBytes) return segment;
  const short = Buffer.from(segment.subarray(0, jfifBytes));
  short.writeUInt16BE(jfifBytes - 2, 2);
  short.fill(0, jfifBytes - 2);
  return short;
}

function isShown(marker: number, segment: Buffer): boolean {
  if (marker === jpegColours) return segment.toString('latin1', 4, 15) === 'ICC_PROFILE';
  if (marker === jpegAdobe) return segment.toString('latin1', 4, 9) === 'Adobe';
  return !(marker >= 0xe0 && marker <= 0xef) && marker !== jpegComment;
}

function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) return bytes.length;
    // A zero says that it is a byte of the picture; RST markers stand inside of it.
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

/** An EXIF segment with nothing but how the picture is turned; undefined when it is upright. */
function orientationOf(segment: Buffer): Buffer | undefined {
  const tiff = segment.subarray(10);
  if (segment.toString('latin1', 4, 8) !== 'Exif' || tiff.length < 14) return undefined;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const start = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (start + 2 > tiff.length) return undefined;
  for (let entry = 0; entry < short(start); entry += 1) {
    const at = start + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    if (short(at) !== 0x0112) continue;
    const turn = short(at + 8);
    return turn >= 2 && turn <= 8 ? exifOf(turn) : undefined;
  }
  return undefined;
}

function exifOf(turn: number): Buffer {
  const segment = Buffer.from(
    'ffe100224578696600004d4d002a00000008000101120003000000010000000000000000',
    'hex',
  );
  segment.writeUInt16BE(turn, 28);
  return segment;
}

/** Without comments and applications' blocks but for how often it is repeated (GIF89a, 23-26). */
function cleanGif(bytes: Buffer): Buffer | null {
  if (bytes.length < 13) return null;
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + colours(bytes[10]!);
  const parts = [bytes.subarray(0, at)];
  while (at < bytes.length) {
    const start = at;
    const kind = bytes[at];
    if (kind === 0x3b) return Buffer.concat([...parts, bytes.subarray(at, at + 1)]);
    if (kind === 0x2c) at = endOfBlocks(bytes, at + 11 + colours(bytes[at + 9] ?? 0));
    else if (kind === 0x21) at = endOfBlocks(bytes, at + 2);
    else return null;
    const label = bytes[start + 1];
    const isRepeat =
      label === 0xff && bytes.toString('latin1', start + 3, start + 14) === 'NETSCAPE2.0';
    if (kind === 0x2c || label === 0xf9 || isRepeat) parts.push(bytes.subarray(start, at));
  }
  return null;
}

function endOfBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
  return at + 1;
}

/** A picture that shows nothing, where one had to be left out. */
export function emptyPicture(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const whole = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(whole), 4);
    return Buffer.concat([ends.subarray(0, 4), whole, ends.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from(pngSignature, 'latin1'),
    chunk('IHDR', Buffer.from('00000001000000010804000000', 'hex')),
    chunk('IDAT', deflateSync(Buffer.alloc(3))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

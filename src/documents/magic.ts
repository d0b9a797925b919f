import type { DetectedKind, ForeignKind } from '../domain/document-types.ts';

/** What the first bytes of a file claim it to be; `ole` and `zip` are containers of many formats. */
export type Magic = DetectedKind | 'ole';

type Signature<Kind> = readonly [kind: Kind, offset: number, bytes: string];

// Bytes that no text begins with (or, like RTF and PostScript, text that is a format of its own).
const firm: readonly Signature<Magic>[] = [
  ['pdf', 0, '%PDF-'],
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['zip', 0, 'PK\x07\x08'],
  ['ole', 0, '\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1'],
  ['rtf', 0, '{\\rtf'],
  ['image', 0, '\x89PNG\r\n\x1A\n'],
  ['image', 0, '\xFF\xD8\xFF'],
  ['image', 0, 'GIF87a'],
  ['image', 0, 'GIF89a'],
  ['image', 0, 'II*\x00'],
  ['image', 0, 'MM\x00*'],
  ['image', 0, '8BPS\x00'],
  ['image', 0, '\x00\x00\x01\x00'],
  ['audio', 0, 'OggS\x00'],
  ['video', 0, '\x1A\x45\xDF\xA3'],
  ['executable', 0, '\x7FELF'],
  ['archive', 0, '\x1F\x8B\x08'],
  ['archive', 0, 'Rar!\x1A\x07'],
  ['archive', 0, '7z\xBC\xAF\x27\x1C'],
  ['archive', 0, '\xFD7zXZ\x00'],
  ['archive', 257, 'ustar'],
  ['djvu', 0, 'AT&TFORM'],
  ['postscript', 0, '%!PS'],
];

// Letters that a text can begin with too (FF F2 is a Russian "ят"): they count in binary files only.
const weak: readonly Signature<ForeignKind>[] = [
  ['executable', 0, 'MZ'],
  ['executable', 0, '\xCA\xFE\xBA\xBE'],
  ['executable', 0, '\xCF\xFA\xED\xFE'],
  ['image', 0, 'BM'],
  ['audio', 0, 'ID3'],
  ['audio', 0, 'fLaC'],
  ['audio', 0, '#!AMR'],
  ['audio', 0, '\xFF\xFB'],
  ['audio', 0, '\xFF\xFA'],
  ['audio', 0, '\xFF\xF3'],
  ['audio', 0, '\xFF\xF2'],
  ['video', 0, 'FLV'],
  ['archive', 0, 'BZh'],
];

const riffKinds: Record<string, Magic> = { WEBP: 'image', WAVE: 'audio', 'AVI ': 'video' };
const brandsOfImages = ['heic', 'heix', 'heim', 'heis', 'hevc', 'mif1', 'msf1', 'avif', 'avis'];
const brandsOfAudio = ['M4A ', 'M4B '];

const markup: readonly (readonly [Magic, string])[] = [
  ['html', '<!doctype html'],
  ['html', '<html'],
  ['html', '<head'],
  ['html', '<body'],
  ['html', '<script'],
  ['html', '<iframe'],
  ['html', '<meta'],
  ['html', '<title'],
  ['image', '<svg'],
  ['xml', '<?xml'],
];

/** What the head of a file (its first 4 KB) is beyond doubt, or null. */
export function recogniseMagic(head: Buffer): Magic | null {
  const start = head.toString('latin1', 0, 1024);
  return find(firm, start) ?? recogniseMedia(start) ?? recogniseMarkup(head);
}

/** For files that are no text: signatures too short to be believed otherwise. */
export function recogniseWeakMagic(head: Buffer): ForeignKind | null {
  return find(weak, head.toString('latin1', 0, 16));
}

/**
 * Where the PDF header stands, or -1. Readers accept it within the first 1024 bytes (ISO 32000-1,
 * annex H, note 13), since mail gateways and printers put lines of their own before it.
 */
export function findPdfHeader(head: Buffer): number {
  return head.toString('latin1', 0, 1024).indexOf('%PDF-');
}

function find<Kind>(signatures: readonly Signature<Kind>[], start: string): Kind | null {
  const hit = signatures.find(([, offset, bytes]) => start.startsWith(bytes, offset));
  return hit?.[0] ?? null;
}

// RIFF says its kind after a length. ISO base media begins with the length of a box named ftyp,
// whose first byte is zero, then comes the brand.
function recogniseMedia(start: string): Magic | null {
  const brand = start.slice(8, 12);
  if (start.startsWith('RIFF')) return riffKinds[brand] ?? null;
  if (!start.startsWith('ftyp', 4) || !start.startsWith('\x00')) return null;
  if (brandsOfImages.includes(brand)) return 'image';
  return brandsOfAudio.includes(brand) ? 'audio' : 'video';
}

function recogniseMarkup(head: Buffer): Magic | null {
  const isUtf16 = head[0] === 0xff && head[1] === 0xfe;
  const text = head
    .toString(isUtf16 ? 'utf16le' : 'utf8', 0, 1024)
    .trimStart()
    .toLowerCase();
  return markup.find(([, opening]) => text.startsWith(opening))?.[0] ?? null;
}

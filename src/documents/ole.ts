import type { ForeignKind } from '../domain/document-types.ts';
import { keepLastWindow, type RandomAccess, readUpTo } from './random-access.ts';

const headerBytes = 512;
const entryBytes = 128;
const maxDirectorySectors = 32;
const maxHops = 16;

/** `locked-office`: a modern Office file behind a password, whichever of them it is. */
export type OleKind =
  | 'locked-office'
  | Extract<ForeignKind, 'word-97' | 'spreadsheet' | 'presentation' | 'mail'>;

/**
 * What an OLE compound file holds, by the names in its directory ([MS-CFB] 2.2, 2.3 and 2.6.1);
 * `word-97` when they don't tell. Rejects only when the source does.
 */
export async function inspectOle(source: RandomAccess): Promise<OleKind> {
  const names = await listNames(keepLastWindow(source));
  if (names.has('EncryptedPackage')) return 'locked-office';
  if (names.has('WordDocument')) return 'word-97';
  if (names.has('Workbook') || names.has('Book')) return 'spreadsheet';
  if (names.has('PowerPoint Document')) return 'presentation';
  return names.has('__properties_version1.0') ? 'mail' : 'word-97';
}

async function listNames(source: RandomAccess): Promise<Set<string>> {
  const names = new Set<string>();
  const header = await readUpTo(source, 0, headerBytes);
  const shift = header.length === headerBytes ? header.readUInt16LE(30) : 0;
  if (shift !== 9 && shift !== 12) return names;
  const sectorBytes = 2 ** shift;
  // Loops and wild numbers in the chain end at the count or past the end of the file.
  let sector: number | null = header.readUInt32LE(48);
  for (let count = 0; sector !== null && count < maxDirectorySectors; count += 1) {
    const bytes = await readUpTo(source, (sector + 1) * sectorBytes, sectorBytes);
    for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
      const length = bytes.readUInt16LE(at + 64);
      if (length >= 2 && length <= 64) {
        names.add(bytes.toString('utf16le', at, at + length - 2));
      }
    }
    sector = await findNextSector(source, header, sectorBytes, sector);
  }
  return names;
}

// The allocation table says which sector follows; where its own sectors are, the header lists for
// the first 109 and a chain of further lists for the rest.
async function findNextSector(
  source: RandomAccess,
  header: Buffer,
  sectorBytes: number,
  sector: number,
): Promise<number | null> {
  const perTable = sectorBytes / 4;
  let index = Math.floor(sector / perTable);
  let table: number | null = null;
  if (index < 109) table = header.readUInt32LE(76 + index * 4);
  else {
    index -= 109;
    let list: number | null = header.readUInt32LE(68);
    for (let hop = 0; list !== null && hop < maxHops; hop += 1) {
      const inList = index < perTable - 1;
      const next = await readSectorNumber(source, list, sectorBytes, inList ? index : perTable - 1);
      if (inList) {
        table = next;
        break;
      }
      index -= perTable - 1;
      list = next;
    }
  }
  return table === null ? null : readSectorNumber(source, table, sectorBytes, sector % perTable);
}

async function readSectorNumber(
  source: RandomAccess,
  sector: number,
  sectorBytes: number,
  index: number,
): Promise<number | null> {
  const bytes = await readUpTo(source, (sector + 1) * sectorBytes + index * 4, 4);
  return bytes.length === 4 ? bytes.readUInt32LE(0) : null;
}

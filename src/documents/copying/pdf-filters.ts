import { inflateSync } from 'node:zlib';
import { UncopiableDocument } from './copy.ts';
import { nameOf, type PdfDictionary, type PdfStream, type PdfValue } from './pdf-values.ts';

const maxBytes = 64 * 1024 * 1024;

const pictureFilters = new Set([
  ...['DCTDecode', 'DCT', 'JPXDecode', 'JBIG2Decode', 'CCITTFaxDecode', 'CCF', 'LZWDecode', 'LZW'],
  ...['RunLengthDecode', 'RL'],
]);

/** A stream's data with its filters undone as long as they are not for pictures, and the filters that are left. */
export function undoFilters(
  { dictionary, data }: PdfStream,
  resolve: (value: PdfValue | undefined) => PdfValue,
): { data: Buffer; filters: string[] } {
  const listOf = (key: string): PdfValue[] => {
    const value = resolve(dictionary.get(key));
    return Array.isArray(value) ? value.map(resolve) : [value];
  };
  const filters = listOf('Filter').flatMap((one) => nameOf(one) ?? []);
  const parameters = listOf('DecodeParms');
  let plain = data;
  let done = 0;
  for (; done < filters.length && !pictureFilters.has(filters[done]!); done += 1) {
    const one = parameters[done];
    plain = undoFilter(filters[done]!, plain, one instanceof Map ? one : null);
  }
  return { data: plain, filters: filters.slice(done) };
}

/** Undoes one filter (ISO 32000-1, 7.4). Throws UncopiableDocument for those that are for pictures. */
function undoFilter(name: string, data: Buffer, parameters: PdfDictionary | null): Buffer {
  if (name === 'FlateDecode' || name === 'Fl') return undoPredictor(inflate(data), parameters);
  if (name === 'ASCIIHexDecode' || name === 'AHx') return undoHex(data);
  if (name === 'ASCII85Decode' || name === 'A85') return undoBase85(data);
  throw new UncopiableDocument(`filter ${name.slice(0, 20)}`);
}

function inflate(data: Buffer): Buffer {
  try {
    // A missing checksum does not matter, nor does what follows.
    return inflateSync(data, { maxOutputLength: maxBytes, finishFlush: 2 });
  } catch {
    throw new UncopiableDocument('packed data');
  }
}

function undoHex(data: Buffer): Buffer {
  const digits = data
    .toString('latin1')
    .replace(/>[\s\S]*/, '')
    .replace(/[^0-9A-Fa-f]/g, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}

function undoBase85(data: Buffer): Buffer {
  const text = data
    .toString('latin1')
    .replace(/~[\s\S]*/, '')
    .replace(/[^!-uz]/g, '');
  const out: number[] = [];
  let group: number[] = [];
  const flush = (): void => {
    const length = group.length;
    if (length === 0) return;
    const value = [...group, 84, 84, 84, 84].slice(0, 5).reduce((sum, one) => sum * 85 + one, 0);
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
    out.push(...bytes.slice(0, length - 1));
    group = [];
  };
  for (const character of text) {
    if (character === 'z' && group.length === 0) out.push(0, 0, 0, 0);
    else group.push(character.charCodeAt(0) - 33);
    if (group.length === 5) flush();
  }
  flush();
  return Buffer.from(out);
}

function undoPredictor(data: Buffer, parameters: PdfDictionary | null): Buffer {
  const value = (key: string, fallback: number): number => {
    const one = parameters?.get(key);
    return typeof one === 'number' ? one : fallback;
  };
  if (value('Predictor', 1) < 2) return data;
  if (value('Predictor', 1) < 10) throw new UncopiableDocument('predictor');
  const bits = value('Colors', 1) * value('BitsPerComponent', 8);
  const before = Math.max(1, Math.ceil(bits / 8));
  const width = Math.ceil((bits * value('Columns', 1)) / 8);
  if (!(width > 0 && width < 1e6)) throw new UncopiableDocument('predictor');
  const rows = Math.floor(data.length / (width + 1));
  const out = Buffer.alloc(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const kind = data[row * (width + 1)]!;
    for (let column = 0; column < width; column += 1) {
      const raw = data[row * (width + 1) + 1 + column]!;
      const left = column >= before ? out[row * width + column - before]! : 0;
      const above = row > 0 ? out[(row - 1) * width + column]! : 0;
      const corner = row > 0 && column >= before ? out[(row - 1) * width + column - before]! : 0;
      out[row * width + column] = raw + predict(kind, { left, above, corner });
    }
  }
  return out;
}

type Neighbours = { left: number; above: number; corner: number };

/** The filters of PNG (ISO 15948, 9). */
function predict(kind: number, { left, above, corner }: Neighbours): number {
  if (kind === 1) return left;
  if (kind === 2) return above;
  if (kind === 3) return (left + above) >> 1;
  if (kind !== 4) return 0;
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

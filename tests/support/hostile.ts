import { constants, deflateRawSync, deflateSync } from 'node:zlib';

/** A PDF of one page whose content is these bytes as they are, under these filters. */
export function makePdfOf(content: Buffer, filter = '/FlateDecode'): Buffer {
  const font = '<< /Font << /F0 5 0 R >> >>';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${font} /Contents 4 0 R >>`,
    `<< /Length ${content.length} /Filter ${filter} >>\nstream\n`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let at = parts[0]!.length;
  let table = 'xref\n0 6\n0000000000 65535 f \n';
  objects.forEach((object, index) => {
    const end = Buffer.from('\nendobj\n');
    const stream = index === 3 ? [content, Buffer.from('\nendstream')] : [];
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n${object}`), ...stream, end]);
    table += `${String(at).padStart(10, '0')} 00000 n \n`;
    parts.push(whole);
    at += whole.length;
  });
  const trailer = `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(table + trailer)]);
}

/** A few KB of PDF that unpack to hundreds of MB. */
export function makeSwellingPdf(): Buffer {
  return makePdfOf(deflateSync(packSpaces(300)), '[/FlateDecode /FlateDecode]');
}

/** Megabytes of spaces as zlib packs them (RFC 1950), without going through them: one packed megabyte again and again. */
function packSpaces(megabytes: number): Buffer {
  const finishFlush = constants.Z_FULL_FLUSH;
  const one = deflateRawSync(Buffer.alloc(1_000_000, ' '), { finishFlush });
  const header = Buffer.from([0x78, 0x9c]);
  const end = deflateRawSync(Buffer.alloc(0));
  return Buffer.concat([
    ...[header, ...Array<Buffer>(megabytes).fill(one), end],
    adlerOfSpaces(BigInt(megabytes) * 1_000_000n),
  ]);
}

/** The Adler-32 of so many spaces, whose sums are those of one number again and again. */
function adlerOfSpaces(count: bigint): Buffer {
  const [space, modulus] = [32n, 65_521n];
  const low = (1n + space * count) % modulus;
  const high = (count + (space * count * (count + 1n)) / 2n) % modulus;
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE(Number(high), 0);
  sum.writeUInt16BE(Number(low), 2);
  return sum;
}

let endless: Buffer | undefined;

/** A PDF whose page takes minutes to be gone through. */
export function makeEndlessPdf(): Buffer {
  endless ??= makePdfOf(deflateSync(Buffer.alloc(60_000_000, 'BT /F0 9 Tf (a) Tj ET\n')));
  return endless;
}

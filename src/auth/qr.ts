import { encode } from 'uqr';

/** A QR code as one SVG path on a square of `size` units, its quiet border included. */
export type QrDrawing = { size: number; path: string };

/** Draws a text as a QR code, black modules only. */
export function drawQr(text: string): QrDrawing {
  // A border of four modules is what readers may rely on (ISO/IEC 18004).
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      const start = x;
      while (row[x]) x += 1;
      if (x > start) path += `M${start} ${y}h${x - start}v1h${start - x}z`;
    }
  });
  return { size, path };
}

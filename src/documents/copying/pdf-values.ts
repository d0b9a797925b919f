/** Objects of a PDF file (ISO 32000-1, 7.3). Names and strings are Latin-1, each character a byte. */
export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export class PdfString {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export class PdfReference {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}
export type PdfDictionary = Map<string, PdfValue>;
export class PdfStream {
  readonly dictionary: PdfDictionary;
  /** As it is stored, filters applied. */
  readonly data: Buffer;
  constructor(dictionary: PdfDictionary, data: Buffer) {
    this.dictionary = dictionary;
    this.data = data;
  }
}
export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfReference
  | PdfValue[]
  | PdfDictionary
  | PdfStream;

export const nameOf = (value: PdfValue | undefined): string | undefined =>
  value instanceof PdfName ? value.name : undefined;

/** A value as it stands in a file; of a stream the dictionary, with the length of its data. */
export function writeValue(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value);
  if (value instanceof PdfName) return writeName(value.name);
  if (value instanceof PdfString) return `<${Buffer.from(value.text, 'latin1').toString('hex')}>`;
  if (value instanceof PdfReference) return `${value.number} 0 R`;
  if (Array.isArray(value)) return `[${value.map(writeValue).join(' ')}]`;
  if (value instanceof PdfStream) {
    return writeValue(new Map([...value.dictionary, ['Length', value.data.length]]));
  }
  const entries = [...value].map(([key, one]) => `${writeName(key)} ${writeValue(one)}`);
  return `<<${entries.join(' ')}>>`;
}

// Never with an exponent, which PDF does not know.
function writeNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return value
    .toFixed(10)
    .replace(/0{1,10}$/, '')
    .replace(/\.$/, '');
}

function writeName(name: string): string {
  const written = name.replace(/[^!-~]|[#/()<>[\]{}%]/g, (character) => {
    return `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `/${written}`;
}

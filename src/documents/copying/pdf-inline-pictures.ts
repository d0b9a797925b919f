import { UncopiableDocument } from './copy.ts';
import { cleanJpeg } from './pictures.ts';

const longestDictionary = 2000;
const isBlank = (byte: number | undefined): boolean =>
  byte === undefined || [0, 9, 10, 12, 13, 32].includes(byte);

/**
 * What a content stream draws, with the JPEGs that stand in it (ISO 32000-1, 8.9.7) cleaned like those
 * beside it; null where there are none. Throws UncopiableDocument where one can't be seen into.
 */
export function cleanInlinePictures(content: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  let done = 0;
  for (let at = content.indexOf('BI'); at >= 0; at = content.indexOf('BI', at + 2)) {
    if (at < done || !isBlank(content[at - 1])) continue;
    const dataAt = findData(content, at + 2);
    if (dataAt === undefined) continue;
    const dictionary = content.toString('latin1', at + 2, dataAt - 3);
    const filters = listFilters(dictionary);
    if (!filters.some((one) => one === '/DCT' || one === '/DCTDecode')) continue;
    const picture = filters.length === 1 ? cleanJpeg(content.subarray(dataAt)) : null;
    if (picture?.end === undefined) throw new UncopiableDocument('a picture in a page');
    // Where its length is given, it would be another one now.
    const entries = dictionary.replace(/\/L(?:ength)?\s{1,20}\d{1,10}/, '');
    parts.push(content.subarray(done, at + 2), Buffer.from(`${entries}ID `, 'latin1'));
    parts.push(picture.data);
    done = dataAt + picture.end;
  }
  return done === 0 ? null : Buffer.concat([...parts, content.subarray(done)]);
}

/** Where the data begin behind `ID` and one blank; undefined when there is none soon. */
function findData(content: Buffer, from: number): number | undefined {
  const end = from + longestDictionary;
  for (
    let at = content.indexOf('ID', from);
    at >= 0 && at < end;
    at = content.indexOf('ID', at + 2)
  ) {
    if (isBlank(content[at - 1]) && isBlank(content[at + 2])) return at + 3;
  }
  return undefined;
}

/** The filters that a dictionary names, by their short names or their long ones. */
function listFilters(dictionary: string): string[] {
  const tokens: string[] = dictionary.match(/\/\w+|[[\]]|[^\s/[\]]+/g) ?? [];
  const at = tokens.findIndex((one) => one === '/F' || one === '/Filter') + 1;
  if (at === 0) return [];
  if (tokens[at] !== '[') return tokens.slice(at, at + 1);
  const end = tokens.indexOf(']', at);
  return tokens.slice(at + 1, end < 0 ? undefined : end);
}

import { deflateSync } from 'node:zlib';
import { UncopiableDocument } from './copy.ts';
import { isHarmlessLink } from './office-parts.ts';
import type { PdfFile } from './pdf-file.ts';
import { cleanInlinePictures } from './pdf-inline-pictures.ts';
import { cleanPdfPicture } from './pdf-pictures.ts';
import {
  nameOf,
  type PdfDictionary,
  PdfName,
  PdfReference,
  PdfStream,
  PdfString,
  type PdfValue,
} from './pdf-values.ts';

/** Data about the making, what acts, files in the file, and the tree of its structure. */
const dropped = new Set([
  ...['Metadata', 'PieceInfo', 'LastModified', 'Thumb', 'CreatorInfo', 'OPI', 'Alternates', 'Ref'],
  ...[
    'AA',
    'OpenAction',
    'JS',
    'JavaScript',
    'EmbeddedFiles',
    'EF',
    'AF',
    'XFA',
    'PA',
    'SpiderInfo',
  ],
  ...['Renditions', 'URLS', 'IDS', 'Templates', 'AlternatePresentations', 'User'],
  ...[
    'StructParent',
    'StructParents',
    'StructTreeRoot',
    'ID',
    'Measure',
    'PtData',
    'Private',
    'Info',
  ],
]);
const ofCatalog = new Set([
  'Type',
  'Pages',
  'PageLabels',
  'Outlines',
  'Dests',
  'Names',
  'OCProperties',
  'Lang',
]);
const ofPages = new Set([
  ...['Type', 'Parent', 'Kids', 'Count', 'MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox'],
  ...['Rotate', 'UserUnit', 'Resources', 'Contents', 'Annots', 'Group'],
]);
/** How a mark on a page looks, without who made it when and what they noted. */
const ofAnnotations = new Set([
  ...[
    'Type',
    'Subtype',
    'Rect',
    'AP',
    'AS',
    'F',
    'QuadPoints',
    'C',
    'IC',
    'BS',
    'Border',
    'Dest',
    'A',
  ],
  ...['BE', 'CA', 'ca', 'H', 'OC', 'Vertices', 'InkList', 'L', 'LE', 'CL', 'RD', 'DA', 'DS', 'Q'],
]);
const shownAnnotations = new Set([
  ...[
    'Link',
    'FreeText',
    'Line',
    'Square',
    'Circle',
    'Polygon',
    'PolyLine',
    'Highlight',
    'Underline',
  ],
  ...['Squiggly', 'StrikeOut', 'Stamp', 'Ink', 'Widget', 'Redact'],
]);

/** What a stream has that is a font, a profile of colours, a function or a table of characters. */
const notDrawing = ['Length1', 'N', 'FunctionType', 'CMapName'];

export type Scrubbed = { objects: PdfValue[]; root: PdfReference; lost: number };

/**
 * The objects that the pages of a file need, numbered anew from 1, each without what tells of its making
 * or acts. Whatever nothing leads to stays behind: older revisions, deleted pages, attached files. Throws
 * UncopiableDocument.
 */
export function scrubPdf(file: PdfFile): Scrubbed {
  const objects: PdfValue[] = [];
  const numbers = new Map<number, PdfReference>();
  const waiting: { value: PdfValue; place: number }[] = [];
  let lost = 0;

  const root = file.trailer.get('Root');
  const catalog = file.resolve(root);
  if (!(root instanceof PdfReference) || !(catalog instanceof Map)) {
    throw new UncopiableDocument('no root');
  }
  const pages = listPages(file, catalog);

  const refer = (reference: PdfReference): PdfValue => {
    const known = numbers.get(reference.number);
    if (known) return known;
    const value = file.resolve(reference);
    if (value === null || !isAllowed(value)) return null;
    // A link may lead to a page that was deleted.
    const isPage = value instanceof Map && nameOf(file.resolve(value.get('Type'))) === 'Page';
    if (isPage && !pages.has(value)) return null;
    const own = new PdfReference(objects.push(null));
    numbers.set(reference.number, own);
    waiting.push({ value, place: own.number - 1 });
    return own;
  };

  /** False for actions, unless they lead to a place of the file, a page or a mailbox. */
  const isAllowed = (value: PdfValue): boolean => {
    if (!(value instanceof Map)) return true;
    const type = nameOf(file.resolve(value.get('Type')));
    if (type === 'Filespec' || type === 'F' || type === 'EmbeddedFile') return false;
    if (type === 'Annot' || value.has('Rect')) {
      return shownAnnotations.has(nameOf(file.resolve(value.get('Subtype'))) ?? '');
    }
    return true;
  };

  const isHarmlessAction = (value: PdfValue): boolean => {
    if (!(value instanceof Map) || value.has('Next')) return false;
    const kind = nameOf(file.resolve(value.get('S')));
    const target = file.resolve(value.get('URI'));
    if (kind === 'URI') return target instanceof PdfString && isHarmlessLink(target.text);
    return kind === 'GoTo';
  };

  const keysOf = (dictionary: PdfDictionary): ((key: string) => boolean) => {
    const type = nameOf(file.resolve(dictionary.get('Type')));
    if (dictionary === catalog) return (key) => ofCatalog.has(key);
    if (type === 'Page' || type === 'Pages') return (key) => ofPages.has(key);
    const isAnnotation = dictionary.has('Rect') && dictionary.has('Subtype');
    if (isAnnotation) return (key) => ofAnnotations.has(key);
    return (key) => !dropped.has(key);
  };

  const copyDictionary = (dictionary: PdfDictionary, isStream = false): PdfDictionary => {
    const isKept = keysOf(dictionary);
    const entries: [string, PdfValue][] = [];
    for (const [key, value] of dictionary) {
      if (!isKept(key)) continue;
      // Data that lie elsewhere; of an annotation it is a number.
      if (isStream && (key === 'F' || key === 'FFilter' || key === 'FDecodeParms')) continue;
      const isAction = key === 'A' && typeof file.resolve(value) === 'object';
      if (isAction && !isHarmlessAction(file.resolve(value))) continue;
      entries.push([key, copyValue(value)]);
    }
    return new Map(entries);
  };

  const copyStream = (stream: PdfStream): PdfStream => {
    if (stream.dictionary.has('F')) throw new UncopiableDocument('data elsewhere');
    const isPicture = nameOf(file.resolve(stream.dictionary.get('Subtype'))) === 'Image';
    const dictionary = copyDictionary(stream.dictionary, true);
    if (!isPicture) return copyContent(stream, dictionary);
    const cleaned = cleanPdfPicture(file, stream);
    if (cleaned === 'as it is') return new PdfStream(dictionary, stream.data);
    if (cleaned === null) {
      lost += 1;
      return blank();
    }
    dictionary.set('Filter', cleaned.filter);
    dictionary.delete('DecodeParms');
    return new PdfStream(dictionary, cleaned.data);
  };

  /** As it is, unless it draws pictures that stand in it. */
  const copyContent = (stream: PdfStream, dictionary: PdfDictionary): PdfStream => {
    const cleaned = mayDraw(stream) ? cleanInlinePictures(file.decode(stream).data) : null;
    if (cleaned === null) return new PdfStream(dictionary, stream.data);
    dictionary.set('Filter', new PdfName('FlateDecode'));
    dictionary.delete('DecodeParms');
    return new PdfStream(dictionary, deflateSync(cleaned));
  };

  /** False of fonts, profiles of colours, functions and the like. */
  const mayDraw = ({ dictionary }: PdfStream): boolean => {
    const subtype = nameOf(file.resolve(dictionary.get('Subtype')));
    return (
      (subtype === undefined || subtype === 'Form') &&
      !notDrawing.some((key) => dictionary.has(key))
    );
  };

  const copyValue = (value: PdfValue): PdfValue => {
    if (value instanceof PdfReference) return refer(value);
    if (Array.isArray(value)) {
      return value.filter((one) => !(one instanceof Map) || isAllowed(one)).map(copyValue);
    }
    if (value instanceof Map) return isAllowed(value) ? copyDictionary(value) : null;
    if (value instanceof PdfStream) return copyStream(value);
    return value;
  };

  const own = refer(root);
  if (!(own instanceof PdfReference)) throw new UncopiableDocument('no root');
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    objects[next.place] = copyValue(next.value);
  }
  return { objects, root: own, lost };
}

/** The pages that the file has now. */
function listPages(file: PdfFile, catalog: PdfDictionary): ReadonlySet<PdfValue> {
  const pages = new Set<PdfValue>();
  const seen = new Set<PdfValue>();
  const waiting = [file.resolve(catalog.get('Pages'))];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!(node instanceof Map) || seen.has(node)) continue;
    seen.add(node);
    const kids = file.resolve(node.get('Kids'));
    if (Array.isArray(kids)) waiting.push(...kids.map((kid) => file.resolve(kid)));
    else pages.add(node);
  }
  return pages;
}

/** A form that draws nothing, where a picture had to be left out. */
const blank = (): PdfStream =>
  new PdfStream(
    new Map<string, PdfValue>([
      ['Type', new PdfName('XObject')],
      ['Subtype', new PdfName('Form')],
      ['BBox', [0, 0, 1, 1]],
    ]),
    Buffer.alloc(0),
  );

import { walkXml } from '../reading/xml.ts';
import { isHarmlessField } from './fields.ts';
import { find, isHarmlessLink, without } from './office-parts.ts';
import { type Passing, rewriteXml, type Verdict } from './rewrite-xml.ts';

const relationships = /\/officeDocument\/(?:2006\/)?relationships$/;

/** What names sessions, people and times of editing. */
const telling =
  /^(?:rsid.*|paraId|textId|anchorId|editId|author|initials|userId|providerId|date|dateUtc)$/i;

/** Deleted and moved text, what was there before a change of format, comments, and what runs or fetches. */
const dropped = new Set([
  ...['del', 'moveFrom', 'cellDel', 'cellIns', 'cellMerge', 'numberingChange', 'delText'],
  ...['moveFromRangeStart', 'moveFromRangeEnd', 'moveToRangeStart', 'moveToRangeEnd'],
  ...['customXmlDelRangeStart', 'customXmlDelRangeEnd', 'customXmlInsRangeStart'],
  ...['customXmlInsRangeEnd', 'customXmlMoveFromRangeStart', 'customXmlMoveFromRangeEnd'],
  ...['customXmlMoveToRangeStart', 'customXmlMoveToRangeEnd', 'delInstrText'],
  ...['rPrChange', 'pPrChange', 'sectPrChange', 'tblPrChange', 'tblPrExChange', 'tblGridChange'],
  ...['trPrChange', 'tcPrChange', 'commentRangeStart', 'commentRangeEnd', 'commentReference'],
  ...['annotationRef', 'permStart', 'permEnd', 'proofErr', 'rsid', 'nsid', 'tmpl', 'dataBinding'],
  ...['OLEObject', 'objectEmbed', 'objectLink', 'control', 'altChunk', 'subDoc', 'externalData'],
  ...['printerSettings', 'embedRegular', 'embedBold', 'embedItalic', 'embedBoldItalic', 'movie'],
  ...['svgBlip', 'imgLayer', 'imgProps', 'webVideoPr', 'creationId', 'useLocalDpi'],
  ...['docPartObj', 'docVars', 'customXmlPr', 'smartTagPr', 'fldData'],
]);
/** Inserted and moved text, without who wrote it when. */
const unwrapped = new Set(['ins', 'moveTo', 'smartTag', 'customXml']);

/** Settings that change how the text looks; others tell of sessions, printers, templates and data sources. */
const settings = new Set([
  ...['compat', 'defaultTabStop', 'evenAndOddHeaders', 'characterSpacingControl', 'footnotePr'],
  ...['endnotePr', 'mirrorMargins', 'autoHyphenation', 'hyphenationZone', 'themeFontLang'],
  ...['clrSchemeMapping', 'decimalSymbol', 'listSeparator', 'mathPr', 'displayBackgroundShape'],
  ...['gutterAtTop', 'bordersDoNotSurroundHeader', 'bordersDoNotSurroundFooter', 'zoom'],
  ...['consecutiveHyphenLimit', 'doNotHyphenateCaps', 'noLineBreaksAfter', 'noLineBreaksBefore'],
]);

/** Looks like the name of a file, which programs put where a description belongs. */
const fileName = /[\\/]|\.[a-z0-9]{2,5}$/i;

export type PartRules = {
  /** How the part is related to what names it: the last word of the relation's type. */
  kind: string;
  /** The relations that the copy has of this part. */
  kept: ReadonlySet<string>;
};

/** Judges the elements of one part of a WordprocessingML package. */
export function createJudge({ kind, kept }: PartRules): (tag: Passing) => Verdict {
  const prefixes = new Set(['r']);
  return (tag) => {
    const { name, depth, attributes } = tag;
    for (const { name: key, local, value } of attributes) {
      if (key.startsWith('xmlns:') && relationships.test(value)) prefixes.add(local);
    }
    if (dropped.has(name)) return 'drop';
    if (kind === 'settings' && depth === 1 && !settings.has(name)) return 'drop';
    if (unwrapped.has(name)) return 'unwrap';
    if (name === 'fldSimple' && !isHarmlessField(find(tag, 'instr') ?? '')) return 'unwrap';
    const isBroken = ({ name: key, local, value }: Passing['attributes'][number]): boolean =>
      prefixes.has(key.slice(0, -local.length - 1)) && value !== '' && !kept.has(value);
    const whole = without(tag, telling).filter((one) => !isBroken(one));
    const stays = name === 'hyperlink' || name === 'blip' || !attributes.some(isBroken);
    return stays ? nameless(tag, whole) : 'drop';
  };
}

/** Pictures keep neither the name of the file they came from nor its path. */
function nameless(tag: Passing, attributes: Passing['attributes']): Passing['attributes'] {
  const { name } = tag;
  if (name === 'hyperlink') {
    return attributes.filter(({ local, value }) => local !== 'tooltip' || !fileName.test(value));
  }
  if (name === 'docPr' || name === 'cNvPr') {
    return attributes
      .filter(({ local, value }) => !/^(?:descr|title)$/.test(local) || !fileName.test(value))
      .map((one) => (one.local === 'name' ? { ...one, value: 'Picture' } : one));
  }
  if (name === 'imagedata')
    return attributes.filter(({ local }) => !/^(?:title|href|src)$/.test(local));
  if (name === 'shape')
    return attributes.filter(({ local, value }) => local !== 'alt' || !fileName.test(value));
  if (find(tag, 'href') === undefined) return attributes;
  return attributes.filter(({ local, value }) => local !== 'href' || isHarmlessLink(value));
}

/**
 * A part in which fields that are not harmless do nothing any more: what they have shown stays. Of a field
 * that is spread over many elements, and over others inside of it, the instruction is read as a whole.
 */
export function stillFields(part: Buffer): Buffer {
  const isHarmless = judgeInstructions(part);
  if (isHarmless.every(Boolean)) return part;
  let number = -1;
  return rewriteXml(part, ({ name, attributes }) => {
    if (name === 'instrText') number += 1;
    return name === 'instrText' && !isHarmless[number] ? 'empty' : attributes;
  });
}

type Field = { instruction: string; pieces: number[]; isRead: boolean };

/** Of each `instrText`, in their order, whether it belongs to a field that is harmless. */
function judgeInstructions(part: Buffer): boolean[] {
  const verdicts: boolean[] = [];
  const open: Field[] = [];
  let inPiece = false;
  const close = (): void => {
    const field = open.pop();
    const isHarmless = field !== undefined && isHarmlessField(field.instruction);
    for (const piece of field?.pieces ?? []) verdicts[piece] = isHarmless;
  };
  walkXml(part, {
    open({ name, attributes, isEmpty }) {
      if (name === 'fldChar') {
        const type = attributes.get('fldCharType');
        if (type === 'begin') open.push({ instruction: '', pieces: [], isRead: false });
        if (type === 'separate' && open.length > 0) open.at(-1)!.isRead = true;
        if (type === 'end') close();
      }
      if (name !== 'instrText') return;
      inPiece = !isEmpty;
      // Outside of every field it is none that we know.
      open.at(-1)?.pieces.push(verdicts.length);
      verdicts.push(false);
    },
    close(name) {
      if (name === 'instrText') inPiece = false;
    },
    text(text) {
      const field = open.at(-1);
      if (inPiece && field && !field.isRead) field.instruction += text;
    },
  });
  while (open.length > 0) close();
  return verdicts;
}

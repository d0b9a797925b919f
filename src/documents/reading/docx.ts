import { scanTags } from '../markup.ts';
import type { Zip } from '../zip.ts';
import { getPart, openOffice } from './office.ts';
import type { RawText } from './reading.ts';
import { walkXml } from './xml.ts';

const contentTypesPart = '[content_types].xml';

/** Parts with text, by the ends of their content types (ECMA-376-1, 11.3), in the order of reading. */
const kinds = ['header+xml', 'document.main+xml', 'footnotes+xml', 'endnotes+xml'];
/** A pattern of the printed page has the same words for first, odd and even pages. */
const repeated = 'header+xml';

/**
 * The text of a WordprocessingML package: paragraphs, tables cell by cell, text boxes, notes behind all
 * else. Deleted text, field codes and comments are left out.
 */
export async function readDocx(bytes: Buffer): Promise<RawText> {
  const zip = await openOffice(bytes);
  const texts: string[] = [];
  for (const { kind, name } of await listParts(zip)) {
    const text = paragraphsOf(await getPart(zip, name));
    if (kind !== repeated || !texts.includes(text)) texts.push(text);
  }
  return { text: texts.join('\n\n') };
}

async function listParts(zip: Zip): Promise<{ kind: string; name: string }[]> {
  const parts: { kind: string; name: string }[] = [];
  for (const { name: tag, attributes } of scanTags(await getPart(zip, contentTypesPart))) {
    const type = (attributes.get('ContentType') ?? '').toLowerCase();
    const kind = kinds.find((one) => type.endsWith(one));
    // Some small writers give their one part its type by a Default.
    const name = tag === 'Default' ? '/word/document.xml' : (attributes.get('PartName') ?? '');
    const part = name.slice(1).toLowerCase();
    if (kind && zip.names.has(part)) parts.push({ kind, name: part });
  }
  return parts.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

const marks: Record<string, string> = { tab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' };

const isRepeated = (name: string): boolean => name === 'Fallback' || name === 'moveFrom';

function paragraphsOf(part: Buffer): string {
  let text = '';
  let inText = false;
  // Fallbacks say again, for old programs, what stands beside them; moved text stands where it went.
  let fallbacks = 0;
  // A tab among the properties of a paragraph is a stop, not a character.
  let properties = 0;
  walkXml(part, {
    open({ name, isEmpty }) {
      if (isRepeated(name) && !isEmpty) fallbacks += 1;
      else if (name === 'pPr' && !isEmpty) properties += 1;
      else if (fallbacks > 0 || properties > 0) return;
      else if (name === 't') inText = !isEmpty;
      else text += marks[name] ?? '';
    },
    close(name) {
      if (isRepeated(name)) fallbacks -= 1;
      else if (name === 'pPr') properties -= 1;
      else if (name === 't') inText = false;
      else if (name === 'p' && fallbacks === 0) text += '\n\n';
    },
    text(piece) {
      if (inText && fallbacks === 0) text += piece;
    },
  });
  return text;
}

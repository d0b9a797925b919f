import { getPart, openOffice, readParts } from './office.ts';
import { type RawText, UnreadableDocument } from './reading.ts';
import { walkXml } from './xml.ts';

const paragraphs = new Set(['p', 'h']);
/** What was deleted and is kept for undoing, and what others wrote at the margin. */
const skipped = new Set(['tracked-changes', 'annotation']);
const maxSpaces = 100;

/** The text of an OpenDocument text: paragraphs, headings, lists, tables cell by cell. */
export async function readOdt(bytes: Buffer): Promise<RawText> {
  const zip = await openOffice(bytes);
  for await (const manifest of readParts(zip, /^meta-inf\/manifest\.xml$/)) {
    if (manifest.includes('encryption-data')) throw new UnreadableDocument('encrypted');
  }
  return { text: paragraphsOf(await getPart(zip, 'content.xml')) };
}

function paragraphsOf(part: Buffer): string {
  let text = '';
  let depth = 0;
  let skipping = 0;
  walkXml(part, {
    open({ name, attributes, isEmpty }) {
      if (skipped.has(name) && !isEmpty) skipping += 1;
      if (skipping > 0 || isEmpty) {
        if (skipping === 0 && depth > 0) text += markOf(name, attributes);
        return;
      }
      if (paragraphs.has(name)) depth += 1;
      else if (depth > 0) text += markOf(name, attributes);
    },
    close(name) {
      if (skipped.has(name)) skipping -= 1;
      else if (skipping === 0 && paragraphs.has(name)) {
        depth -= 1;
        text += '\n\n';
      }
    },
    text(piece) {
      // Line ends inside of a paragraph are spaces (ODF 1.3 part 3, 6.1.2).
      if (depth > 0 && skipping === 0) text += piece.replace(/\s+/g, ' ');
    },
  });
  return text;
}

function markOf(name: string, attributes: Map<string, string>): string {
  if (name === 'line-break') return '\n';
  if (name === 'tab') return '\t';
  if (name !== 's') return '';
  return ' '.repeat(Math.min(maxSpaces, Number.parseInt(attributes.get('c') ?? '1', 10) || 1));
}

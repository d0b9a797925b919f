import { decodeXml, localName, type RawTag, readRawTag } from '../markup.ts';
import { UnreadableDocument } from '../reading/reading.ts';
import { decodeEntities } from '../reading/xml.ts';

/** An opening tag on its way into the copy. `name` has no prefix. */
export type Passing = {
  name: string;
  /** How many elements it stands in. */
  depth: number;
  attributes: PassingAttribute[];
};
/** `local` has no prefix, `value` no entities. */
export type PassingAttribute = { name: string; local: string; value: string };

/**
 * `drop` leaves an element out with all that is in it, `unwrap` only its tags, `empty` what is in it. Else
 * it passes with these attributes.
 */
export type Verdict = 'drop' | 'unwrap' | 'empty' | PassingAttribute[];

/**
 * An XML part once more, in UTF-8, with what `judge` lets pass; comments, processing instructions and
 * whatever stands before the root are left out. Throws `broken` at a DOCTYPE and at what is not well formed.
 */
export function rewriteXml(bytes: Buffer, judge: (tag: Passing) => Verdict): Buffer {
  const xml = decodeXml(bytes);
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'];
  const open: { name: string; verdict: 'keep' | 'unwrap' | 'empty' }[] = [];
  /** Elements open inside of one that is left out, itself included. */
  let dropped = 0;
  const isSilent = (): boolean => dropped > 0 || open.at(-1)?.verdict === 'empty';

  const openTag = (at: number): number => {
    const found = readRawTag(xml, at);
    if (found === null) throw new UnreadableDocument('broken');
    const { tag, end } = found;
    if (isSilent()) {
      if (!tag.isEmpty) dropped += 1;
      return end;
    }
    const verdict = judge({
      name: localName(tag.name),
      depth: open.length,
      attributes: tag.attributes.map(([name, value]) => ({
        ...{ name, local: localName(name), value: decodeEntities(value) },
      })),
    });
    if (verdict === 'drop') {
      if (!tag.isEmpty) dropped = 1;
    } else if (verdict === 'unwrap' || verdict === 'empty') {
      if (verdict === 'empty') out.push(writeTag(tag));
      if (!tag.isEmpty) open.push({ name: tag.name, verdict });
    } else {
      const passing = new Set(verdict.map(({ name }) => name));
      const same =
        verdict.length === tag.attributes.length &&
        verdict.every(({ value }, index) => value === decodeEntities(tag.attributes[index]![1]));
      out.push(
        writeTag(
          same
            ? tag
            : {
                ...tag,
                attributes: tag.attributes
                  .filter(([name]) => passing.has(name))
                  .map(([name]) => [name, escapeValue(textOf(verdict, name))]),
              },
        ),
      );
      if (!tag.isEmpty) open.push({ name: tag.name, verdict: 'keep' });
    }
    return end;
  };

  const closeTag = (name: string): void => {
    if (dropped > 0) {
      dropped -= 1;
      return;
    }
    const last = open.pop();
    if (last?.name !== name) throw new UnreadableDocument('broken');
    if (last.verdict !== 'unwrap') out.push(`</${name}>`);
  };

  for (let at = 0; at < xml.length; ) {
    const next = xml.indexOf('<', at);
    if (next !== at && !isSilent() && open.length > 0) {
      out.push(xml.slice(at, next < 0 ? xml.length : next));
    }
    if (next < 0) break;
    if (xml.startsWith('<!--', next)) at = endOf(xml, '-->', next + 4);
    else if (xml.startsWith('<?', next)) at = endOf(xml, '?>', next + 2);
    else if (xml.startsWith('<![CDATA[', next)) {
      at = endOf(xml, ']]>', next + 9);
      if (!isSilent() && open.length > 0) out.push(xml.slice(next, at));
    } else if (xml.startsWith('</', next)) {
      at = endOf(xml, '>', next + 2);
      closeTag(xml.slice(next + 2, at - 1).trim());
    } else at = openTag(next + 1);
  }
  if (open.length > 0 || dropped > 0) throw new UnreadableDocument('broken');
  return Buffer.from(out.join(''));
}

const textOf = (attributes: readonly PassingAttribute[], name: string): string =>
  attributes.find((one) => one.name === name)?.value ?? '';

function writeTag({ name, attributes, isEmpty }: RawTag): string {
  const written = attributes.map(([key, value]) => ` ${key}=${quote(value)}`);
  return `<${name}${written.join('')}${isEmpty ? '/' : ''}>`;
}

// Values come as they are written, between quotes of either kind.
const quote = (value: string): string => (value.includes('"') ? `'${value}'` : `"${value}"`);

/** Text for an attribute's value between double quotes. */
export function escapeValue(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

function endOf(xml: string, end: string, from: number): number {
  const hit = xml.indexOf(end, from);
  if (hit < 0) throw new UnreadableDocument('broken');
  return hit + end.length;
}

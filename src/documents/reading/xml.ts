import { decodeXml, localName, readTag, type Tag } from '../markup.ts';
import { UnreadableDocument } from './reading.ts';

export type XmlVisitor = {
  /** A tag that closes itself is not followed by a `close`. */
  open(tag: Tag): void;
  close(name: string): void;
  text(text: string): void;
};

/**
 * Walks over an XML part once, without recursion: no entity is resolved but the five of XML itself and
 * characters by number, no DTD is read, nothing is fetched. Throws `broken` at a DOCTYPE, which neither
 * OPC nor ODF has, and at what is no markup.
 */
export function walkXml(bytes: Buffer, visitor: XmlVisitor): void {
  const xml = decodeXml(bytes);
  let at = 0;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    if (next !== at) visitor.text(decodeEntities(xml.slice(at, next < 0 ? xml.length : next)));
    if (next < 0) return;
    at = readMarkup(xml, next, visitor);
  }
}

function readMarkup(xml: string, at: number, visitor: XmlVisitor): number {
  if (xml.startsWith('<!--', at)) return endOf(xml, '-->', at + 4);
  if (xml.startsWith('<?', at)) return endOf(xml, '?>', at + 2);
  if (xml.startsWith('<![CDATA[', at)) {
    const end = endOf(xml, ']]>', at + 9);
    visitor.text(xml.slice(at + 9, end - 3));
    return end;
  }
  if (xml.startsWith('</', at)) {
    const end = endOf(xml, '>', at + 2);
    visitor.close(localName(xml.slice(at + 2, end - 1).trim()));
    return end;
  }
  const found = readTag(xml, at + 1);
  if (found === null) throw new UnreadableDocument('broken');
  visitor.open(found.tag);
  return found.end;
}

function endOf(xml: string, end: string, from: number): number {
  const hit = xml.indexOf(end, from);
  if (hit < 0) throw new UnreadableDocument('broken');
  return hit + end.length;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Others than XML's own stay as they are written: what they would stand for is nobody's business. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, ...found) => {
      const [decimal, hex, name] = found as (string | undefined)[];
      if (name !== undefined) return named[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}

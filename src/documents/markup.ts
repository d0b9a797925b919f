/** An opening tag; names come without their prefix. `isEmpty`: it closes itself. */
export type Tag = { name: string; attributes: Map<string, string>; isEmpty: boolean };

/**
 * The opening tags of an XML part in their order, found by walking over it once: no entity is
 * resolved, no DTD read, nothing fetched. It ends at the first thing that is not plain markup, a
 * DOCTYPE included, which neither OPC (ECMA-376-2, 7.2.3.1) nor an honest manifest has.
 */
export function* scanTags(bytes: Buffer): Generator<Tag> {
  const xml = decodeXml(bytes);
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
    if (xml.startsWith('<!--', at)) at = after(xml, '-->', at + 4);
    else if (xml.startsWith('<?', at)) at = after(xml, '?>', at + 2);
    else if (xml.startsWith('</', at)) at = after(xml, '>', at + 2);
    else {
      const found = readTag(xml, at + 1);
      if (found === null) return;
      yield found.tag;
      at = found.end;
    }
  }
}

/** The part as text: UTF-16 by its mark, else UTF-8. */
export function decodeXml(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return bytes.toString('utf8');
  const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return whole.swap16().toString('utf16le');
}

// What never ends reaches to the end of the part.
function after(xml: string, end: string, from: number): number {
  const hit = xml.indexOf(end, from);
  return hit < 0 ? xml.length : hit + end.length;
}

/** An opening tag as it is written: names with their prefixes, values with their entities. */
export type RawTag = {
  name: string;
  attributes: [name: string, value: string][];
  isEmpty: boolean;
};

/** The opening tag whose name begins at `from`, and where it ends; null when it is none. */
export function readRawTag(xml: string, from: number): { tag: RawTag; end: number } | null {
  let at = from;
  while (at < xml.length && !' \t\r\n/>'.includes(xml.charAt(at))) at += 1;
  const name = xml.slice(from, at);
  if (!isName(localName(name))) return null;
  const attributes: RawTag['attributes'] = [];
  for (;;) {
    at = skipSpace(xml, at);
    if (at >= xml.length) return null;
    if (xml[at] === '>') {
      return { tag: { name, attributes, isEmpty: xml[at - 1] === '/' }, end: at + 1 };
    }
    if (xml[at] === '/') {
      at += 1;
      continue;
    }
    const equals = xml.indexOf('=', at);
    const key = xml.slice(at, equals).trimEnd();
    const open = skipSpace(xml, equals + 1);
    const quote = xml.charAt(open);
    if (equals < 0 || !isName(key) || (quote !== '"' && quote !== "'")) return null;
    const close = xml.indexOf(quote, open + 1);
    if (close < 0) return null;
    attributes.push([key, xml.slice(open + 1, close)]);
    at = close + 1;
  }
}

/** The same with names that have no prefix; of two that then are the same the last one counts. */
export function readTag(xml: string, from: number): { tag: Tag; end: number } | null {
  const found = readRawTag(xml, from);
  if (found === null) return null;
  const { name, attributes, isEmpty } = found.tag;
  const local = attributes.map(([key, value]) => [localName(key), value] as const);
  return { tag: { name: localName(name), attributes: new Map(local), isEmpty }, end: found.end };
}

function skipSpace(xml: string, from: number): number {
  let at = from;
  while (at < xml.length && ' \t\r\n'.includes(xml.charAt(at))) at += 1;
  return at;
}

/** The name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function isName(text: string): boolean {
  return /^[^\s<>"'/=!?&]+$/.test(text);
}

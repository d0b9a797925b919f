import { posix } from 'node:path';
import { scanTags } from '../markup.ts';
import { getPart, openOffice, readParts } from '../reading/office.ts';
import type { Zip } from '../zip.ts';
import { writeZip, type ZipPart } from '../zip-writer.ts';
import type { Copy } from './copy.ts';
import { copyPicture, find, isHarmlessLink, without, xmlPart } from './office-parts.ts';
import { escapeValue, type Passing, rewriteXml, type Verdict } from './rewrite-xml.ts';

const mediaType = 'application/vnd.oasis.opendocument.text';
const manifestSpace = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0';

/** Text and styles, of the document and of charts and formulas in it. */
const xmlName = /^(?:object \d+\/)?(?:content|styles)\.xml$/;
const pictureName = /^(?:object \d+\/)?(?:pictures|media)\/[^/]+$/;
const picturePlaces = /^(?:object \d+\/)?(?:pictures|media|objectreplacements)\//;

/** Deleted text, comments, what runs, and what is asked of other programs. */
const dropped = new Set([
  ...['tracked-changes', 'change', 'change-start', 'change-end', 'annotation', 'annotation-end'],
  ...['event-listeners', 'event-listener', 'scripts', 'script', 'object-ole', 'applet', 'plugin'],
  ...[
    'floating-frame',
    'dde-source',
    'dde-connection-decls',
    'section-source',
    'forms',
    'dde-link',
  ],
  ...['font-face-src', 'table-source'],
]);
/** Text with data about itself, or from another program, of which the text alone stays. */
const unwrapped = new Set(['meta', 'dde-connection']);
const telling = /^(?:.*rsid|author|initials|creator-initials|display-name)$/i;

/**
 * An OpenDocument text (ODF 1.3) with its text, styles and pictures and nothing else: without properties,
 * settings, thumbnail, comments, recorded changes, macros, objects, and what is elsewhere. Throws what
 * `openOffice` and `getPart` throw.
 */
export async function copyOdt(bytes: Buffer): Promise<Copy> {
  const zip = await openOffice(bytes);
  const parts: ZipPart[] = [];
  let lost = 0;
  for (const name of zip.names) {
    if (xmlName.test(name)) {
      const data = rewriteXml(await getPart(zip, name), (tag) =>
        judge(zip, posix.dirname(name), tag),
      );
      parts.push(xmlPart(zip.spellingOf(name)!, data));
    } else if (pictureName.test(name)) {
      const { part, isLost } = await copyPicture(zip, name);
      if (isLost) lost += 1;
      parts.push(part);
    }
  }
  const mimetype: ZipPart = { name: 'mimetype', data: Buffer.from(mediaType), method: 'store' };
  return { bytes: writeZip([mimetype, ...parts, await writeManifest(zip, parts)]), lost };
}

function judge(zip: Zip, folder: string, tag: Passing): Verdict {
  const { name } = tag;
  if (dropped.has(name)) return 'drop';
  if (unwrapped.has(name)) return 'unwrap';
  const attributes = without(tag, telling);
  const href = find(tag, 'href');
  if (href === undefined) return attributes;
  const isThere = isHarmlessLink(href)
    ? name === 'a' || href.startsWith('#')
    : isCopied(zip, folder, href);
  if (isThere) return attributes;
  return name === 'a' ? attributes.filter(({ local }) => local !== 'href') : 'drop';
}

/** A picture or an object of the archive that the copy has as well. */
function isCopied(zip: Zip, folder: string, href: string): boolean {
  const name = posix.join(folder, href).toLowerCase();
  return pictureName.test(name)
    ? zip.names.has(name)
    : !picturePlaces.test(name) && zip.names.has(`${name}/content.xml`);
}

async function writeManifest(zip: Zip, parts: readonly ZipPart[]): Promise<ZipPart> {
  const copied = new Set(parts.map(({ name }) => `${posix.dirname(name)}/`));
  const entries = [['/', mediaType]];
  for await (const manifest of readParts(zip, /^meta-inf\/manifest\.xml$/)) {
    for (const { attributes } of scanTags(manifest)) {
      // Charts and formulas say there which of them they are.
      const [path = '', type = ''] = [attributes.get('full-path'), attributes.get('media-type')];
      if (/^object \d+\/$/i.test(path) && copied.has(path)) entries.push([path, type]);
    }
  }
  for (const { name } of parts) entries.push([name, name.endsWith('.xml') ? 'text/xml' : '']);
  const lines = entries.map(([path = '', type = '']) => {
    const values = `manifest:full-path="${escapeValue(path)}" manifest:media-type="${escapeValue(type)}"`;
    return `<manifest:file-entry ${values}/>`;
  });
  return xmlPart(
    'META-INF/manifest.xml',
    Buffer.from(
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
        `<manifest:manifest xmlns:manifest="${manifestSpace}" manifest:version="1.3">${lines.join('')}</manifest:manifest>`,
    ),
  );
}

import { posix } from 'node:path';
import { scanTags } from '../markup.ts';
import { getPart, openOffice } from '../reading/office.ts';
import { UnreadableDocument } from '../reading/reading.ts';
import { decodeEntities } from '../reading/xml.ts';
import type { Zip } from '../zip.ts';
import { writeZip, type ZipPart } from '../zip-writer.ts';
import type { Copy } from './copy.ts';
import { createJudge, stillFields } from './docx-parts.ts';
import { copyPicture, isHarmlessLink, xmlPart } from './office-parts.ts';
import { escapeValue, rewriteXml } from './rewrite-xml.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const packageSpace = 'http://schemas.openxmlformats.org/package/2006';

/** Relations that a text needs, by the last word of their type; nothing else comes into the copy. */
const kinds = new Set([
  ...['officeDocument', 'styles', 'numbering', 'settings', 'fontTable', 'theme', 'image'],
  ...['footnotes', 'endnotes', 'header', 'footer', 'hyperlink', 'chart', 'chartStyle'],
  ...['chartColorStyle', 'diagramData', 'diagramLayout', 'diagramQuickStyle', 'diagramColors'],
  ...['diagramDrawing', 'chartUserShapes'],
]);
type Relation = { id: string; type: string; kind: string; target: string; isExternal: boolean };

/**
 * A WordprocessingML package (ECMA-376-1 and -2) with only the parts that its text needs, reached from its
 * root by relations of known kinds: without properties, comments, earlier versions, custom data, macros,
 * objects, embedded fonts, thumbnails, and what is elsewhere. Throws what `openOffice` and `getPart` throw.
 */
export async function copyDocx(bytes: Buffer): Promise<Copy> {
  const zip = await openOffice(bytes);
  const types = await readTypes(zip);
  const parts: ZipPart[] = [];
  const overrides = new Map<string, string>();
  const seen = new Set<string>();
  let lost = 0;

  const copyRelations = async (of: string): Promise<ReadonlySet<string>> => {
    const relations = (await readRelations(zip, of)).filter(
      ({ kind, target, isExternal }) =>
        kinds.has(kind) &&
        (isExternal ? kind === 'hyperlink' && isHarmlessLink(target) : zip.names.has(target)),
    );
    if (relations.length > 0) parts.push(writeRelations(zip, of, relations));
    for (const { kind, target, isExternal } of relations) {
      if (!isExternal) await copyPart(target, kind);
    }
    return new Set(relations.map(({ id }) => id));
  };

  const copyPart = async (name: string, kind: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const spelled = `/${zip.spellingOf(name)}`;
    if (kind === 'image') {
      const { part, isLost } = await copyPicture(zip, name);
      if (isLost) lost += 1;
      parts.push(part);
      overrides.set(spelled, isLost ? 'image/png' : types(name));
      return;
    }
    const part = await getPart(zip, name);
    const kept = await copyRelations(name);
    const cleaned = stillFields(rewriteXml(part, createJudge({ kind, kept })));
    parts.push(xmlPart(spelled.slice(1), cleaned));
    overrides.set(spelled, types(name));
  };

  const roots = await copyRelations('');
  if (roots.size === 0) throw new UnreadableDocument('broken');
  return { bytes: writeZip([writeTypes(overrides), ...parts]), lost };
}

/** The content type of a part by its name in lower case. */
async function readTypes(zip: Zip): Promise<(name: string) => string> {
  const byName = new Map<string, string>();
  const byExtension = new Map<string, string>();
  for (const { name, attributes } of scanTags(await getPart(zip, '[content_types].xml'))) {
    const type = decodeEntities(attributes.get('ContentType') ?? '');
    if (name === 'Override') byName.set(keyOf(attributes.get('PartName')).slice(1), type);
    if (name === 'Default') byExtension.set(keyOf(attributes.get('Extension')), type);
  }
  return (name) =>
    byName.get(name) ?? byExtension.get(posix.extname(name).slice(1)) ?? 'application/octet-stream';
}

const keyOf = (value = ''): string => decodeEntities(value).toLowerCase();

function writeTypes(overrides: ReadonlyMap<string, string>): ZipPart {
  const lines = [...overrides].map(
    ([name, type]) =>
      `<Override PartName="${escapeValue(name)}" ContentType="${escapeValue(type)}"/>`,
  );
  const relations = 'application/vnd.openxmlformats-package.relationships+xml';
  return xmlPart(
    '[Content_Types].xml',
    Buffer.from(
      `${declaration}<Types xmlns="${packageSpace}/content-types">` +
        `<Default Extension="rels" ContentType="${relations}"/>${lines.join('')}</Types>`,
    ),
  );
}

const relationsOf = (part: string): string =>
  posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);

/** The relations of a part, of the package itself for an empty name; targets in lower case. */
async function readRelations(zip: Zip, part: string): Promise<Relation[]> {
  const name = relationsOf(part).toLowerCase();
  if (!zip.names.has(name)) return [];
  const relations: Relation[] = [];
  for (const { name: tag, attributes } of scanTags(await getPart(zip, name))) {
    if (tag !== 'Relationship') continue;
    const type = decodeEntities(attributes.get('Type') ?? '');
    const isExternal = attributes.get('TargetMode') === 'External';
    const target = decodeEntities(attributes.get('Target') ?? '');
    relations.push({
      ...{ id: decodeEntities(attributes.get('Id') ?? ''), type, isExternal },
      kind: type.slice(type.lastIndexOf('/') + 1),
      target: isExternal ? target : resolveTarget(part, target),
    });
  }
  return relations;
}

const resolveTarget = (part: string, target: string): string =>
  posix
    .join('/', posix.dirname(part), target.startsWith('/') ? `${'../'.repeat(9)}${target}` : target)
    .slice(1)
    .toLowerCase();

function writeRelations(zip: Zip, of: string, relations: readonly Relation[]): ZipPart {
  const lines = relations.map(({ id, type, target, isExternal }) => {
    const where = isExternal ? target : `/${zip.spellingOf(target)}`;
    const mode = isExternal ? ' TargetMode="External"' : '';
    const values = `Id="${escapeValue(id)}" Type="${escapeValue(type)}" Target="${escapeValue(where)}"`;
    return `<Relationship ${values}${mode}/>`;
  });
  const spelled = of === '' ? '' : zip.spellingOf(of)!;
  return xmlPart(
    relationsOf(spelled),
    Buffer.from(
      `${declaration}<Relationships xmlns="${packageSpace}/relationships">${lines.join('')}</Relationships>`,
    ),
  );
}

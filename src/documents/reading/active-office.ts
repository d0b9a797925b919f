import type { ActiveContent } from '../../domain/document-texts.ts';
import { scanTags } from '../markup.ts';
import type { Zip } from '../zip.ts';
import { getPart, holdsFiles, openOffice, readParts } from './office.ts';
import { readRtf } from './rtf.ts';
import { templateField } from './rtf-text.ts';
import { walkXml } from './xml.ts';

const dde = /\bDDE(?:AUTO)?\b/i;
const remote = /^\s*(?:https?|ftp|file|smb):|^\s*\\\\/i;

/** What a DOCX may do when it is opened: macros, fields that start programs, parts that are fetched. */
export async function findActiveInDocx(bytes: Buffer): Promise<ActiveContent[]> {
  const zip = await openOffice(bytes);
  const found = new Set<ActiveContent>();
  for (const name of zip.names) {
    if (/\/vba(?:project|data)\b|\/activex\//.test(`/${name}`)) found.add('macros');
    if (/\/embeddings\/oleobject[^/]*\.bin$/.test(`/${name}`)) found.add('embedded-file');
  }
  if (await holdsFiles(zip)) found.add('embedded-file');
  for await (const part of readParts(zip, /\.rels$/)) {
    for (const { attributes } of scanTags(part)) {
      // A link in the text waits for a click; a template or a picture is fetched without one.
      const isLink = (attributes.get('Type') ?? '').endsWith('/hyperlink');
      if (attributes.get('TargetMode') === 'External' && !isLink) found.add('external');
    }
  }
  for (const name of zip.names) {
    if (!/^word\/[^/]*\.xml$/.test(name) || !mayHoldFields(name)) continue;
    if (dde.test(fieldsOf(await getPart(zip, name)))) found.add('dde');
  }
  return [...found];
}

const mayHoldFields = (name: string): boolean => /document|header|footer|notes/.test(name);

/** The instructions of all fields, which a writer may spread over many runs. */
function fieldsOf(part: Buffer): string {
  let fields = '';
  let inField = false;
  walkXml(part, {
    open({ name, attributes, isEmpty }) {
      if (name === 'instrText') inField = !isEmpty;
      if (name === 'fldSimple') fields += ` ${attributes.get('instr') ?? ''} `;
    },
    close(name) {
      if (name === 'instrText') inField = false;
      // Fields may go over paragraphs, words may not.
      if (name === 'p') fields += ' ';
    },
    text(text) {
      if (inField) fields += text;
    },
  });
  return fields;
}

/** The same of an OpenDocument text. */
export async function findActiveInOdt(bytes: Buffer): Promise<ActiveContent[]> {
  const zip = await openOffice(bytes);
  const found = listActiveOdt(zip, await getPart(zip, 'content.xml'));
  return (await holdsFiles(zip)) ? [...new Set([...found, 'embedded-file' as const])] : found;
}

function listActiveOdt(zip: Zip, content: Buffer): ActiveContent[] {
  const found = new Set<ActiveContent>();
  if ([...zip.names].some((name) => /^(?:basic|scripts)\/./.test(name))) found.add('macros');
  for (const { name, attributes } of scanTags(content)) {
    if (name === 'event-listener') found.add('macros');
    if (name === 'object-ole') found.add('embedded-file');
    if (name.startsWith('dde-')) found.add('dde');
    if (name !== 'a' && remote.test(attributes.get('href') ?? '')) found.add('external');
  }
  return [...found];
}

/** The same of an RTF file, by its control words and fields. */
export function findActiveInRtf(bytes: Buffer): ActiveContent[] {
  const { fields, words } = readRtf(bytes);
  const found = new Set<ActiveContent>();
  if (words.has('objdata') || words.has('object')) found.add('embedded-file');
  if (words.has('objautlink') || words.has('objupdate')) found.add('external');
  for (const field of fields) {
    if (dde.test(field)) found.add('dde');
    if (/\bINCLUDE(?:PICTURE|TEXT)\b/i.test(field)) found.add('external');
    if (field.startsWith(templateField) && remote.test(field.slice(templateField.length))) {
      found.add('external');
    }
  }
  return [...found];
}

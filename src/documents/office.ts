import type { DetectedKind } from '../domain/document-types.ts';
import { scanTags } from './markup.ts';
import type { RandomAccess } from './random-access.ts';
import { openZip, type Zip } from './zip.ts';

/** What a file is by its content, and what keeps us from taking it. */
export type Finding = { kind: DetectedKind; problem?: 'damaged' | 'password-protected' };

const contentTypesPart = '[content_types].xml';
const manifestPart = 'meta-inf/manifest.xml';
const wordMain = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const macroMain = 'application/vnd.ms-word.document.macroenabled.main+xml';

// By the mimetype part (ODF 1.3 part 2, 3.3; EPUB 3, OCF 4.3); templates have names of their own.
const mimetypes: Record<string, DetectedKind> = {
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.text-template': 'template',
  'application/vnd.oasis.opendocument.text-master': 'template',
  'application/vnd.oasis.opendocument.spreadsheet': 'spreadsheet',
  'application/vnd.oasis.opendocument.presentation': 'presentation',
  'application/vnd.oasis.opendocument.graphics': 'image',
  'application/epub+zip': 'epub',
};

/** Looks into a zip by its directory and two small parts of it. Rejects only when the source does. */
export async function inspectArchive(source: RandomAccess): Promise<Finding> {
  const zip = await openZip(source);
  if (zip === null) return { kind: 'zip', problem: 'damaged' };
  if (zip.names.has(contentTypesPart)) return inspectOpenXml(zip);
  if (zip.names.has('mimetype')) return inspectOpenDocument(zip);
  return { kind: kindByNames(zip.names) };
}

async function inspectOpenXml(zip: Zip): Promise<Finding> {
  if (zip.hasLockedEntries) return { kind: 'docx', problem: 'password-protected' };
  const bytes = await zip.read(contentTypesPart);
  if (bytes === null) return { kind: 'docx', problem: 'damaged' };
  const mains = listMainParts(bytes);
  const types = mains.map(({ type }) => type);
  // Macros win over any other claim: two main parts are a trick.
  if (types.includes(macroMain)) return { kind: 'docm' };
  const word = mains.find(({ type }) => type === wordMain);
  if (word) {
    return zip.names.has(word.part) ? { kind: 'docx' } : { kind: 'docx', problem: 'damaged' };
  }
  return { kind: kindByTypes(types) };
}

type MainPart = { type: string; part: string };

// An Override names its part; some small writers give word/document.xml its type by a Default.
function listMainParts(bytes: Buffer): MainPart[] {
  const mains: MainPart[] = [];
  for (const { name, attributes } of scanTags(bytes)) {
    const type = (attributes.get('ContentType') ?? '').toLowerCase();
    if (!type.endsWith('main+xml')) continue;
    const part = name === 'Default' ? '/word/document.xml' : (attributes.get('PartName') ?? '');
    mains.push({ type, part: part.slice(1).toLowerCase() });
  }
  return mains;
}

function kindByTypes(types: readonly string[]): DetectedKind {
  const all = types.join(' ');
  if (all.includes('word') && all.includes('template')) return 'template';
  if (all.includes('spreadsheetml') || all.includes('ms-excel')) return 'spreadsheet';
  if (all.includes('presentationml') || all.includes('ms-powerpoint')) return 'presentation';
  return 'zip';
}

async function inspectOpenDocument(zip: Zip): Promise<Finding> {
  const mimetype = await zip.read('mimetype');
  const kind = mimetypes[mimetype?.toString('latin1').trim() ?? ''] ?? 'zip';
  if (kind !== 'odt') return { kind };
  if (zip.names.has(manifestPart)) {
    const manifest = await zip.read(manifestPart);
    if (manifest === null) return { kind, problem: 'damaged' };
    for (const { name } of scanTags(manifest)) {
      if (name === 'encryption-data') return { kind, problem: 'password-protected' };
    }
  }
  return zip.names.has('content.xml') ? { kind } : { kind, problem: 'damaged' };
}

function kindByNames(names: ReadonlySet<string>): DetectedKind {
  if (names.has('index/document.iwa') || names.has('buildversionhistory.plist')) return 'pages';
  const isProgram = names.has('meta-inf/manifest.mf') || names.has('classes.dex');
  return isProgram ? 'executable' : 'zip';
}

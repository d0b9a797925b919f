import type { ZipPart } from './zip-writer.ts';

type Content = { title: string; paragraphs: readonly string[]; author: string };

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const packageTypes = 'http://schemas.openxmlformats.org/package/2006';
const officeTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const wordSpace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const odf = 'urn:oasis:names:tc:opendocument:xmlns';
const odfText = 'application/vnd.oasis.opendocument.text';

/** The parts of a WordprocessingML package (ECMA-376 parts 1 and 2); `padding` lies in it unused. */
export function writeDocxParts(content: Content, padding: Buffer): ZipPart[] {
  const { title, paragraphs, author } = content;
  const core = `${packageTypes}/metadata/core-properties`;
  const body = [
    `<w:p><w:pPr><w:spacing w:after="200"/></w:pPr>${wordRun(title, '<w:b/><w:sz w:val="32"/>')}</w:p>`,
    ...paragraphs.map((text) => `<w:p>${wordRun(text, '')}</w:p>`),
  ];
  const parts = [
    xmlPart(
      '[Content_Types].xml',
      `<Types xmlns="${packageTypes}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="bin" ContentType="application/octet-stream"/>' +
        `<Override PartName="/word/document.xml" ContentType="${word}.document.main+xml"/>` +
        '<Override PartName="/docProps/core.xml"' +
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    ),
    xmlPart(
      '_rels/.rels',
      `<Relationships xmlns="${packageTypes}/relationships">` +
        `<Relationship Id="rId1" Type="${officeTypes}/officeDocument" Target="word/document.xml"/>` +
        `<Relationship Id="rId2" Type="${packageTypes}/relationships/metadata/core-properties"` +
        ' Target="docProps/core.xml"/></Relationships>',
    ),
    xmlPart(
      'docProps/core.xml',
      `<cp:coreProperties xmlns:cp="${core}" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
        `<dc:title>${escapeXml(title)}</dc:title><dc:creator>${escapeXml(author)}</dc:creator>` +
        '</cp:coreProperties>',
    ),
    xmlPart(
      'word/document.xml',
      `<w:document xmlns:w="${wordSpace}"><w:body>${body.join('')}` +
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
    ),
  ];
  return padding.length === 0 ? parts : [...parts, stored('word/media/padding.bin', padding)];
}

/** The parts of an OpenDocument text (ODF 1.3 parts 2 and 3), the mimetype first and stored. */
export function writeOdtParts(content: Content, padding: Buffer): ZipPart[] {
  const { title, paragraphs, author } = content;
  const files = ['content.xml', 'meta.xml'].map((name) => fileEntry(name, 'text/xml'));
  const extra = padding.length === 0 ? [] : [stored('Pictures/padding.bin', padding)];
  const listed = extra.map(({ name }) => fileEntry(name, 'application/octet-stream'));
  return [
    stored('mimetype', Buffer.from(odfText)),
    xmlPart(
      'content.xml',
      `<office:document-content xmlns:office="${odf}:office:1.0" xmlns:text="${odf}:text:1.0"` +
        ' office:version="1.3"><office:body><office:text>' +
        `<text:h text:outline-level="1">${odfLines(title)}</text:h>` +
        `${paragraphs.map((text) => `<text:p>${odfLines(text)}</text:p>`).join('')}` +
        '</office:text></office:body></office:document-content>',
    ),
    xmlPart(
      'meta.xml',
      `<office:document-meta xmlns:office="${odf}:office:1.0"` +
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>' +
        `<dc:title>${escapeXml(title)}</dc:title><dc:creator>${escapeXml(author)}</dc:creator>` +
        '</office:meta></office:document-meta>',
    ),
    ...extra,
    xmlPart(
      'META-INF/manifest.xml',
      `<manifest:manifest xmlns:manifest="${odf}:manifest:1.0" manifest:version="1.3">` +
        `${[fileEntry('/', odfText), ...files, ...listed].join('')}</manifest:manifest>`,
    ),
  ];
}

function xmlPart(name: string, xml: string): ZipPart {
  return { name, data: Buffer.from(declaration + xml), method: 'deflate' };
}

function stored(name: string, data: Buffer): ZipPart {
  return { name, data, method: 'store' };
}

function fileEntry(path: string, type: string): string {
  return `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${type}"/>`;
}

function wordRun(text: string, format: string): string {
  const lines = text
    .split('\n')
    .map((line) => `<w:t xml:space="preserve">${escapeXml(line)}</w:t>`);
  return `<w:r>${format && `<w:rPr>${format}</w:rPr>`}${lines.join('<w:br/>')}</w:r>`;
}

function odfLines(text: string): string {
  return text.split('\n').map(escapeXml).join('<text:line-break/>');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// XML 1.0 has no way to write most control characters, nor half a surrogate pair.
function escapeXml(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, '')
    .replace(/[&<>"]/g, (character) => entities[character]!);
}

import { deflateSync } from 'node:zlib';
import { writeDocxParts, writeOdtParts } from '../../src/documents/office-writer.ts';
import { writeZip, type ZipPart } from '../../src/documents/zip-writer.ts';
import { replaceText } from './documents.ts';

// Documents that tell of their making in every way that their format knows. What must not stay has the
// word CANARY in it, what must stay has none.

export const told = {
  title: 'Notes',
  paragraphs: ['The river was late this year.', 'Nobody had asked it to hurry.'],
};

const part = (name: string, data: string | Buffer): ZipPart => ({
  ...{ name, data: Buffer.from(data as string), method: 'deflate' },
});

/** A JPEG of one grey point, with the place where it was taken, a comment and a film behind it. */
export function makeTellingJpeg(turn = 6): Buffer {
  const segment = (marker: number, data: Buffer): Buffer => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  };
  const exif = Buffer.alloc(40);
  exif.write('Exif\0\0II*\0', 'latin1');
  exif.writeUInt32LE(8, 10);
  exif.writeUInt16LE(2, 14);
  exif.writeUInt16LE(0x010f, 16);
  exif.writeUInt16LE(0x0112, 28);
  exif.writeUInt16LE(3, 30);
  exif.writeUInt32LE(1, 32);
  exif.writeUInt16LE(turn, 36);
  const body = Buffer.from(
    'ffdb004300' +
      '08'.repeat(64) +
      'ffc0000b080001000101011100ffc40014000100000000000000000000000000000009' +
      'ffc40014100100000000000000000000000000000000ffda0008010100003f0054ffd9',
    'hex',
  );
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(0xe1, Buffer.concat([exif, Buffer.from('GPS CANARY 41.7151 44.8271')])),
    segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>CANARY</x:xmpmeta>')),
    segment(0xed, Buffer.from('Photoshop 3.0\0CANARY')),
    segment(0xfe, Buffer.from('CANARY')),
    body,
    Buffer.from('ftypmp42 CANARY'),
  ]);
}

/** Of such a JPEG what lies before the film. */
export const untilFilm = (jpeg: Buffer): Buffer => jpeg.subarray(0, jpeg.indexOf('ftyp'));

/** A PNG of one point with texts, EXIF and a time. */
export function makeTellingPng(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'),
    chunk('IHDR', Buffer.from('00000001000000010804000000', 'hex')),
    chunk('tEXt', Buffer.from('Author\0CANARY')),
    chunk('eXIf', Buffer.from('MM CANARY')),
    chunk('iTXt', Buffer.from('XML:com.adobe.xmp\0CANARY')),
    chunk('IDAT', deflateSync(Buffer.alloc(3))),
    chunk('tIME', Buffer.from('CANARY')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function makeTellingGif(): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1'),
    Buffer.from('\x21\xfe\x06CANARY\0', 'latin1'),
    Buffer.from('\x21\xff\x0bXMP DataXMPCANARY\0'.replace('CANARY', '\x06CANARY'), 'latin1'),
    Buffer.from('\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b', 'latin1'),
  ]);
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relation = (id: string, type: string, target: string, mode = ''): string =>
  `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"${mode}/>`;
const relations = (...all: string[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`;

export function makeTellingDocx(): Buffer {
  const own = writeDocxParts({ ...told, author: 'Ana CANARY' }, Buffer.alloc(0));
  const by = 'w:author="Ana CANARY" w:date="CANARY"';
  const body = (text: string): string =>
    text
      .replace('<w:document ', `<w:document xmlns:r="${office}" `)
      .replace('<w:p>', '<w:p w:rsidR="00CANARY" w:rsidRDefault="00CANARY">')
      .replace(
        '<w:sectPr>',
        `<w:p><w:ins w:id="1" ${by}><w:r><w:t>It was added.</w:t></w:r></w:ins>` +
          `<w:del w:id="2" ${by}><w:r><w:delText>deleted CANARY</w:delText></w:r></w:del>` +
          `<w14:conflictIns xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" ${by}><w:r/></w14:conflictIns>` +
          `<w:moveFrom w:id="3" ${by}><w:r><w:t>moved CANARY</w:t></w:r></w:moveFrom>` +
          '<w:commentRangeStart w:id="0"/><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>' +
          '<w:hyperlink r:id="rLink"><w:r><w:t>My page</w:t></w:r></w:hyperlink>' +
          '<w:hyperlink r:id="rBad"><w:r><w:t>Our drive</w:t></w:r></w:hyperlink>' +
          '<w:r><w:drawing><wp:docPr id="1" name="C:\\CANARY.jpg" descr="C:\\Users\\CANARY.jpg"/>' +
          '<a:blip r:embed="rPhoto"/></w:drawing></w:r>' +
          '<w:r><w:drawing><a:blip r:link="rFar"/></w:drawing></w:r>' +
          '<w:r><w:object><o:OLEObject r:id="rOle" ProgID="CANARY"/></w:object></w:r></w:p>' +
          '<w:sectPr>',
      );
  return writeZip([
    ...own.map((one) =>
      one.name === 'word/document.xml'
        ? { ...one, data: Buffer.from(body(one.data.toString())) }
        : one.name === '[Content_Types].xml'
          ? {
              ...one,
              data: replaceText(
                one.data,
                '</Types>',
                '<Default Extension="jpg" ContentType="image/jpeg"/><Default Extension="xml" ContentType="application/xml"/>' +
                  '<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/></Types>',
              ),
            }
          : one,
    ),
    part(
      'word/_rels/document.xml.rels',
      relations(
        relation('rPhoto', 'image', 'media/CANARY.jpg'.replace('CANARY', 'image1')),
        relation('rSettings', 'settings', 'settings.xml'),
        relation('rComments', 'comments', 'comments.xml'),
        relation('rPeople', 'people', 'people.xml'),
        relation('rCustom', 'customXml', '../customXml/item1.xml'),
        relation('rOle', 'oleObject', 'embeddings/oleObject1.bin'),
        relation('rMacro', 'vbaProject', 'vbaProject.bin'),
        relation('rLink', 'hyperlink', 'https://example.org/ana', ' TargetMode="External"'),
        relation('rBad', 'hyperlink', 'file://server/CANARY', ' TargetMode="External"'),
        relation('rFar', 'image', 'https://example.org/CANARY.png', ' TargetMode="External"'),
      ),
    ),
    part('word/media/image1.jpg', makeTellingJpeg()),
    part(
      'word/settings.xml',
      `<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${office}">` +
        '<w:attachedTemplate r:id="rTemplate"/><w:defaultTabStop w:val="708"/>' +
        '<w:rsids><w:rsidRoot w:val="00CANARY"/></w:rsids><w:docVars><w:docVar w:name="x" w:val="CANARY"/></w:docVars></w:settings>',
    ),
    part(
      'word/_rels/settings.xml.rels',
      relations(
        relation(
          'rTemplate',
          'attachedTemplate',
          'https://x/CANARY.dotm',
          ' TargetMode="External"',
        ),
      ),
    ),
    part(
      'word/comments.xml',
      `<w:comments><w:comment w:id="0" ${by}><w:t>CANARY</w:t></w:comment></w:comments>`,
    ),
    part('word/people.xml', '<w15:people><w15:person w15:author="CANARY"/></w15:people>'),
    part('word/embeddings/oleObject1.bin', 'CANARY'),
    part('word/vbaProject.bin', 'CANARY'),
    part('customXml/item1.xml', '<x>CANARY</x>'),
    part('docProps/thumbnail.jpeg', makeTellingJpeg()),
  ]);
}

export function makeTellingOdt(): Buffer {
  const own = writeOdtParts({ ...told, author: 'Ana CANARY' }, Buffer.alloc(0));
  const more =
    '<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>CANARY</dc:creator></office:change-info>' +
    '<text:p>deleted CANARY</text:p></text:deletion></text:changed-region></text:tracked-changes>' +
    '<text:p text:style-name="P1">A photo. <text:change-start text:change-id="c"/>Added.' +
    '<office:annotation><dc:creator>CANARY</dc:creator><text:p>CANARY</text:p></office:annotation>' +
    '<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame>' +
    '<draw:frame><draw:image xlink:href="https://example.org/CANARY.png"/></draw:frame>' +
    '<text:a xlink:href="https://example.org/ana">My page</text:a> ' +
    '<text:a xlink:href="vnd.sun.star.script:CANARY">a button</text:a>' +
    '<office:event-listeners><script:event-listener xlink:href="CANARY"/></office:event-listeners></text:p>';
  return writeZip([
    ...own.map((one) =>
      one.name === 'content.xml'
        ? {
            ...one,
            data: replaceText(
              replaceText(
                one.data,
                '<office:body>',
                '<office:automatic-styles><style:style style:name="P1" officeooo:rsid="00CANARY"/></office:automatic-styles><office:body>',
              ),
              '<office:text>',
              `<office:text>${more}`,
            ),
          }
        : one,
    ),
    part('Pictures/a.png', makeTellingPng()),
    part('settings.xml', '<office:document-settings>CANARY</office:document-settings>'),
    part('Thumbnails/thumbnail.png', makeTellingPng()),
    part('Basic/Standard/Module1.xml', '<x>CANARY</x>'),
  ]);
}

export function makeTellingRtf(): Buffer {
  const photo = makeTellingJpeg().toString('hex');
  return Buffer.from(
    '{\\rtf1\\ansi{\\info{\\author Ana CANARY}{\\operator CANARY}}{\\*\\generator CANARY;}' +
      '{\\*\\rsidtbl \\rsid1234567}{\\*\\revtbl{Unknown;}{Ana CANARY;}}{\\*\\userprops{\\propname CANARY}}' +
      '{\\fonttbl{\\f0 Arial;}}\\pard\\insrsid1234567 The river was late this year.\\par ' +
      '{\\revised\\revauth1\\revdttm123 Added.}{\\deleted\\revauthdel1 deleted CANARY}\\par ' +
      '{\\*\\atnid AC}{\\*\\atnauthor CANARY}\\chatn{\\*\\annotation CANARY}' +
      '{\\field{\\*\\fldinst HYPERLINK "https://example.org/ana"}{\\fldrslt My page}} ' +
      '{\\field{\\*\\fldinst DDEAUTO CANARY}{\\fldrslt shown}} ' +
      '{\\object\\objemb\\objupdate{\\*\\objdata 43414e415259}{\\result Object}}' +
      `{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn pibName}{\\sv C:\\\\CANARY}}}\\picw1\\jpegblip\n${photo}}}` +
      '{\\nonshppict{\\pict\\wmetafile8 CANARY}}\\par Nobody had asked it to hurry.}',
    'latin1',
  );
}

/** A PDF of two revisions: the older one says something else, and both have all that a PDF can hold. */
export function makeTellingPdf(): Buffer {
  const objects: string[] = [
    '<< /Type /Catalog /Pages 2 0 R /OpenAction 8 0 R /Metadata 9 0 R /AcroForm << /XFA 9 0 R /Fields [10 0 R] >>' +
      ' /Names << /JavaScript << /Names [(CANARY) 8 0 R] >> /EmbeddedFiles << /Names [(CANARY) 11 0 R] >> >> >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /LastModified (CANARY) /Thumb 7 0 R' +
      ' /PieceInfo << /App << /Private (CANARY) >> >> /AA << /O 8 0 R >> /Annots [10 0 R 12 0 R 13 0 R 14 0 R]' +
      ' /Resources << /Font << /F1 5 0 R >> /XObject << /I 7 0 R >> >> >>',
    '',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Author (Ana CANARY) /Producer (CANARY) >>',
    '',
    '<< /S /JavaScript /JS (app.alert\\("CANARY"\\)) >>',
    '',
    '<< /Type /Annot /Subtype /Widget /FT /Tx /T (CANARY) /V (CANARY) /Rect [0 0 10 10] >>',
    '<< /Type /Filespec /F (CANARY.exe) /EF << /F 9 0 R >> >>',
    '<< /Type /Annot /Subtype /Text /T (Ana CANARY) /Contents (CANARY) /Rect [0 0 10 10] >>',
    '<< /Type /Annot /Subtype /Link /Rect [0 0 10 10] /A << /S /URI /URI (https://example.org/ana) >> /NM (CANARY) >>',
    '<< /Type /Annot /Subtype /Link /Rect [0 0 10 10] /A << /S /Launch /F (CANARY.exe) >> /Dest [15 0 R /Fit] >>',
    '<< /Type /Page /Parent 2 0 R /Contents 9 0 R /Note (deleted page CANARY) >>',
  ];
  const stream = (entries: string, data: Buffer): string =>
    `<< ${entries} /Length ${data.length} >>\nstream\n${data.toString('latin1')}\nendstream`;
  const draw = (text: string): string => `BT /F1 12 Tf 50 700 Td (${text}) Tj ET /I Do`;
  const photo = makeTellingJpeg();
  const first = [...objects];
  first[3] = stream('', Buffer.from(draw('older revision CANARY')));
  first[6] = stream(
    '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Metadata 9 0 R',
    photo,
  );
  first[8] = stream('/Type /Metadata /Subtype /XML', Buffer.from('<x:xmpmeta>CANARY</x:xmpmeta>'));
  let file = '%PDF-1.7\n';
  const rows = first.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const before = file.length;
  const trailer = (more: string): string =>
    `trailer\n<< /Size ${first.length + 1} /Root 1 0 R /Info 6 0 R /ID [<00> <00>] ${more} >>\n`;
  file += `xref\n0 ${first.length + 1}\n0000000000 65535 f \n${rows.join('')}${trailer('')}startxref\n${before}\n%%EOF\n`;
  const at = file.length;
  const drawn = `${draw(told.paragraphs.join(' '))} BI /W 1 /H 1 /CS /G /BPC 8 /F /DCT ID `;
  const packed = deflateSync(
    Buffer.concat([Buffer.from(drawn), untilFilm(photo), Buffer.from('\nEI')]),
  );
  file += `4 0 obj\n${stream('/Filter /FlateDecode', packed)}\nendobj\n`;
  const table = file.length;
  file += `xref\n4 1\n${String(at).padStart(10, '0')} 00000 n \n${trailer(`/Prev ${before}`)}startxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanFileName, contentDisposition, extensionOf } from '../../src/documents/names.ts';

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({
    unit: fc.constantFrom(...'a.  /\\\0\u202E\uFEFF\uD83D\uDE00\u0301é"%\r\n', '.pdf'),
    maxLength: 400,
  }),
);

describe('cleanFileName', () => {
  it.each([
    ['CV.pdf', 'CV.pdf'],
    ['C:\\Users\\ana\\Desktop\\CV.pdf', 'CV.pdf'],
    ['/home/ana/../../etc/passwd', 'passwd'],
    ['..\\..\\cv.docx', 'cv.docx'],
    ['რეზიუმე.docx', 'რეზიუმე.docx'],
    ['Ինքնակենսագրություն.odt', 'Ինքնակենսագրություն.odt'],
    ['Резюме – Ёлкина.rtf', 'Резюме – Ёлкина.rtf'],
  ])('keeps what is a name of %j', (raw, expected) => {
    expect(cleanFileName(raw)).toBe(expected);
  });

  it('attack 10: drops characters that turn the reading direction, so that an extension shows as it is', () => {
    expect(cleanFileName('cv\u202Efdp.exe')).toBe('cvfdp.exe');
    expect(cleanFileName('\u2066cv\u2069\u200B.p\u200Fdf\uFEFF')).toBe('cv.pdf');
  });

  it('attack 10: drops NUL and other controls, and makes one space of line breaks and runs of spaces', () => {
    expect(cleanFileName('cv.pdf\0.exe')).toBe('cv.pdf.exe');
    expect(cleanFileName('cv\r\nSet-Cookie: a=b.pdf')).toBe('cv Set-Cookie_ a=b.pdf');
    expect(cleanFileName('  my \t  long\u00A0\u2003name .pdf ')).toBe('my long name .pdf');
    expect(cleanFileName('a\u0007\u0085b.txt')).toBe('ab.txt');
  });

  it('composes letters, so that one name has one spelling', () => {
    expect(cleanFileName('U\u0308bersicht.pdf')).toBe('Übersicht.pdf');
    expect(cleanFileName('e\u200D\u0301.pdf')).toBe('é.pdf');
  });

  it('takes dots and spaces off both ends', () => {
    expect(cleanFileName('.hidden file.pdf')).toBe('hidden file.pdf');
    expect(cleanFileName('cv.pdf...')).toBe('cv.pdf');
    expect(cleanFileName('. . cv.pdf . ')).toBe('cv.pdf');
  });

  it('gives a name to what has none', () => {
    for (const raw of ['', '...', ' ', '/', 'a/', '\0\u202E', '. .']) {
      expect(cleanFileName(raw)).toBe('document');
    }
    expect(cleanFileName('.pdf')).toBe('document.pdf');
  });

  it('replaces what Windows can not store', () => {
    expect(cleanFileName('who? "me" <a|b>*: x.pdf')).toBe('who_ _me_ _a_b___ x.pdf');
  });

  it('attack 10: cuts 300 bytes of name to 150 units and keeps the extension', () => {
    expect(cleanFileName(`${'ა'.repeat(300)}.docx`)).toBe(`${'ა'.repeat(145)}.docx`);
    expect(cleanFileName('x'.repeat(300))).toBe('x'.repeat(150));
    expect(cleanFileName(`${'x'.repeat(150)}`)).toBe('x'.repeat(150));
    expect(cleanFileName(`a.${'x'.repeat(300)}`)).toBe(`a.${'x'.repeat(148)}`);
  });

  it('never cuts a character in two', () => {
    expect(cleanFileName(`x${'😀'.repeat(100)}.pdf`)).toBe(`x${'😀'.repeat(72)}.pdf`);
    expect(cleanFileName(`${'😀'.repeat(100)}.pdf`)).toBe(`${'😀'.repeat(73)}.pdf`);
    expect(cleanFileName('half \uD83D pair.pdf')).toBe('half pair.pdf');
  });

  it('stays quick on a name of 64 KB made to slow it down', () => {
    for (const unit of ['. ', ' .', '\u200B ', '.a']) {
      expect(cleanFileName(`${unit.repeat(32_768)}x/y.pdf`)).toBe('y.pdf');
      expect(cleanFileName(`a${unit.repeat(32_768)}\u0301b.pdf`).length).toBeLessThanOrEqual(150);
    }
  });

  it('attack 10: leaves any name short, free of paths and controls, well-formed and stable', () => {
    fc.assert(
      fc.property(anyName, (raw) => {
        const name = cleanFileName(raw);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(150);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"|?*]|^[. ]|[. ]$| {2}/u);
        expect(name.normalize('NFC')).toBe(name);
        expect(cleanFileName(name)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('extensionOf', () => {
  it.each([
    ['cv.PDF', 'pdf'],
    ['archive.tar.gz', 'gz'],
    ['cv', ''],
    ['.pdf', ''],
    ['cv.', ''],
    ['Dr. Ana Example', ''],
    ['резюме.ДОК', 'док'],
    [`a.${'x'.repeat(17)}`, ''],
  ])('of %j is %j', (name, expected) => {
    expect(extensionOf(name)).toBe(expected);
  });
});

describe('contentDisposition', () => {
  it.each([
    ['CV 2024.pdf', 'CV 2024.pdf', 'CV%202024.pdf'],
    ['Übersicht.pdf', 'Ubersicht.pdf', '%C3%9Cbersicht.pdf'],
    [
      'რეზიუმე.docx',
      'document.docx',
      '%E1%83%A0%E1%83%94%E1%83%96%E1%83%98%E1%83%A3%E1%83%9B%E1%83%94.docx',
    ],
    ['Резюме 2024.rtf', '2024.rtf', '%D0%A0%D0%B5%D0%B7%D1%8E%D0%BC%D0%B5%202024.rtf'],
    ['Gəncə.odt', 'G_nc.odt', 'G%C9%99nc%C9%99.odt'],
    ["it's 100% (new)!.txt", 'it_s 100_ (new).txt', 'it%27s%20100%25%20%28new%29!.txt'],
    ['😀', 'document', '%F0%9F%98%80'],
  ])('names %j twice: for old readers and for all scripts', (name, ascii, encoded) => {
    expect(contentDisposition(name)).toBe(
      `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    );
  });

  it('attack 10: can not be broken out of', () => {
    expect(contentDisposition('a"; filename=b.html\r\nX: y.pdf')).toBe(
      'attachment; filename="a__ filename_b.html X_ y.pdf"; ' +
        "filename*=UTF-8''a_%3B%20filename%3Db.html%20X_%20y.pdf",
    );
  });

  it('5.4.2: follows the grammar of RFC 6266 and RFC 8187 for any name', () => {
    const grammar =
      /^attachment; filename="[A-Za-z0-9 ._()-]+"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)$/;
    fc.assert(
      fc.property(anyName, (raw) => {
        const [, encoded] = grammar.exec(contentDisposition(raw)) ?? [];
        expect(decodeURIComponent(encoded!)).toBe(cleanFileName(raw));
      }),
      { examples: [["O'Neil (CV).pdf"], ['100 %*.pdf'], ['"\\.pdf']] },
    );
  });
});

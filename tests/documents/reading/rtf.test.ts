import { describe, expect, it } from 'vitest';
import { normaliseText } from '../../../src/documents/reading/normalise.ts';
import { readRtf } from '../../../src/documents/reading/rtf.ts';

const textOf = (rtf: string): string =>
  normaliseText(readRtf(Buffer.from(rtf, 'latin1')).text).text;

describe('an RTF file', () => {
  it.each([
    [
      'code page of the document',
      "{\\rtf1\\ansicpg1251 \\'c7\\'e0\\'ec\\'e5\\'f2\\'ea\\'e8}",
      'Заметки',
    ],
    [
      'code page of a font',
      "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}}\\f1 \\'c7\\'e0\\f0 \\'e9}",
      'Заé',
    ],
    ['two bytes for a letter', "{\\rtf1\\ansicpg932 \\'93\\'fa\\'96\\'7b}", '日本'],
    ['Unicode with a fallback', "{\\rtf1\\uc1\\u4325?\\u4304\\'3f \\uc2\\u1377??a}", 'ქა աa'],
    ['Unicode without one', '{\\rtf1\\uc0\\u4325 \\u4304 }', 'ქა'],
    ['negative Unicode', '{\\rtf1\\uc1\\u-10179?\\u-8704?}', '😀'],
    [
      'symbols',
      '{\\rtf1 \\ldblquote a\\rdblquote\\~b\\_c\\-d\\emdash \\{\\}\\\\}',
      '“a” b-cd—{}\\',
    ],
    [
      'paragraphs, lines and cells',
      '{\\rtf1 a\\par b\\line c\\par\\intbl d\\cell e\\cell\\row f}',
      'a\n\nb\nc\n\nd\ne\n\nf',
    ],
    [
      'what is no text',
      '{\\rtf1{\\info{\\author X}}{\\*\\generator Y;}{\\colortbl;\\red0;}{\\pict 0102ab}{\\stylesheet{s;}}a}',
      'a',
    ],
    ['fields', '{\\rtf1{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt shown}}!}', 'shown!'],
    ['binary data', '{\\rtf1 a{\\pict\\bin4 }}{b}b}', 'ab'],
    ['what follows its end', '{\\rtf1 a}b', 'a'],
    ['line ends, which mean nothing', '{\\rtf1 a\r\nb}', 'ab'],
  ])('is read: %s', (_, rtf, text) => {
    expect(textOf(rtf)).toBe(text);
  });

  it('that is cut off, or ends where it must not, is read as far as it goes', () => {
    expect(textOf('{\\rtf1 abc\\par de')).toBe('abc\n\nde');
    for (const end of [
      "\\'",
      "\\'e",
      '\\u',
      '\\u-',
      '\\bin99999999999',
      '\\',
      '{\\*',
      '\\bin-5 x',
    ]) {
      expect(textOf(`{\\rtf1 abc${end}`).slice(0, 3)).toBe('abc');
    }
  });

  it('with more closing than opening braces ends', () => {
    expect(textOf(`{\\rtf1 a${'}'.repeat(100_000)}`)).toBe('a');
  });

  it('nested as nobody nests is broken, and costs no stack', () => {
    const nested = (depth: number): Buffer =>
      Buffer.from(`{\\rtf1 ${'{'.repeat(depth)}a${'}'.repeat(depth)}}`);
    expect(readRtf(nested(900)).text).toBe('a');
    expect(() => readRtf(nested(2_000_000))).toThrow('broken');
  });
});

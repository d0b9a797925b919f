import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, isInvisible, lengthOf } from '../../src/domain/text.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom(...'a \n\r\t\0\u200b\u200c\u200d\u202e\ufeff\ud83d\ude00\u0301\u2028é'),
    maxLength: 60,
  }),
);

describe('cleanLine', () => {
  it.each([
    ['ნინო გელაშვილი', 'ნინო გელაშვილი'],
    ['Հայկ Սարգսյան', 'Հայկ Սարգսյան'],
    ['Əli Quliyev', 'Əli Quliyev'],
    ['Ж', 'Ж'],
    ['𐌰', '𐌰'],
  ])('keeps %j as it is', (raw, expected) => {
    expect(cleanLine(raw)).toBe(expected);
  });

  it('check 18: strips invisible characters instead of refusing them', () => {
    expect(cleanLine('\ufeffNino\u200b Gela\u00adshvili\u202e')).toBe('Nino Gelashvili');
    expect(cleanLine('\u2066Nino\u2069')).toBe('Nino');
    expect(cleanLine('\u3164\u115f')).toBe('');
  });

  it('drops NUL and lone surrogates, which the database can not hold', () => {
    expect(cleanLine('Ni\0no')).toBe('Nino');
    expect(cleanLine('Ni\ud83dno')).toBe('Nino');
    expect(cleanLine('Ni\ude00no')).toBe('Nino');
    expect(cleanLine('Nino 😀')).toBe('Nino 😀');
  });

  it('makes one space of line breaks, tabs and every kind of space', () => {
    expect(cleanLine('  Nino\r\n\tGelashvili\u00a0\u2003x ')).toBe('Nino Gelashvili x');
    expect(cleanLine('a\u2028b')).toBe('a b');
  });

  it('keeps the joiners that Persian needs, but not a line of nothing else', () => {
    expect(cleanLine('می\u200cخواهم')).toBe('می\u200cخواهم');
    expect(cleanLine(' \u200c\u200d ')).toBe('');
  });

  it('composes letters', () => {
    expect(cleanLine('U\u0308bung')).toBe('Übung');
  });

  it('changes nothing the second time, and leaves nothing that PostgreSQL refuses', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const line = cleanLine(raw);
        expect(cleanLine(line)).toBe(line);
        expect(line).not.toMatch(/[\0\r\n\t]/);
        expect(Buffer.from(line).toString()).toBe(line);
      }),
    );
  });
});

describe('what can not be seen', () => {
  it.each(['\u2800', '\u0301', '\ufe0f', '\u3164\u0301', ' \u2800\u200d\u{e0100} ', '\u180b'])(
    'is no text: %j',
    (raw) => {
      expect([cleanLine(raw), cleanText(raw), isInvisible(raw)]).toEqual(['', '', true]);
    },
  );

  it.each(['é', 'ე', '❤\ufe0f', '-', '\u2801', '가'])('does no harm to what can: %j', (raw) => {
    expect([cleanLine(raw), cleanText(raw), isInvisible(raw)]).toEqual([raw, raw, false]);
  });
});

describe('cleanText', () => {
  it('keeps lines and paragraphs, with one kind of line end', () => {
    expect(cleanText(' one\r\ntwo\rthree\n\nfour\t5 \n')).toBe('one\ntwo\nthree\n\nfour\t5');
  });

  it('counts as empty when nothing in it can be seen', () => {
    expect(cleanText('\r\n \u200b\n\t')).toBe('');
  });

  it('changes nothing the second time, and leaves nothing that PostgreSQL refuses', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const text = cleanText(raw);
        expect(cleanText(text)).toBe(text);
        expect(text).not.toMatch(/[\0\r]/);
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });
});

describe('lengthOf', () => {
  it('counts what is outside of the basic plane once', () => {
    expect(lengthOf('')).toBe(0);
    expect(lengthOf('ნინო')).toBe(4);
    expect(lengthOf('😀a')).toBe(2);
  });
});

describe('a letter with more marks than any orthography has', () => {
  it('keeps twenty of them, in lines and in texts', () => {
    const stacked = `b${'\u0316'.repeat(500)}c`;
    const kept = `b${'\u0316'.repeat(20)}c`;
    expect([cleanLine(stacked), cleanText(stacked)]).toEqual([kept, kept]);
  });
});

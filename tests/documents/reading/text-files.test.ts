import { describe, expect, it } from 'vitest';
import { guessLanguage } from '../../../src/documents/reading/language.ts';
import { countWords, normaliseText } from '../../../src/documents/reading/normalise.ts';
import { readPlain } from '../../../src/documents/reading/plain.ts';
import { makeUtf16Text, makeWindows1251Text } from '../../support/documents.ts';

const cyrillic = 'Заметки из долины. Ёлка, съезд!\r\n';

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from(cyrillic)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${cyrillic}`)],
    ['UTF-16, little end first', makeUtf16Text('little')],
    ['UTF-16, big end first', makeUtf16Text('big')],
    ['Windows-1251', makeWindows1251Text()],
  ])('in %s is read as it was written', (_, bytes) => {
    expect(readPlain(bytes).text).toBe(cyrillic);
  });

  it('of Western Europe is not taken for Cyrillic', () => {
    const german =
      'Überall größere Bäume, älter als die Straße: für jeden ein Gefühl. Crème brûlée.';
    expect(readPlain(Buffer.from(german, 'latin1')).text).toBe(german);
  });

  it('that is none is broken', () => {
    expect(() => readPlain(Buffer.from([0x41, 0x00, 0x42]))).toThrow('broken');
  });
});

describe('text as it is kept', () => {
  it('has nothing invisible, no NUL, no direction marks and no half letters', () => {
    const raw = 'a\0b\u202Ec\u200Bd\uFEFF e\uD800f\u00ADg \u2066h\u2069\u0007';
    expect(normaliseText(raw)).toEqual({ text: 'abcd efg h', cut: false });
  });

  it('has single spaces, and paragraphs between empty lines', () => {
    const raw = ' one \t two\u00a0\u2003three  \r\n\r\n\n  four\ffive\u2028six\n \n\n';
    expect(normaliseText(raw).text).toBe('one two three\n\nfour\nfive\nsix');
  });

  it('is cut between words, never within a letter', () => {
    expect(normaliseText('ქართული ტექსტი', 30)).toEqual({ text: 'ქართული', cut: true });
    expect(normaliseText('ქქქქ', 10)).toEqual({ text: 'ქქქ', cut: true });
    expect(normaliseText('one two', 7)).toEqual({ text: 'one two', cut: false });
    const long = normaliseText('слово '.repeat(1_000_000));
    expect(Buffer.byteLength(long.text)).toBeLessThanOrEqual(2_000_000);
    expect(long).toMatchObject({ cut: true });
    expect(long.text.endsWith(' слово')).toBe(true);
  });

  it('counts words in any script, with hyphens and apostrophes inside', () => {
    expect(countWords('Well-known o’clock, ქართული ენა — 2026!')).toBe(5);
    expect(countWords('')).toBe(0);
  });
});

describe('a language', () => {
  it.each([
    ['uk', 'Річка цього року запізнилася, і ніхто в селі не просив її поспішати, бо їй нікуди.'],
    ['bg', 'Реката тази година закъсня и никой в селото не я беше помолил да бърза заради нас.'],
    [
      'tr',
      'Nehir bu yıl gecikti ve köyde kimse ondan acele etmesini istememişti, çünkü yağmur yoktu.',
    ],
    ['fr', 'La rivière était en retard cette année, et personne au village ne lui avait demandé.'],
    ['os', 'Ирыстоны цӕугӕдон ацы аз байрӕджы кодта, ӕмӕ йӕ хъӕуы ничи куырдта.'],
    ['a few letters', 'Tbilisi'],
    ['numbers', '2026 1.234 — 17'],
  ])('that we do not know is none of ours: %s', (_, text) => {
    expect(guessLanguage(text)).toBeNull();
  });

  it('is that of most of the text', () => {
    const georgian = 'მდინარე წელს დაიგვიანა და სოფელში არავის უთხოვია, რომ ეჩქარა.';
    expect(guessLanguage(`Curriculum vitae. ${georgian}`)).toBe('ka');
  });
});

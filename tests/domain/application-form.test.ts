import { describe, expect, it } from 'vitest';
import {
  type FormValues,
  parseLink,
  readFormValues,
  readTypedTexts,
  writeFields,
} from '../../src/domain/application-form.ts';

const fieldsOf = (values: Record<string, string[]>): Map<string, string[]> =>
  new Map(Object.entries(values));

const blank: FormValues = {
  fullName: '',
  latinName: '',
  penName: '',
  email: '',
  contactChannel: '',
  contactHandle: '',
  places: [],
  placesOther: '',
  basedIn: '',
  languages: [],
  topics: '',
  links: [],
  answers: {},
  discreet: false,
  mailLinks: false,
  keepOnFile: false,
  consent: false,
};

describe('readFormValues', () => {
  it('reads a form that carries nothing as blank', () => {
    expect(readFormValues(new Map())).toEqual(blank);
  });

  it('makes a list of one of a single ticked box, and drops blanks and repetitions', () => {
    const fields = fieldsOf({
      places: ['georgia'],
      languages: ['ka', 'ru', 'ka'],
      links: ['', ' example.org/a ', '', 'example.org/a'],
    });
    expect(readFormValues(fields)).toEqual({
      ...blank,
      places: ['georgia'],
      languages: ['ka', 'ru'],
      links: ['example.org/a'],
    });
  });

  it('takes the first of fields that are sent twice', () => {
    expect(readFormValues(fieldsOf({ email: ['a@example.org', 'b@example.org'] })).email).toBe(
      'a@example.org',
    );
  });

  it('takes a box as ticked only with the value that the form gives it', () => {
    const ticked = readFormValues(fieldsOf({ consent: ['yes'], keepOnFile: ['on'] }));
    expect([ticked.consent, ticked.keepOnFile]).toEqual([true, false]);
  });

  it('takes any value of the box for discreet as a wish to be discreet', () => {
    expect(readFormValues(fieldsOf({ discreet: ['1'] })).discreet).toBe(true);
  });

  it('cleans every kind of field and the keys of questions', () => {
    const values = readFormValues(
      fieldsOf({
        fullName: ['Ni\0no\u200b'],
        places: ['geor\0gia'],
        languages: ['k\0a'],
        links: ['example.org/\0a'],
        contactChannel: ['sig\0nal'],
        topics: ['one\r\ntwo\0'],
        'q-be\0at': ['a\0b'],
        'q-\0': ['nothing'],
      }),
    );
    expect(values).toEqual({
      ...blank,
      fullName: 'Nino',
      places: ['georgia'],
      languages: ['ka'],
      links: ['example.org/a'],
      contactChannel: 'signal',
      topics: 'one\ntwo',
      answers: { beat: 'ab' },
    });
    expect(JSON.stringify(values)).not.toContain('\\u0000');
  });

  it('is not fooled by names of what every object has', () => {
    const values = readFormValues(
      fieldsOf({ __proto__x: ['1'], 'q-__proto__': ['1'], 'q-constructor': ['2'] }),
    );
    expect(Object.entries(values.answers)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(Object.getPrototypeOf(values.answers)).toBe(Object.prototype);
  });

  it('reads nothing that the form does not have', () => {
    const fields = fieldsOf({ stage: ['accepted'], decision: ['accepted'], id: ['1'] });
    expect(readFormValues(fields)).toEqual(blank);
  });
});

describe('writeFields', () => {
  it('is the way back of readFormValues', () => {
    const values: FormValues = {
      ...blank,
      fullName: 'ნინო',
      email: 'not an address',
      contactChannel: 'signal',
      contactHandle: '+995 …',
      places: ['armenia', 'georgia'],
      languages: ['ka'],
      topics: 'one\ntwo',
      links: ['example.org', 'b.example'],
      answers: { beat: 'rivers' },
      keepOnFile: true,
      consent: true,
    };
    expect(readFormValues(writeFields(values))).toEqual(values);
    expect(readFormValues(writeFields(blank))).toEqual(blank);
  });
});

describe('readTypedTexts', () => {
  it('tells a text that was cleared from one that the form did not carry', () => {
    expect(readTypedTexts(fieldsOf({ cvText: ['  '], coverLetterText: ['a\r\nb\0'] }))).toEqual({
      cv: '',
      coverLetter: 'a\nb',
    });
  });
});

describe('parseLink', () => {
  it.each([
    ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
    ['http://example.org', 'http://example.org/'],
    ['example.org/article', 'https://example.org/article'],
    ['HTTPS://EXAMPLE.ORG/A', 'https://example.org/A'],
    [
      'https://пример.рф/статья',
      'https://xn--e1afmkfd.xn--p1ai/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F',
    ],
  ])('takes %s', (text, href) => {
    expect(parseLink(text)).toBe(href);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'javascript://example.org/%0aalert(1)',
    'java script:alert(1)',
    'vbscript:x',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://example.org/x',
    'file:///etc/passwd',
    'ftp://example.org',
    'mailto:a@example.org',
    'https://user@example.org',
    'https://user:secret@example.org',
    'https://:secret@example.org',
    'http://localhost:5432',
    'https://',
    'not a link',
    '',
  ])('refuses %j', (text) => {
    expect(parseLink(text)).toBeUndefined();
  });
});

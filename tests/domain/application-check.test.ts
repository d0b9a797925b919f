import { describe, expect, it } from 'vitest';
import {
  type CallRules,
  checkApplication,
  type HeldDocuments,
} from '../../src/domain/application-check.ts';
import { type FormValues, readFormValues } from '../../src/domain/application-form.ts';
import { pastedTextLimit } from '../../src/domain/documents.ts';

const rules: CallRules = {
  places: ['armenia', 'georgia'],
  documents: { cv: 'required', coverLetter: 'optional', writingSample: 'off' },
  questions: [],
};
const good: FormValues = {
  ...readFormValues(new Map()),
  fullName: 'Nino',
  email: 'nino@example.org',
  places: ['georgia'],
  consent: true,
};
const none = { files: 0, textLength: 0 };
const held: HeldDocuments = {
  cv: { files: 1, textLength: 0 },
  coverLetter: none,
  writingSample: none,
};
/** The problems as `field: key`. */
const check = (values: Partial<FormValues>, documents: Partial<HeldDocuments> = {}): string[] =>
  checkApplication({ ...good, ...values }, { ...held, ...documents }, rules).map(
    ({ field, key }) => `${field}: ${key}`,
  );

describe('checkApplication', () => {
  it('finds nothing wrong with what is complete', () => {
    expect(check({})).toEqual([]);
  });

  it('lists what is missing in the order of the form', () => {
    const blank = { fullName: '', email: '', places: [], consent: false };
    expect(check(blank, { cv: none })).toEqual([
      'fullName: problem.fullName.missing',
      'email: problem.email.missing',
      'places: problem.places.missing',
      'cv: problem.cv.missing',
      'consent: problem.consent.missing',
    ]);
  });

  it('check 14: takes a name of one letter in any script', () => {
    for (const fullName of ['…', '❤', '- -', '😀']) {
      expect(check({ fullName })).toEqual(['fullName: problem.fullName.missing']);
    }
    for (const fullName of ['Ж', 'ნ', 'Ն', 'O', '山', '𐌰']) expect(check({ fullName })).toEqual([]);
  });

  it.each([
    ['fullName', 200],
    ['latinName', 200],
    ['penName', 200],
    ['contactHandle', 200],
    ['placesOther', 500],
    ['basedIn', 200],
    ['topics', 2000],
  ] as const)('refuses %s beyond %i characters of any script', (field, limit) => {
    expect(check({ contactChannel: 'email', [field]: 'ნ'.repeat(limit) })).toEqual([]);
    expect(check({ contactChannel: 'email', [field]: `x${'😀'.repeat(limit - 1)}` })).toEqual([]);
    expect(check({ contactChannel: 'email', [field]: 'ნ'.repeat(limit + 1) })).toEqual([
      `${field}: problem.${field}.tooLong`,
    ]);
  });

  it('says by how much a text is too long', () => {
    const [problem] = checkApplication({ ...good, fullName: 'ნ'.repeat(300) }, held, rules);
    expect(problem?.values).toEqual({ limit: 200, over: 100 });
  });

  it('refuses an address that mail can not be sent to', () => {
    expect(check({ email: 'nino@example' })).toEqual(['email: problem.email.malformed']);
    expect(check({ email: `${'a'.repeat(300)}@example.org` })).toEqual([
      'email: problem.email.malformed',
    ]);
  });

  it('asks for the number or name only with a way that needs one', () => {
    expect(check({ contactChannel: 'email' })).toEqual([]);
    expect(check({ contactChannel: 'signal' })).toEqual([
      'contactHandle: problem.contactHandle.missing',
    ]);
    expect(check({ contactChannel: 'signal', contactHandle: '+995' })).toEqual([]);
    expect(check({ contactChannel: 'email', contactHandle: '+995' })).toEqual([]);
    expect(check({ contactHandle: '+995' })).toEqual([
      'contactChannel: problem.contactChannel.missing',
    ]);
    expect(check({ contactChannel: 'pigeon' })).toEqual([
      'contactChannel: problem.contactChannel.unknown',
    ]);
    expect(check({ contactChannel: 'constructor' })).toEqual([
      'contactChannel: problem.contactChannel.unknown',
    ]);
  });

  it('takes places of the call or places in words', () => {
    expect(check({ places: [], placesOther: 'Pankisi' })).toEqual([]);
    expect(check({ places: ['georgia', 'mars'] })).toEqual(['places: problem.places.unknown']);
    expect(check({ places: ['__proto__'] })).toEqual(['places: problem.places.unknown']);
  });

  it('takes languages of its list only', () => {
    expect(check({ languages: ['ka', 'lez'] })).toEqual([]);
    expect(check({ languages: ['ka', 'tlh'] })).toEqual(['languages: problem.languages.unknown']);
  });

  it('names the link that is wrong', () => {
    expect(check({ links: ['example.org', 'javascript:alert(1)'] })).toEqual([
      'links-2: problem.links.malformed',
    ]);
    expect(check({ links: [`example.org/${'a'.repeat(1000)}`] })).toEqual([
      'links: problem.links.tooLong',
    ]);
    expect(check({ links: ['1', '2', '3', '4', '5', '6'].map((n) => `${n}.example`) })).toEqual([
      'links: problem.links.tooMany',
    ]);
  });
});

describe('documents', () => {
  it('takes a text instead of a file, or both', () => {
    expect(check({}, { cv: { files: 0, textLength: 1 } })).toEqual([]);
    expect(check({}, { cv: { files: 1, textLength: 1 } })).toEqual([]);
  });

  it('refuses a text beyond its limit beside the place where it was pasted', () => {
    expect(check({}, { cv: { files: 0, textLength: pastedTextLimit } })).toEqual([]);
    expect(check({}, { coverLetter: { files: 0, textLength: pastedTextLimit + 1 } })).toEqual([
      'coverLetterText: problem.pastedText.tooLong',
    ]);
  });

  it('refuses more files than fit, however they got there', () => {
    expect(check({}, { cv: { files: 2, textLength: 0 } })).toEqual(['cv: problem.file.tooMany']);
    expect(check({}, { writingSample: { files: 4, textLength: 0 } })).toEqual([
      'writingSample: problem.file.tooMany',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type AssignmentAct,
  assignmentActs,
  assignmentStates,
  type Candidate,
  canAct,
  pickByLoad,
} from '../../src/domain/review-assignments.ts';
import {
  blankReview,
  isReviewable,
  judgeReview,
  listDifferences,
  type ReviewContent,
  readReview,
  reviewTextLimit,
} from '../../src/domain/reviews.ts';
import { criterionKeys, showAbility, showCriteria } from '../../src/domain/scorecard.ts';
import { stages } from '../../src/domain/stages.ts';
import { translatorFor } from '../../src/i18n.ts';

const keys = ['place', 'reporting'];
const content: ReviewContent = {
  ...{ scores: { place: 4, reporting: 1 }, ability: null, recommendation: 2, text: 'Fine.' },
};

describe('a scorecard that was sent', () => {
  it('is read by the criteria that its page showed, and nothing else of it', () => {
    const fields = new Map([
      ['score-place', ['4', '1']],
      ['score-reporting', ['5']],
      ['score-other', ['3']],
      ['ability', ['']],
      ['recommendation', ['2']],
      ['review', ['  Fine.\r\nIndeed.  ']],
    ]);
    expect(readReview(fields, keys)).toEqual({
      ...{ scores: { place: 4 }, ability: null, recommendation: 2, text: 'Fine.\nIndeed.' },
    });
  });

  it('may miss anything as a draft; to be submitted only the ability and the text', () => {
    expect(judgeReview(blankReview, keys, 'save')).toEqual([]);
    expect(judgeReview(blankReview, keys, 'submit').map(({ field }) => field)).toEqual([
      ...['score-place', 'score-reporting', 'recommendation'],
    ]);
    expect(judgeReview({ ...content, text: '' }, keys, 'submit')).toEqual([]);
  });

  it('is never cut: text that is too long is told, as a draft too', () => {
    const long = { ...content, text: '😀'.repeat(reviewTextLimit + 2) };
    const problem = { field: 'review', problem: 'too-long', over: 2 };
    expect(judgeReview(long, keys, 'save')).toEqual([problem]);
    expect(judgeReview(long, keys, 'submit')).toEqual([problem]);
  });

  it('differs from another one control by control', () => {
    const other: ReviewContent = {
      ...{ scores: { place: 4 }, ability: 1, recommendation: 2, text: 'Weak.' },
    };
    expect(listDifferences(content, other, keys)).toEqual(['score-reporting', 'ability', 'review']);
    expect(listDifferences(content, content, keys)).toEqual([]);
  });
});

describe('an assignment', () => {
  it('changes by this table and no other way', () => {
    const all = ['none', ...assignmentStates] as const;
    const legal = (Object.keys(assignmentActs) as AssignmentAct[]).map((act) => [
      act,
      all.filter((one) => canAct(act, one === 'none' ? undefined : one)),
    ]);
    expect(Object.fromEntries(legal)).toEqual({
      claim: ['none', 'returned'],
      return: ['open'],
      recuse: ['none', 'open', 'done', 'returned'],
      'undo-recusal': ['recused'],
      assign: ['none', 'returned'],
      unassign: ['open'],
    });
  });

  it('is for applications that wait for a decision', () => {
    expect(stages.filter(isReviewable)).toEqual(['screening', 'review', 'shortlist']);
  });
});

describe('assigning by load', () => {
  const someone = (id: string, facts: Partial<Candidate> = {}): Candidate => ({
    ...{ id, languages: ['ka'], places: [], open: 0, done: 0 },
    ...facts,
  });
  const pick = (candidates: Candidate[], sampleLanguages = ['ka'], places = ['georgia']) =>
    pickByLoad(candidates, { sampleLanguages, places })?.id;

  it('takes whoever has the fewest open, then the fewest done', () => {
    const [a, b, c] = [
      someone('a', { open: 2 }),
      someone('b', { open: 1, done: 9 }),
      someone('c', { open: 1, done: 3 }),
    ];
    expect(pick([a, b, c])).toBe('c');
    expect(pick([a, b])).toBe('b');
  });

  it('takes nobody who does not read every sample', () => {
    expect(pick([someone('a')], ['ka', 'ru'])).toBeUndefined();
    expect(
      pick([someone('a', { languages: ['ka', 'ru'], open: 5 }), someone('b')], ['ka', 'ru']),
    ).toBe('a');
  });

  it('takes those who named places only for one of them', () => {
    expect(pick([someone('a', { places: ['armenia'] })])).toBeUndefined();
    expect(pick([someone('a', { places: ['armenia', 'georgia'] })])).toBe('a');
    expect(pick([someone('a', { places: ['armenia'] })], ['ka'], [])).toBeUndefined();
  });

  it('takes anybody for an application without a sample in a known language', () => {
    expect(pick([someone('a', { languages: [] })], [])).toBe('a');
  });
});

describe('the criteria of a call', () => {
  const t = translatorFor('en');
  const texts = {
    de: { label: 'Nähe', description: 'Wie nah?', words: ['fern', 'da', 'nah', 'mittendrin'] },
    en: { label: 'Closeness', description: '' },
  };

  it('come in the reader’s language; words that nobody translated say in which they are', () => {
    expect(showCriteria([{ key: 'closeness', texts }], t, 'de')).toEqual([
      {
        ...{ field: 'score-closeness', key: 'closeness', description: undefined },
        label: { text: 'Closeness', lang: undefined },
        words: texts.de.words.map((text) => ({ text, lang: 'de' })),
      },
    ]);
    const [georgian] = showCriteria([{ key: 'closeness', texts }], translatorFor('ka'), 'de');
    expect(georgian!.label).toEqual({ text: 'Nähe', lang: 'de' });
  });

  it('have the words of the software where there are no others', () => {
    const [plain] = showCriteria(
      [{ key: 'a', texts: { en: { label: 'A', description: '' } } }],
      t,
      'en',
    );
    expect(plain!.words.map(({ text }) => text)).toEqual(['weak', 'fair', 'good', 'strong']);
  });

  it('are two of ours where the call has none, beside the ability', () => {
    expect(criterionKeys([])).toEqual(['place', 'reporting']);
    expect(showCriteria([], t, 'de').map(({ label }) => label.text)).toEqual([
      ...['Knowledge of the place', 'Reporting and sources'],
    ]);
    expect(showAbility(t, 'de').label.text).toBe('German, apart from the sample');
  });
});

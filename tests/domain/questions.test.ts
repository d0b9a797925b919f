import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/calls.ts';
import {
  answerTo,
  askIn,
  judgeAnswer,
  listChoiceKeys,
  sortAnswers,
  wordAnswer,
} from '../../src/domain/questions.ts';
import { translatorFor } from '../../src/i18n.ts';

const texts = { en: { label: 'Beat' } };
const ask = (question: Partial<Question>): Question => ({
  ...{ key: 'beat', type: 'short-text', required: false, texts },
  ...question,
});
const beats = ask({
  type: 'choice',
  choices: ['rivers', 'law'],
  texts: {
    de: { label: 'Thema', hint: 'Eines', choices: { rivers: 'Flüsse', law: 'Recht' } },
    ka: { label: 'თემა', choices: { law: 'სამართალი' } },
    hy: { label: '', choices: {} },
  },
});

describe('a question in the words of a reader', () => {
  it('takes each text from the wanted language, else from the fallback', () => {
    expect(askIn(beats, 'ka', 'de')).toEqual({
      ...{ key: 'beat', type: 'choice', required: false },
      label: { text: 'თემა', language: 'ka' },
      hint: { text: 'Eines', language: 'de' },
      choices: [
        { value: 'rivers', text: 'Flüsse', language: 'de' },
        { value: 'law', text: 'სამართალი', language: 'ka' },
      ],
    });
  });

  it('is never blank: an empty text counts as none, and without any its key stands there', () => {
    expect(askIn(beats, 'hy', 'en').label).toEqual({ text: 'Thema', language: 'de' });
    expect(askIn(ask({ texts: {} }), 'hy', 'en').label).toEqual({ text: 'beat', language: 'hy' });
    expect(askIn(ask({}), 'en', 'de').hint).toBeUndefined();
  });

  it('has its answers in the order of the call, else as the texts name them', () => {
    expect(listChoiceKeys(beats)).toEqual(['rivers', 'law']);
    const { choices: _, ...unordered } = beats;
    expect(listChoiceKeys(unordered)).toEqual(['rivers', 'law']);
  });
});

describe('an answer', () => {
  const judge = (question: Partial<Question>, answer: string) => judgeAnswer(ask(question), answer);

  it('is missed only where it is required', () => {
    expect(judge({}, '')).toBeUndefined();
    expect(judge({ required: true }, '')).toEqual({ key: 'problem.question.missing' });
    for (const type of ['choice', 'yes-no'] as const) {
      expect(judge({ type, required: true }, '')).toEqual({ key: 'problem.question.unchosen' });
    }
  });

  it.each([
    ['short-text', 200],
    ['long-text', 5000],
  ] as const)('to a %s has at most %i characters of any script', (type, limit) => {
    expect(judge({ type }, '🪶'.repeat(limit))).toBeUndefined();
    const problem = { key: 'problem.question.tooLong', limit };
    expect(judge({ type }, 'ნ'.repeat(limit + 1))).toEqual(problem);
  });

  it('by choice is one of those that there are', () => {
    expect(judgeAnswer(beats, 'law')).toBeUndefined();
    for (const answer of ['Recht', '__proto__', 'constructor']) {
      expect(judgeAnswer(beats, answer)).toEqual({ key: 'problem.question.unchosen' });
    }
    expect(judge({ type: 'yes-no' }, 'no')).toBeUndefined();
    expect(judge({ type: 'yes-no' }, 'maybe')).toEqual({ key: 'problem.question.unchosen' });
  });

  it('by link is a web address', () => {
    expect(judge({ type: 'link' }, 'nino.example/a')).toBeUndefined();
    for (const answer of ['javascript:alert(1)', 'ftp://a.example', 'nothing']) {
      expect(judge({ type: 'link' }, answer)).toEqual({ key: 'problem.question.link' });
    }
    const long = { key: 'problem.question.tooLong', limit: 1000 };
    expect(judge({ type: 'link' }, `https://a.example/${'a'.repeat(1000)}`)).toEqual(long);
  });

  it('is told in the words that were asked, and as it was typed where it fits none', () => {
    const de = translatorFor('de');
    const told = (question: Question, answer: string) =>
      wordAnswer(de, askIn(question, 'de', 'en'), answer).text;
    expect(told(beats, 'rivers')).toBe('Flüsse');
    expect(told(beats, 'toString')).toBe('toString');
    expect(['yes', 'no', 'x'].map((one) => told(ask({ type: 'yes-no' }), one))).toEqual([
      ...['Ja', 'Nein', 'x'],
    ]);
    expect(told(ask({}), 'yes')).toBe('yes');
  });

  it('is parted from what nobody asked', () => {
    const answers = { beat: 'rivers', bait: 'x', ['__proto__']: 'y' };
    expect(sortAnswers(answers, [beats])).toEqual({
      asked: { beat: 'rivers' },
      unasked: ['bait', '__proto__'],
    });
    expect(answerTo({}, { key: 'constructor' })).toBe('');
  });
});

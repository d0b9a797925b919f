import { describe, expect, it } from 'vitest';
import {
  type CallContent,
  countMissing,
  isKey,
  isReadable,
  listObstacles,
  publishTexts,
} from '../../src/domain/call-content.ts';

const text = (title: string, places: Record<string, string> = {}) => ({
  ...{ title, lead: 'lead', seek: 'seek', offer: ['pay'], readers: 'editors', places },
});

const content = (changes: Partial<CallContent> = {}): CallContent => ({
  texts: { de: text('Titel', { sea: 'Meer' }), ka: text('სათაური') },
  languages: ['de', 'ka'],
  places: ['sea'],
  documents: { cv: 'required', coverLetter: 'off', writingSample: 'optional' },
  questions: [],
  criteria: [],
  fee: null,
  contactEmail: 'desk@example.org',
  replyDays: 14,
  retentionDays: 183,
  reviewersWanted: 2,
  blind: false,
  ...changes,
});

describe('a key', () => {
  it.each(['a', 'ai-use', '2027', 'a1-b2', 'a'.repeat(40)])('may be %s', (key) => {
    expect(isKey(key)).toBe(true);
  });

  it.each(['', 'A', 'a b', 'a_b', '-a', 'a-', 'a--b', 'ა', 'new', '__proto__', 'a'.repeat(41)])(
    'is never %j',
    (key) => {
      expect(isKey(key)).toBe(false);
    },
  );
});

describe('what readers get', () => {
  it('is each offered language that has the texts without which a call says nothing', () => {
    const half = { ...text('Half'), readers: '' };
    const all = content({ languages: ['de', 'en'] });
    const edited = { ...all, texts: { ...all.texts, en: half } };
    expect(Object.keys(publishTexts(edited, 'de').texts)).toEqual(['de']);
    expect(Object.keys(publishTexts(edited, 'de', { everywhere: true }).texts)).toEqual([
      'de',
      'ka',
    ]);
    expect([isReadable(edited, 'en'), isReadable(edited, 'ka')]).toEqual([false, true]);
  });

  it('names each place, in the publication’s language where there is no other', () => {
    const { texts } = publishTexts(content({ places: ['sea', 'coast'] }), 'de');
    expect(texts.ka!.places).toEqual({ sea: 'Meer', coast: 'coast' });
  });

  it('has no half translation of a question', () => {
    const choices = { a: 'Ja', b: 'Nein' };
    const { questions } = publishTexts(
      content({
        questions: [
          {
            ...{ key: 'q', type: 'choice', required: false },
            texts: {
              de: { label: 'Frage', choices },
              en: { label: 'Question', choices: { a: 'Yes' } },
              ka: { label: '', choices },
            },
          },
        ],
      }),
      'de',
    );
    expect(Object.keys(questions[0]!.texts)).toEqual(['de']);
  });
});

describe('what is missing', () => {
  it('is counted against the publication’s language', () => {
    const edited = content({
      questions: [
        {
          ...{ key: 'q', type: 'short-text', required: false },
          texts: { de: { label: 'Frage', hint: 'Hinweis' }, en: { label: 'Question' } },
        },
      ],
      criteria: [{ key: 'c', texts: { de: { label: 'Nähe', description: '' } } }],
    });
    // Place, question, criterion; a hint that is not translated counts as its question.
    expect(countMissing(edited, 'de', 'de')).toBe(0);
    expect(countMissing(edited, 'ka', 'de')).toBe(3);
    expect(countMissing(edited, 'en', 'de')).toBe(8);
  });

  it('keeps a call in preparation, and only there', () => {
    const empty = content({ texts: {}, languages: ['en'], places: [], contactEmail: '' });
    expect(listObstacles({ opensAt: null, content: empty }, 'de')).toEqual([
      'texts',
      'languages',
      'places',
      'newsroom',
    ]);
    expect(listObstacles({ opensAt: null, content: content() }, 'de')).toEqual([]);
    expect(listObstacles({ opensAt: new Date(0), content: empty }, 'de')).toEqual([]);
  });
});

import type { CallDocuments, CallText, CallTexts, Fee, Question } from './calls.ts';

/** What reviewers score, on a scale of four words. */
export type Criterion = { key: string; texts: Record<string, CriterionText> };
export type CriterionText = {
  label: string;
  description: string;
  /** Of the scale, the lowest first; without them it has those that come with the software. */
  words?: string[];
};

/** The texts of a call as an admin typed them; in an unfinished language some are empty. */
export type TypedTexts = { texts: CallTexts; questions: Question[] };

/** Everything that a version of a call says, as it is edited. */
export type CallContent = TypedTexts & {
  /** Languages that the call is offered in. */
  languages: string[];
  places: string[];
  documents: CallDocuments;
  criteria: Criterion[];
  fee: Fee | null;
  contactEmail: string;
  replyDays: number;
  retentionDays: number;
  /** How many are to review each application. */
  reviewersWanted: number;
  /** Reviewers are not to know who applied. */
  blind: boolean;
};

/** How much of everything a call may have. */
export const callLimits = {
  slug: 60,
  key: 40,
  title: 120,
  lead: 400,
  seek: 3000,
  offer: 2000,
  readers: 300,
  placeName: 100,
  places: 40,
  questions: 20,
  questionLabel: 300,
  questionHint: 500,
  choice: 200,
  choices: 20,
  criteria: 12,
  criterionLabel: 120,
  criterionDescription: 600,
  scaleWord: 30,
} as const;

const pattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Addresses below that of the calls which are taken by pages. */
const reserved = ['new'];

/** True for what may stand in an address or name a place, a question, a criterion. */
export function isKey(text: string, limit: number = callLimits.key): boolean {
  return pattern.test(text) && text.length <= limit && !reserved.includes(text);
}

export const blankText = (): CallText => ({
  ...{ title: '', lead: '', seek: '', offer: [], readers: '', places: {} },
});

/** The texts in one language, blank where nothing was typed. */
export function textIn({ texts }: Pick<CallContent, 'texts'>, language: string): CallText {
  return texts[language] ?? blankText();
}

/** Without these a language is not shown to anybody. */
export const neededTexts = ['title', 'lead', 'seek', 'readers'] as const;

/** True when readers of the language can be given all texts of the call. */
export function isReadable(content: Pick<CallContent, 'texts'>, language: string): boolean {
  const text = textIn(content, language);
  return neededTexts.every((one) => text[one] !== '');
}

/** The choices of a question, by their keys; each language may name only some of them. */
export function choiceKeysOf({ texts }: Pick<Question, 'texts'>): string[] {
  return [...new Set(Object.values(texts).flatMap(({ choices }) => Object.keys(choices ?? {})))];
}

/** True when the question can be asked in the language; a hint may be missing. */
export function isAskable(question: Question, language: string): boolean {
  const text = question.texts[language];
  if (!text || text.label === '') return false;
  if (question.type !== 'choice') return true;
  return choiceKeysOf(question).every((one) => (text.choices?.[one] ?? '') !== '');
}

/** How far a language is: how many texts it lacks of those that the reference has, and of the needed ones. */
export function countMissing(content: CallContent, language: string, reference: string): number {
  const text = textIn(content, language);
  const original = textIn(content, reference);
  const lacks = [
    ...neededTexts.map((one) => text[one] === ''),
    original.offer.length > 0 && text.offer.length === 0,
    ...content.places.map((one) => (text.places[one] ?? '') === ''),
    ...content.questions.map((one) => {
      const hinted = !!one.texts[reference]?.hint;
      return !isAskable(one, language) || (hinted && !one.texts[language]?.hint);
    }),
    ...content.criteria.map(({ texts }) => {
      const wanted = texts[reference];
      const own = texts[language];
      if (!own || own.label === '') return true;
      return (!!wanted?.description && own.description === '') || (!!wanted?.words && !own.words);
    }),
  ];
  return lacks.filter(Boolean).length;
}

/**
 * What readers get of a call: the offered languages that are readable, a place that has no name
 * there under that of the reference. `everywhere` counts every language as offered.
 */
export function publishTexts(
  content: CallContent,
  reference: string,
  { everywhere = false }: { everywhere?: boolean } = {},
): TypedTexts {
  const languages = Object.keys(content.texts).filter(
    (one) => (everywhere || content.languages.includes(one)) && isReadable(content, one),
  );
  const named = [textIn(content, reference), ...Object.values(content.texts)];
  const nameOf = (text: CallText, key: string): string =>
    [text, ...named].map(({ places }) => places[key]).find(Boolean) ?? key;
  const texts = languages.map((one): [string, CallText] => {
    const text = textIn(content, one);
    const places = content.places.map((key) => [key, nameOf(text, key)]);
    return [one, { ...text, places: Object.fromEntries(places) }];
  });
  const questions = content.questions.map(publishQuestion);
  return {
    texts: Object.fromEntries(texts),
    questions: questions.filter((one) => Object.keys(one.texts).length > 0),
  };
}

/** Half a translation would leave a reader with blank choices. */
function publishQuestion(question: Question): Question {
  const whole = Object.entries(question.texts).filter(([one]) => isAskable(question, one));
  return { ...question, texts: Object.fromEntries(whole) };
}

/** What a call lacks before it can open, in the order in which its pages ask for it. */
export type Lack = 'texts' | 'languages' | 'places' | 'newsroom';

function listLacks(content: CallContent, reference: string): Lack[] {
  const { places } = textIn(content, reference);
  const lacks: Record<Lack, boolean> = {
    texts: !isReadable(content, reference),
    languages: !content.languages.includes(reference),
    places: content.places.length === 0 || content.places.some((one) => !places[one]),
    newsroom: content.contactEmail === '',
  };
  return (Object.keys(lacks) as Lack[]).filter((one) => lacks[one]);
}

/** What keeps a call in preparation; one that has a date to open was finished, and edits keep it so. */
export function listObstacles(
  call: { opensAt: Date | null; content: CallContent },
  reference: string,
): Lack[] {
  return call.opensAt === null ? listLacks(call.content, reference) : [];
}

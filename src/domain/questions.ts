import type { MessageKey, Translator } from '../i18n.ts';
import { fieldLimits, parseLink } from './application-form.ts';
import type { Question } from './calls.ts';
import { lengthOf } from './text.ts';

/** Text and the language that it is in, which may be another one than the reader's. */
export type Spoken = { text: string; language: string };

/** A question in the words of one reader. */
export type ShownQuestion = Pick<Question, 'key' | 'type' | 'required'> & {
  label: Spoken;
  hint: Spoken | undefined;
  choices: (Spoken & { value: string })[];
};

/** The control of a question, and where its messages stand. */
export const questionField = (key: string): string => `q-${key}`;

type Texts = Question['texts'];

/** The first that says something: in the wanted language, the fallback, else in any. */
function speak(
  texts: Texts,
  wanted: readonly string[],
  read: (text: Texts[string]) => string | undefined,
): Spoken | undefined {
  for (const language of [...wanted, ...Object.keys(texts)]) {
    const text = Object.hasOwn(texts, language) ? read(texts[language]!) : undefined;
    if (text) return { text, language };
  }
  return undefined;
}

/** The keys of a choice's answers in their order; jsonb keeps no order of its own. */
export function listChoiceKeys({ choices, texts }: Pick<Question, 'choices' | 'texts'>): string[] {
  const named = Object.values(texts).flatMap((text) => Object.keys(text.choices ?? {}));
  return choices ?? [...new Set(named)];
}

/** A question in the reader's language; each text falls back by itself, so that none is blank. */
export function askIn(question: Question, language: string, fallback: string): ShownQuestion {
  const { key, type, required, texts } = question;
  const wanted = [language, fallback];
  const choices = type === 'choice' ? listChoiceKeys(question) : [];
  return {
    ...{ key, type, required },
    label: speak(texts, wanted, (one) => one.label) ?? { text: key, language },
    hint: speak(texts, wanted, (one) => one.hint),
    choices: choices.map((value) => {
      const spoken = speak(texts, wanted, ({ choices: names = {} }) =>
        Object.hasOwn(names, value) ? names[value] : undefined,
      );
      return { value, ...(spoken ?? { text: value, language }) };
    }),
  };
}

/** Code points that an answer may have. */
const answerLimits: Record<Question['type'], number> = {
  'short-text': fieldLimits.shortAnswer,
  'long-text': fieldLimits.answer,
  choice: fieldLimits.shortAnswer,
  'yes-no': fieldLimits.shortAnswer,
  link: fieldLimits.link,
};

/** What was answered to a question; empty when nothing was. */
export const answerTo = (
  answers: Readonly<Record<string, string>>,
  { key }: Pick<Question, 'key'>,
): string => (Object.hasOwn(answers, key) ? answers[key]! : '');

type AnswerProblem = { key: MessageKey; limit?: number };

/** Why an answer can't be taken; undefined when nothing speaks against it. */
export function judgeAnswer(question: Question, answer: string): AnswerProblem | undefined {
  const { type, required } = question;
  const chosen = type === 'choice' || type === 'yes-no';
  if (answer === '') {
    if (!required) return undefined;
    return { key: chosen ? 'problem.question.unchosen' : 'problem.question.missing' };
  }
  if (chosen) {
    const offered = type === 'yes-no' ? ['yes', 'no'] : listChoiceKeys(question);
    return offered.includes(answer) ? undefined : { key: 'problem.question.unchosen' };
  }
  const limit = answerLimits[type];
  if (lengthOf(answer) > limit) return { key: 'problem.question.tooLong', limit };
  return type === 'link' && !parseLink(answer) ? { key: 'problem.question.link' } : undefined;
}

/** The answers parted into those that the call asks for and the keys of those that it does not. */
export function sortAnswers(
  answers: Readonly<Record<string, string>>,
  questions: readonly Pick<Question, 'key'>[],
): { asked: Record<string, string>; unasked: string[] } {
  const entries = Object.entries(answers);
  const isAsked = ([key]: [string, string]): boolean => questions.some((one) => one.key === key);
  return {
    asked: Object.fromEntries(entries.filter(isAsked)),
    unasked: entries.filter((one) => !isAsked(one)).map(([key]) => key),
  };
}

/** An answer as a reader is told it: a choice in its words, anything else as it was typed. */
export function wordAnswer(
  t: Translator,
  { type, choices }: ShownQuestion,
  answer: string,
): Spoken {
  const spoken = { text: answer, language: t.language };
  if (type === 'choice') return choices.find(({ value }) => value === answer) ?? spoken;
  if (type !== 'yes-no') return spoken;
  if (answer === 'yes') return { ...spoken, text: t('answer.yes') };
  return answer === 'no' ? { ...spoken, text: t('answer.no') } : spoken;
}

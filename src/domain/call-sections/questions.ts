import { type CallContent, callLimits, choiceKeysOf, isKey } from '../call-content.ts';
import type { Question } from '../calls.ts';
import {
  type EditField,
  type EditProblem,
  type Section,
  type Values,
  withoutBlanks,
} from './section.ts';

export const questionTypes = ['short-text', 'long-text', 'choice', 'yes-no', 'link'] as const;

/** A few at a time; saving gives fresh ones. */
const freshRows = ['1', '2', '3', '4', '5'] as const;

const findQuestion = ({ questions }: CallContent, key: string | undefined): Question | undefined =>
  questions.find((one) => one.key === key);

const listFresh = (values: Values): string[] =>
  freshRows.map((row) => values[`newChoice-${row}`] ?? '').filter((name) => name !== '');

/** Choices under keys of their own: a new one never takes that of one which the page showed. */
function writeChoices(question: Question | undefined, values: Values): Record<string, string> {
  const known = question ? choiceKeysOf(question) : [];
  const kept = known.map((key) => [key, values[`choice-${key}`] ?? '']);
  const last = Math.max(0, ...known.map((key) => Number(/^choice-(\d+)$/.exec(key)?.[1] ?? 0)));
  const fresh = listFresh(values).map((name, index) => [`choice-${last + index + 1}`, name]);
  return withoutBlanks(Object.fromEntries([...kept, ...fresh]));
}

/** The texts in all languages, without the choices that are gone. */
function writeTexts(
  question: Question | undefined,
  values: Values,
  reference: string,
): Question['texts'] {
  const isChoice = values.type === 'choice';
  const choices = writeChoices(question, values);
  const others = Object.entries(question?.texts ?? {}).map(([language, text]) => {
    const { choices: before, ...words } = text;
    const kept = Object.entries(before ?? {}).filter(([key]) => Object.hasOwn(choices, key));
    return [language, isChoice ? { ...words, choices: Object.fromEntries(kept) } : words];
  });
  const { label = '', hint = '' } = values;
  const own = { label, ...(hint !== '' && { hint }), ...(isChoice && { choices }) };
  return { ...Object.fromEntries(others), [reference]: own };
}

function listChoiceFields(question: Question | undefined, reference: string): EditField[] {
  const group = { key: 'callEdit.question.choices' } as const;
  const shared = { control: 'line', limit: callLimits.choice, lang: reference, group } as const;
  const known = question ? choiceKeysOf(question) : [];
  const label = (number: number): EditField['label'] => ({
    key: 'callEdit.choice',
    values: { number: String(number) },
  });
  return [
    ...known.map(
      (key, index): EditField => ({
        ...{ ...shared, name: `choice-${key}`, label: label(index + 1) },
      }),
    ),
    ...freshRows.map(
      (row, index): EditField => ({
        ...{ ...shared, name: `newChoice-${row}`, label: label(known.length + index + 1) },
      }),
    ),
  ];
}

function judgeChoices(question: Question | undefined, values: Values): EditProblem[] {
  if (values.type !== 'choice') return [];
  const count = Object.keys(writeChoices(question, values)).length;
  const { choices: limit } = callLimits;
  const field =
    question && choiceKeysOf(question)[0] ? `choice-${choiceKeysOf(question)[0]}` : 'newChoice-1';
  if (count < 2) return [{ field, key: 'editProblem.choices' }];
  return count > limit ? [{ field, key: 'editProblem.tooMany', values: { limit } }] : [];
}

/** One question in the publication's language; without a key a new one. */
export function questionSection(key: string | undefined): Section {
  return {
    fields(content, { reference }) {
      const question = findQuestion(content, key);
      return [
        {
          ...{ name: 'label', control: 'line', limit: callLimits.questionLabel, needed: true },
          ...{ label: { key: 'callEdit.question.label' }, lang: reference },
        },
        {
          ...{ name: 'hint', control: 'line', limit: callLimits.questionHint, lang: reference },
          label: { key: 'callEdit.question.hint' },
        },
        ...(key === undefined
          ? [
              {
                ...{ name: 'key', control: 'line' as const, needed: true },
                ...{ label: { key: 'callEdit.key' as const }, hint: 'callEdit.key.hint' as const },
              },
            ]
          : []),
        {
          ...{
            name: 'type',
            control: 'select',
            label: { key: 'callEdit.question.type' },
            needed: true,
          },
          options: questionTypes.map((value) => ({
            value,
            label: { key: `callEdit.question.type.${value}` },
          })),
        },
        { name: 'required', control: 'box', label: { key: 'callEdit.question.required' } },
        ...listChoiceFields(question, reference),
      ];
    },
    read(content, { reference }) {
      const question = findQuestion(content, key);
      const text = question?.texts[reference];
      const choices = question ? choiceKeysOf(question) : [];
      return {
        label: text?.label ?? '',
        hint: text?.hint ?? '',
        ...(key === undefined && { key: '' }),
        type: question?.type ?? 'short-text',
        required: question?.required ? 'yes' : '',
        ...Object.fromEntries(choices.map((one) => [`choice-${one}`, text?.choices?.[one] ?? ''])),
      };
    },
    judge(values, content) {
      const { questions } = content;
      const typed = values.key ?? '';
      const { key: limit, questions: most } = callLimits;
      return [
        ...(key === undefined && typed !== '' && !isKey(typed)
          ? [{ field: 'key', key: 'editProblem.key' as const, values: { limit } }]
          : []),
        ...(key === undefined && questions.some((one) => one.key === typed)
          ? [{ field: 'key', key: 'editProblem.taken' as const, values: { value: typed } }]
          : []),
        ...(key === undefined && questions.length >= most
          ? [{ field: 'label', key: 'editProblem.tooMany' as const, values: { limit: most } }]
          : []),
        ...judgeChoices(findQuestion(content, key), values),
      ];
    },
    write(content, values, { reference }) {
      const before = findQuestion(content, key);
      const question: Question = {
        key: key ?? values.key ?? '',
        type: values.type as Question['type'],
        required: values.required === 'yes',
        texts: writeTexts(before, values, reference),
      };
      const questions = before
        ? content.questions.map((one) => (one === before ? question : one))
        : [...content.questions, question];
      return { ...content, questions };
    },
  };
}

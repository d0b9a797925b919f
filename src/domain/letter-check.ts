import {
  findMissingValues,
  findUnknownPlaceholders,
  hasPlaceholder,
  letterLimits,
  listPlaceholders,
  neededPlaceholder,
  type Placeholder,
  type PlaceholderValues,
  type TemplateKind,
} from './letter-placeholders.ts';
import type { TemplateText } from './standard-templates.ts';
import { lengthOf } from './text.ts';

/** What keeps a template from being saved, or a letter from being sent. */
export type LetterProblem = { field: keyof TemplateText } & (
  | { kind: 'missing' }
  | { kind: 'tooLong'; limit: number; over: number }
  | { kind: 'unknown'; word: string; known: Placeholder[] }
  | { kind: 'noValue'; word: Placeholder }
  | { kind: 'needs'; word: Placeholder }
);

const fields = ['subject', 'body'] as const;

/** Judges a cleaned template: both parts are there, of a length that fits, and know their placeholders. */
export function judgeTemplate(text: TemplateText, kind: TemplateKind): LetterProblem[] {
  return fields.flatMap((field): LetterProblem[] => {
    if (text[field] === '') return [{ field, kind: 'missing' }];
    const limit = letterLimits[field];
    const over = lengthOf(text[field]) - limit;
    if (over > 0) return [{ field, kind: 'tooLong', limit, over }];
    const unknown = findUnknown({ field, text: text[field] }, kind);
    if (unknown.length > 0 || field === 'subject') return unknown;
    const needed = neededPlaceholder[kind];
    return needed && !hasPlaceholder(text[field], needed)
      ? [{ field, kind: 'needs', word: needed }]
      : [];
  });
}

/** Judges a letter before it is sent: as a template, and every placeholder has a value. */
export function judgeLetter(
  text: TemplateText,
  kind: TemplateKind,
  values: PlaceholderValues,
): LetterProblem[] {
  const problems = judgeTemplate(text, kind);
  const sound = fields.filter((field) => !problems.some((one) => one.field === field));
  return [
    ...problems,
    ...sound.flatMap((field) => findMissing({ field, text: text[field] }, values)),
  ];
}

type Part = { field: keyof TemplateText; text: string };

const findUnknown = ({ field, text }: Part, kind: TemplateKind): LetterProblem[] => {
  const [word] = findUnknownPlaceholders(text, kind);
  return word === undefined
    ? []
    : [{ field, kind: 'unknown', word, known: listPlaceholders(kind) }];
};

const findMissing = ({ field, text }: Part, values: PlaceholderValues): LetterProblem[] => {
  const [word] = findMissingValues(text, values);
  return word === undefined ? [] : [{ field, kind: 'noValue', word }];
};

/** Judges a text that was made from a template, before it is sent, whatever its length. */
export function judgeText(
  part: Part,
  kind: TemplateKind,
  values: PlaceholderValues,
): LetterProblem[] {
  const unknown = findUnknown(part, kind);
  if (unknown.length > 0) return unknown;
  const isAsking = kind === 'request-more' && part.field === 'body';
  if (isAsking && !hasPlaceholder(part.text, 'request')) {
    return [{ field: part.field, kind: 'needs', word: 'request' }];
  }
  return findMissing(part, values);
}

import {
  findMissingValues,
  findUnknownPlaceholders,
  letterLimits,
  listPlaceholders,
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
);

const fields = ['subject', 'body'] as const;

/** Judges a cleaned template: both parts are there, of a length that fits, and know their placeholders. */
export function judgeTemplate(text: TemplateText, kind: TemplateKind): LetterProblem[] {
  return fields.flatMap((field): LetterProblem[] => {
    if (text[field] === '') return [{ field, kind: 'missing' }];
    const limit = letterLimits[field];
    const over = lengthOf(text[field]) - limit;
    if (over > 0) return [{ field, kind: 'tooLong', limit, over }];
    const [word] = findUnknownPlaceholders(text[field], kind);
    if (word === undefined) return [];
    return [{ field, kind: 'unknown', word, known: listPlaceholders(kind) }];
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
    ...sound.flatMap((field): LetterProblem[] => {
      const [word] = findMissingValues(text[field], values);
      return word === undefined ? [] : [{ field, kind: 'noValue', word }];
    }),
  ];
}

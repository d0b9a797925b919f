import { scores } from '../reviews.ts';
import type { EditProblem, Values } from './section.ts';

/** The controls of a scale's four words, the lowest first. */
export const scaleFields = scores.map((score) => `word-${score}`);

export function readScale(words: readonly string[] | undefined, prefix = ''): Values {
  const values = scaleFields.map((name, index) => [`${prefix}${name}`, words?.[index] ?? '']);
  return Object.fromEntries(values);
}

/** All four words, or none. */
export function judgeScale(values: Values, prefix = ''): EditProblem[] {
  const names = scaleFields.map((name) => `${prefix}${name}`);
  const blank = names.filter((name) => (values[name] ?? '') === '');
  return blank.length === names.length
    ? []
    : blank.map((field) => ({ field, key: 'editProblem.scaleWord' }));
}

/** Nothing when there are no words. */
export function writeScale(values: Values, prefix = ''): { words?: string[] } {
  const words = scaleFields.map((name) => values[`${prefix}${name}`] ?? '');
  return words.every((word) => word !== '') ? { words } : {};
}

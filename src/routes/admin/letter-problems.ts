import type { LetterProblem } from '../../domain/letter-check.ts';
import type { Translator } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';

const inBraces = (word: string): string => `{${word}}`;

/** What is wrong with a template or a letter, beside the control that it is in. */
export function sayLetterProblems(t: Translator, problems: readonly LetterProblem[]): FieldError[] {
  return problems.map((problem) => ({ field: problem.field, message: sayProblem(t, problem) }));
}

function sayProblem(t: Translator, problem: LetterProblem): string {
  const name = t(`templates.${problem.field}`);
  switch (problem.kind) {
    case 'missing':
      return t('letterProblem.missing', { name });
    case 'tooLong': {
      const { over } = problem;
      const limit = t.number(problem.limit);
      return t('letterProblem.tooLong', { name, over, limit });
    }
    case 'unknown': {
      const known = problem.known.map(inBraces).join(' ');
      const word = inBraces(problem.word);
      return t('letterProblem.unknown', { name, word, known });
    }
    case 'needs':
    case 'noValue': {
      const meaning = t(`placeholder.${problem.word}`);
      const word = inBraces(problem.word);
      const key = problem.kind === 'needs' ? 'letterProblem.needs' : 'letterProblem.noValue';
      return t(key, { name, word, meaning });
    }
  }
}

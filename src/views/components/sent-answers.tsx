import type { FormValues } from '../../domain/application-form.ts';
import type { ShownQuestion } from '../../domain/questions.ts';
import type { Translator } from '../../i18n.ts';
import { AnswerList, listAnswers } from './answers.tsx';
import { listQuestionAnswers } from './questions.tsx';

type SentAnswersProps = {
  t: Translator;
  values: FormValues;
  placeNames: Record<string, string>;
  questions: readonly ShownQuestion[];
};

/** What an applicant answered, as it was sent. */
export const SentAnswers = ({ t, values, placeNames, questions }: SentAnswersProps) => {
  const kept = t(values.keepOnFile ? 'answer.yes' : 'answer.no');
  const answers = [
    ...listAnswers(t, values, placeNames),
    ...listQuestionAnswers(t, questions, values),
    { field: 'keepOnFile', label: t('answer.keepOnFile'), value: kept },
  ];
  return <AnswerList answers={answers} none={t('check.notProvided')} />;
};

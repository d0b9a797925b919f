import type { FormValues } from '../../domain/application-form.ts';
import { pickText, type Question } from '../../domain/calls.ts';
import type { Translator } from '../../i18n.ts';
import { type Answer, listAnswers } from './answers.tsx';

type SentAnswersProps = {
  t: Translator;
  values: FormValues;
  placeNames: Record<string, string>;
  questions: readonly Question[];
  fallbackLanguage: string;
};

const listQuestions = ({ t, values, questions, fallbackLanguage }: SentAnswersProps): Answer[] =>
  questions.map(({ key, texts }) => {
    const { label, choices } = pickText(texts, t.language, fallbackLanguage);
    const answer = Object.hasOwn(values.answers, key) ? values.answers[key]! : '';
    const value = choices && Object.hasOwn(choices, answer) ? choices[answer] : answer;
    return { field: `q-${key}`, label, value };
  });

/** What an applicant answered, as it was sent. */
export const SentAnswers = (props: SentAnswersProps) => {
  const { t, values, placeNames } = props;
  const kept = t(values.keepOnFile ? 'answer.yes' : 'answer.no');
  const answers = [
    ...listAnswers(t, values, placeNames),
    ...listQuestions(props),
    { field: 'keepOnFile', label: t('answer.keepOnFile'), value: kept },
  ];
  return (
    <dl class="answers">
      {answers.map(({ label, value }) => (
        <div>
          <dt>{label}</dt>
          <dd dir="auto">
            {value === '' ? <span class="soft">{t('check.notProvided')}</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
};

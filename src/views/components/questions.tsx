import type { FormValues } from '../../domain/application-form.ts';
import {
  answerTo,
  questionField,
  type ShownQuestion,
  type Spoken,
  wordAnswer,
} from '../../domain/questions.ts';
import type { Translator } from '../../i18n.ts';
import { type Answer, SafeLink } from './answers.tsx';
import { Choice, type FieldError, TextField } from './form.tsx';

/** Text that says which language it is in where that is not the page's. */
export const Words = ({ t, spoken: { text, language } }: { t: Translator; spoken: Spoken }) => (
  <span lang={language === t.language ? undefined : language}>{text}</span>
);

type QuestionProps = {
  t: Translator;
  question: ShownQuestion;
  answer: string;
  errors: FieldError[];
};

/** A question with answers to choose from; one that may stay open can be left open again. */
const ChoiceQuestion = ({ t, question, answer, errors }: QuestionProps) => {
  const { key, type, required, label, hint } = question;
  const id = questionField(key);
  const error = errors.find(({ field }) => field === id);
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const said = (text: string): Spoken => ({ text, language: t.language });
  const offered =
    type === 'choice'
      ? question.choices
      : [
          { value: 'yes', ...said(t('answer.yes')) },
          { value: 'no', ...said(t('answer.no')) },
        ];
  const choices = required ? offered : [...offered, { value: '', ...said(t('question.open')) }];
  return (
    <fieldset class={error ? 'field wrong' : 'field'}>
      <legend>
        <Words t={t} spoken={label} />
        {!required && <span class="optional"> {t('form.optional')}</span>}
      </legend>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          <Words t={t} spoken={hint} />
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error.message}
        </p>
      )}
      {choices.map(({ value, ...spoken }, index) => (
        <Choice
          type="radio"
          name={id}
          id={index === 0 ? id : `${id}-${index + 1}`}
          label={<Words t={t} spoken={spoken} />}
          value={value}
          checked={answer === value}
          invalid={error !== undefined}
          describedBy={describedBy || undefined}
        />
      ))}
    </fieldset>
  );
};

const rowsOf = (type: ShownQuestion['type']): { rows?: number } =>
  type === 'long-text' ? { rows: 6 } : {};

const QuestionField = (props: QuestionProps) => {
  const { t, question, answer, errors } = props;
  const { key, type, required, label, hint } = question;
  if (type === 'choice' || type === 'yes-no') return <ChoiceQuestion {...props} />;
  return (
    <TextField
      t={t}
      name={questionField(key)}
      type={type === 'link' ? 'url' : 'text'}
      label={<Words t={t} spoken={label} />}
      hint={
        type === 'long-text' ? (
          <>
            {hint && <Words t={t} spoken={hint} />} {t('field.sensitive')}
          </>
        ) : (
          hint && <Words t={t} spoken={hint} />
        )
      }
      optional={!required}
      value={answer}
      errors={errors}
      {...rowsOf(type)}
    />
  );
};

/** What this call asks beside what every call asks. */
export const QuestionsGroup = (props: {
  t: Translator;
  questions: ShownQuestion[];
  values: FormValues;
  errors: FieldError[];
}) => {
  const { t, questions, values, errors } = props;
  return questions.length === 0 ? null : (
    <section class="group">
      <h2>{t('apply.questions')}</h2>
      {questions.map((question) => (
        <QuestionField
          t={t}
          question={question}
          answer={answerTo(values.answers, question)}
          errors={errors}
        />
      ))}
    </section>
  );
};

/** What was answered to the call's questions, under the words in which they were asked. */
export const listQuestionAnswers = (
  t: Translator,
  questions: readonly ShownQuestion[],
  { answers }: Pick<FormValues, 'answers'>,
): Answer[] =>
  questions.map((question) => {
    const answer = answerTo(answers, question);
    const spoken = wordAnswer(t, question, answer);
    const { text: label, language } = question.label;
    const words =
      question.type === 'link' ? <SafeLink text={answer} /> : <Words t={t} spoken={spoken} />;
    return {
      field: questionField(question.key),
      label,
      ...(language !== t.language && { labelLanguage: language }),
      value: answer === '' ? '' : words,
    };
  });

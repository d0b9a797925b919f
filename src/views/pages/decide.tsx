import { type DeclineReason, declineReasons, reasonLimit } from '../../domain/decisions.ts';
import type { Role } from '../../domain/permissions.ts';
import type { DecisionAct, Standing } from '../../domain/stages.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import type { Translator } from '../../i18n.ts';
import {
  Choice,
  ErrorSummary,
  type FieldError,
  SelectField,
  TextField,
} from '../components/form.tsx';
import { LetterFields, PlaceholderList } from '../components/letter-fields.tsx';
import type { PageTime } from '../components/reply-by.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

/** What is typed on the step page. */
export type TypedDecision = {
  reason: DeclineReason | '';
  reasonWords: string;
  withLetter: boolean;
  source: TemplateText;
};

/** What all pages of a decision are given. */
export type DecisionPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  act: DecisionAct;
  /** A letter is changed that is held; nothing is decided. */
  editing: boolean;
  /** Of a discreet one the reference stands for the name. */
  applicant: { name: string; reference: string; discreet: boolean; language: string };
  /** The application's path, and the list's filters as a query string. */
  base: string;
  filters: string;
  time: PageTime;
};

/** What is being done. */
export const headingOf = (
  t: Translator,
  { act, editing }: Pick<DecisionPageProps, 'act' | 'editing'>,
): string => (editing ? t('letter.edit') : t(`transition.${act}`));

/** The way back to the application. */
export const BackToApplication = ({ applicant, base, filters }: DecisionPageProps) => (
  <p class="walk">
    <a href={`${base}${filters}`}>
      <bdi>{applicant.name}</bdi> · {applicant.reference}
    </a>
  </p>
);

type DecidePageProps = DecisionPageProps & {
  from: Standing;
  seen: number;
  typed: TypedDecision;
  /** The text is one that was recalled. */
  recalled: boolean;
  /** Mail to the applicant is refused. */
  refused: boolean;
  /** How long the letter can be recalled, in minutes. */
  holdMinutes: number;
  errors: FieldError[];
};

const Reason = ({ frame: { t }, act, typed, errors }: DecidePageProps) => (
  <fieldset class="flow">
    <legend>{t('decide.reason.legend')}</legend>
    <p class="soft">{t('decide.reason.note')}</p>
    {act === 'decline' && (
      <SelectField
        t={t}
        name="reason"
        label={t('decide.reason')}
        value={typed.reason}
        options={[
          { value: '', label: t('decide.reason.choose') },
          ...declineReasons.map((value) => ({ value, label: t(`declineReason.${value}`) })),
        ]}
        errors={errors}
      />
    )}
    <TextField
      t={t}
      name="reasonWords"
      label={t('decide.reasonWords')}
      hint={t('decide.reasonWords.hint', { limit: t.number(reasonLimit) })}
      optional={act !== 'reopen'}
      rows={3}
      value={typed.reasonWords}
      errors={errors}
    />
  </fieldset>
);

const LetterChoice = ({ frame: { t }, typed }: DecidePageProps) => (
  <fieldset>
    <legend>{t('decide.letter.legend')}</legend>
    <Choice
      type="radio"
      name="letter"
      id="letter-yes"
      value="yes"
      label={t('decide.letter.yes')}
      checked={typed.withLetter}
    />
    <Choice
      type="radio"
      name="letter"
      id="letter-no"
      value="no"
      label={t('decide.letter.no')}
      checked={!typed.withLetter}
    />
  </fieldset>
);

/** The first step of a decision: why, and the letter that tells it. */
export const DecidePage = (props: DecidePageProps) => {
  const { frame, staff, act, editing, applicant, base, filters, typed, errors } = props;
  const { t } = frame;
  const heading = headingOf(t, props);
  const title = `${heading} · ${applicant.reference}`;
  const language = t.languageName(applicant.language);
  return (
    <DeskPage
      frame={frame}
      title={title}
      failed={errors.length > 0}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ErrorSummary t={t} errors={errors} />
      <BackToApplication {...props} />
      <h1>{heading}</h1>
      {props.refused && <p class="notice bad">{t('decide.refused')}</p>}
      <form class="flow" method="post" action={`${base}/decide/${act}${filters}`} novalidate>
        <input type="hidden" name="from" value={props.from} />
        <input type="hidden" name="seen" value={String(props.seen)} />
        {!editing && (act === 'decline' || act === 'reopen') && <Reason {...props} />}
        {!editing && <LetterChoice {...props} />}
        <h2>{t('decide.letter.heading', { language })}</h2>
        <p class="soft">
          {t('decide.letter.note', { name: applicant.name, minutes: props.holdMinutes })}
        </p>
        {props.recalled && <p class="notice">{t('decide.letter.recalled')}</p>}
        <LetterFields t={t} language={applicant.language} text={typed.source} errors={errors} />
        <PlaceholderList t={t} kind={act} />
        <p class="actions">
          <button type="submit" class="button">
            {t('decide.preview')}
          </button>
          <a href={`${base}${filters}`}>{t('editForm.back')}</a>
        </p>
      </form>
    </DeskPage>
  );
};

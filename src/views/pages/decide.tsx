import { type DeclineReason, declineReasons, reasonLimit } from '../../domain/decisions.ts';
import type { Role } from '../../domain/permissions.ts';
import type { DecisionAct, Standing } from '../../domain/stages.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import type { Translator } from '../../i18n.ts';
import { ConflictNotice, type DeskConflict } from '../components/desk-conflict.tsx';
import {
  Choice,
  ErrorSummary,
  type FieldError,
  SelectField,
  TextField,
} from '../components/form.tsx';
import { LetterFields, PlaceholderList } from '../components/letter-fields.tsx';
import { MailFrame } from '../components/mail-frame.tsx';
import type { PageTime } from '../components/reply-by.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

/** What is typed on the step page. */
export type TypedDecision = {
  reason: DeclineReason | '';
  reasonWords: string;
  withLetter: boolean;
  source: TemplateText;
};

type Shared = {
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

const headingOf = (t: Translator, { act, editing }: Pick<Shared, 'act' | 'editing'>): string =>
  editing ? t('letter.edit') : t(`transition.${act}`);

const Back = ({ applicant, base, filters }: Shared) => (
  <p class="walk">
    <a href={`${base}${filters}`}>
      <bdi>{applicant.name}</bdi> · {applicant.reference}
    </a>
  </p>
);

type DecidePageProps = Shared & {
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
      title={errors.length > 0 ? t('form.errorTitle', { title }) : title}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ErrorSummary t={t} errors={errors} />
      <Back {...props} />
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

type CheckDecisionProps = Shared & {
  draftId: string;
  /** The digest of the letter that is shown. */
  shown: string;
  reason: DeclineReason | null;
  reasonWords: string;
  /** Null without a letter. */
  letter: { subject: string; text: string; to: string } | null;
  refused: boolean;
  holdMinutes: number;
};

/** The second step: the letter as it will be read, and the word to go. */
export const CheckDecisionPage = (props: CheckDecisionProps) => {
  const { frame, staff, act, editing, applicant, base, filters, letter } = props;
  const { t } = frame;
  const { reason, reasonWords, holdMinutes } = props;
  const heading = t('decide.check.title', { act: headingOf(t, props) });
  const step = `${base}/decide/${act}`;
  return (
    <DeskPage
      frame={frame}
      title={`${heading} · ${applicant.reference}`}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <Back {...props} />
      <h1>{heading}</h1>
      {props.refused && letter && <p class="notice bad">{t('decide.refused')}</p>}
      {(reason || reasonWords !== '') && (
        <dl class="answers">
          <div>
            <dt>{t('decide.reason.legend')}</dt>
            <dd dir="auto">
              {reason && t(`declineReason.${reason}`)}
              {reasonWords !== '' && <p class="words">{reasonWords}</p>}
            </dd>
          </div>
        </dl>
      )}
      {letter ? (
        <>
          <p>{t('decide.check.letter', { to: letter.to, minutes: holdMinutes })}</p>
          {applicant.discreet && <p class="notice">{t('admin.message.discreet')}</p>}
          <dl class="answers">
            <div>
              <dt>{t('outbox.mail.subject')}</dt>
              <dd lang={applicant.language} dir="auto">
                {letter.subject}
              </dd>
            </div>
          </dl>
          <h2>{t('letter.html')}</h2>
          <MailFrame t={t} src={`${step}/letter.html`} />
          <h2>{t('outbox.mail.text')}</h2>
          <div class="paper" lang={applicant.language}>
            {letter.text}
          </div>
        </>
      ) : (
        <p class="notice">{t('decide.check.noLetter', { minutes: holdMinutes })}</p>
      )}
      <form class="actions" method="post" action={`${step}/confirm${filters}`}>
        <input type="hidden" name="draft" value={props.draftId} />
        <input type="hidden" name="shown" value={props.shown} />
        <button type="submit" class="button">
          {editing
            ? t('decide.confirm.edit')
            : t(letter ? 'decide.confirm.letter' : 'decide.confirm.noLetter', {
                act: t(`transition.${act}`),
              })}
        </button>
        <a href={`${step}${filters}`}>{t('decide.change')}</a>
      </form>
    </DeskPage>
  );
};

type DecisionStoppedProps = Shared & {
  conflict: DeskConflict;
  /** What its author had written; nothing of it is lost. */
  typed: { reasonWords: string; source: TemplateText } | undefined;
  /** The step can be taken again. */
  again: boolean;
};

/** Nothing was decided: why, and what was typed. */
export const DecisionStoppedPage = (props: DecisionStoppedProps) => {
  const { frame, staff, act, applicant, base, filters, typed } = props;
  const { t } = frame;
  const heading = headingOf(t, props);
  return (
    <DeskPage
      frame={frame}
      title={t('form.errorTitle', { title: `${heading} · ${applicant.reference}` })}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ConflictNotice t={t} conflict={props.conflict} time={props.time} />
      <Back {...props} />
      <h1>{heading}</h1>
      {typed && (
        <>
          <p>{t('decide.kept')}</p>
          {typed.reasonWords !== '' && <div class="paper">{typed.reasonWords}</div>}
          <div class="paper" lang={applicant.language}>
            {`${typed.source.subject}\n\n${typed.source.body}`}
          </div>
        </>
      )}
      <p class="actions">
        {props.again && (
          <a class="button" href={`${base}/decide/${act}${filters}`}>
            {t('decide.again')}
          </a>
        )}
        <a href={`${base}${filters}`}>{t('decide.toApplication')}</a>
      </p>
    </DeskPage>
  );
};

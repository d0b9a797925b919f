import type { DeclineReason } from '../../domain/decisions.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import { ConflictNotice, type DeskConflict } from '../components/desk-conflict.tsx';
import { MailFrame } from '../components/mail-frame.tsx';
import { DeskPage } from '../layout.tsx';
import { BackToApplication, type DecisionPageProps, headingOf } from './decide.tsx';

type CheckDecisionProps = DecisionPageProps & {
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
      <BackToApplication {...props} />
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

type DecisionStoppedProps = DecisionPageProps & {
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
      title={`${heading} · ${applicant.reference}`}
      failed
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ConflictNotice t={t} conflict={props.conflict} time={props.time} />
      <BackToApplication {...props} />
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

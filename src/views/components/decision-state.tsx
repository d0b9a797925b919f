import type { DeclineReason } from '../../domain/decisions.ts';
import type { DecisionAct } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import { LetterActions } from './letter-actions.tsx';
import type { PageTime } from './reply-by.tsx';

/** The act that stands, and how far telling it has come. */
export type ShownAct = {
  id: string;
  act: DecisionAct;
  /** `held` and `unsaid` can be recalled; `unsaid` has no letter, and the private page does not say it yet. */
  telling: 'held' | 'leaving' | 'stuck' | 'told' | 'unsaid';
  withLetter: boolean;
  /** When the letter leaves or left, or from when the private page says it. */
  at: Date | null;
  mailId: string | null;
};

/** Why somebody decided, for those who may know. */
export type ShownReason = {
  act: DecisionAct;
  authorName: string | null;
  reason: DeclineReason | null;
  words: string;
  at: Date;
  /** It was taken back. */
  recalled: boolean;
};

type DecisionStateProps = {
  t: Translator;
  shown: ShownAct | undefined;
  reasons: ShownReason[];
  mayDecide: boolean;
  base: string;
  filters: string;
  time: PageTime;
};

const State = (props: DecisionStateProps & { shown: ShownAct }) => {
  const { t, shown, base, filters, time } = props;
  const { id, act, telling, withLetter, at, mailId } = shown;
  const when = at ? t.dateTime(at, time.timeZone) : '';
  const kind = withLetter ? telling : telling === 'told' ? 'said' : telling;
  return (
    <div class={telling === 'stuck' ? 'notice bad flow' : 'notice flow'} id="letter">
      <p>
        <strong>{t(`templates.kind.${act}`)}</strong> {t(`letter.state.${kind}`, { when })}
      </p>
      {mailId && props.mayDecide && (
        <p class="small">
          <a href={`/admin/outbox/${mailId}`}>{t('letter.read')}</a>
        </p>
      )}
      {props.mayDecide && (telling === 'held' || telling === 'unsaid') && (
        <LetterActions
          {...{ t, base, filters, act: { id, act } }}
          onlyRecall={telling === 'unsaid'}
        />
      )}
      {props.mayDecide && telling === 'stuck' && (
        <form class="actions" method="post" action={`${base}/letter/resend${filters}`}>
          <input type="hidden" name="act" value={id} />
          <button type="submit" class="button quiet small">
            {t('letter.resend')}
          </button>
        </form>
      )}
    </div>
  );
};

/** What was decided, whether the applicant knows, and why, for the file. */
export const DecisionState = (props: DecisionStateProps) => {
  const { t, shown, reasons, time } = props;
  return (
    <>
      {shown && <State {...props} shown={shown} />}
      {reasons.length > 0 && (
        <details class="reasons">
          <summary>{t('letter.reasons')}</summary>
          <p class="soft small">{t('letter.reasons.note')}</p>
          <ul class="timeline">
            {reasons.map(({ act, authorName, reason, words, at, recalled }) => (
              <li class="reason">
                {t(`templates.kind.${act}`)}
                {recalled && ` (${t('letter.recalledMark')})`}
                {reason && `: ${t(`declineReason.${reason}`)}`}
                {words !== '' && (
                  <p class="words" dir="auto">
                    {words}
                  </p>
                )}
                <span class="under num">
                  {authorName ?? t('event.someone')} · {t.dateTime(at, time.timeZone)}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
};

import { type DeletionReason, holdReasonLimit } from '../../domain/retention.ts';
import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';
import type { PageTime } from './reply-by.tsx';

export type ShownDeletion = { reason: DeletionReason; at: Date };
export type ShownHold = { reason: string; since: Date; staffName: string | null };

type DeletionProps = {
  t: Translator;
  deletion: ShownDeletion | undefined;
  hold: ShownHold | undefined;
  /** It goes when the application goes that stands for it. */
  follows: boolean;
  /** False for those who may only look. */
  mayHold: boolean;
  /** What was typed as a reason, and what is wrong with it. */
  typed: { reason: string; errors: FieldError[] };
  /** Where the form goes. */
  action: string;
  time: PageTime;
};

/** When an application is deleted, and the hold that keeps it. */
export const Deletion = (props: DeletionProps) => {
  const { t, deletion, hold, follows, mayHold, typed, action, time } = props;
  return (
    <>
      {follows && <p>{t('retention.follows')}</p>}
      {hold ? (
        <>
          <p class="notice">
            {t('retention.held', {
              name: hold.staffName ?? t('event.someone'),
              date: t.date(hold.since, time.timeZone),
            })}
          </p>
          {hold.reason !== '' && <p dir="auto">{hold.reason}</p>}
        </>
      ) : (
        <p>
          {deletion
            ? t(`retention.on.${deletion.reason}`, { date: t.date(deletion.at, time.timeZone) })
            : t('retention.never')}
        </p>
      )}
      {mayHold && hold && (
        <form method="post" action={action}>
          <button type="submit" class="button quiet small" name="act" value="lift">
            {t('retention.lift')}
          </button>
        </form>
      )}
      {mayHold && !hold && (
        <details open={typed.errors.length > 0}>
          <summary>{t('retention.hold')}</summary>
          <form class="flow" method="post" action={action} novalidate>
            <TextField
              t={t}
              name="holdReason"
              label={t('retention.reason')}
              hint={t('retention.reason.hint', { limit: t.number(holdReasonLimit) })}
              rows={3}
              value={typed.reason}
              errors={typed.errors}
            />
            <p>
              <button type="submit" class="button quiet small" name="act" value="place">
                {t('retention.place')}
              </button>
            </p>
          </form>
        </details>
      )}
    </>
  );
};

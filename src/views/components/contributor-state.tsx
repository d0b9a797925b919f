import type { Consent } from '../../db/consents.ts';
import type { Translator } from '../../i18n.ts';
import type { PageTime } from './reply-by.tsx';

/** What editors are told of somebody's place in the directory. */
export type ShownPlace = Pick<Consent, 'decision' | 'state' | 'until' | 'pending' | 'withdrawnAt'>;

type ContributorStateProps = {
  t: Translator;
  place: ShownPlace;
  reference: string;
  time: PageTime;
};

/** Whether somebody who was told that they are accepted or on file is in the directory, and until when. */
export const ContributorState = ({ t, place, reference, time }: ContributorStateProps) => {
  const { decision, state, until, pending, withdrawnAt } = place;
  const day = (at: Date) => ({ date: t.date(at, time.timeZone) });
  if (state === 'withdrawn' && withdrawnAt) {
    return <p class="notice">{t('contributor.withdrawn', day(withdrawnAt))}</p>;
  }
  if (decision === 'declined') return null;
  if (state === 'ended') return <p class="notice">{t('contributor.ended', day(until))}</p>;
  return (
    <p>
      <a href={`/admin/contributors/${reference}`}>{t('contributor.entry')}</a>{' '}
      <span class="soft">{t('contributor.agreedUntil', day(until))}</span>{' '}
      {pending && <span class="chip warn">{t('contributor.pending')}</span>}
    </p>
  );
};

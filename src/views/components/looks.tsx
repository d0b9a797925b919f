import type { Look } from '../../db/looks.ts';
import type { Translator } from '../../i18n.ts';

type LooksProps = {
  t: Translator;
  looks: readonly Look[];
  /** Of many applications: each says which, and what was looked at. */
  named?: boolean;
  timeZone: string;
};

/** Who looked at what is sealed, when and why, the newest first. */
export const Looks = ({ t, looks, named = false, timeZone }: LooksProps) => (
  <ol class="timeline">
    {looks.map(({ reference, subject, staffName, reason, at }) => (
      <li>
        {named && (
          <>
            <a href={`/admin/applications/${reference}`} class="reference">
              {reference}
            </a>{' '}
            · {t(`looks.subject.${subject}`)} ·{' '}
          </>
        )}
        {t('contributor.looked', { name: staffName ?? t('event.someone') })} <bdi>{reason}</bdi>
        <time class="under num" datetime={at.toISOString()}>
          {t.dateTime(at, timeZone)}
        </time>
      </li>
    ))}
  </ol>
);

import { deskKeys } from '../../domain/desk-keys.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';

type WalkProps = {
  t: Translator;
  reference: string;
  /** The list's filters as a query string. */
  filters: string;
  /** References of the applications beside this one. */
  previous: string | undefined;
  next: string | undefined;
  /** The reader goes through what waits for their review. */
  waiting: boolean;
};

/** The ways from one application: back to where one came from, and to those beside it. */
export const ApplicationWalk = (props: WalkProps) => {
  const { t, reference, filters, previous, next, waiting } = props;
  return (
    <nav class="walk small" aria-label={t('admin.application.walk')}>
      {waiting ? (
        <a href="/admin/reviewing" {...keyed(deskKeys.list)}>
          {t('reviewing.waiting')}
        </a>
      ) : (
        <a href={`/admin${filters}#${reference}`} {...keyed(deskKeys.list)}>
          {t('admin.application.backToList')}
        </a>
      )}
      {previous && (
        <a
          href={`/admin/applications/${previous}${filters}`}
          rel="prev"
          {...keyed(deskKeys.previous)}
        >
          {t('admin.application.previous')}
        </a>
      )}
      {next && (
        <a href={`/admin/applications/${next}${filters}`} rel="next" {...keyed(deskKeys.next)}>
          {t('admin.application.next')}
        </a>
      )}
    </nav>
  );
};

import { wholeList } from '../../domain/list-views.ts';
import type { Translator } from '../../i18n.ts';

/** A view of the list above it. */
export type ShownView = {
  name: string;
  query: string /** Where it is a page of its own. */;
  href?: string;
  /** By which the list can begin with it. */
  id?: string;
};

type ViewsProps = {
  t: Translator;
  /** Those that everybody has come first. */
  views: ShownView[];
  /** The filters that the list has now, as a query string with its question mark. */
  filters: string;
  /** How many fit them now; in words. */
  total: string;
  /** The filters can be kept under a name. */
  mayKeep: boolean;
  mayManage: boolean;
  /** The id of the view that the reader's list begins with. */
  start: string | undefined;
};

/** Filters that have a name, as links; the one that is shown tells how many fit. */
export const ListViews = ({ t, views, filters, total, mayKeep, mayManage, start }: ViewsProps) => {
  const isKept = views.some(({ query }) => `?${query}` === filters);
  return views.length === 0 && !mayManage ? null : (
    <nav class="views" aria-label={t('view.title')}>
      {start !== undefined && (
        <a href={wholeList} aria-current={filters === '' ? 'page' : undefined}>
          {t('view.whole')}
        </a>
      )}
      {views.map(({ name, query, href }) => {
        const isCurrent = href === undefined && `?${query}` === filters;
        return (
          <a href={href ?? `/admin?${query}`} aria-current={isCurrent ? 'page' : undefined}>
            <bdi>{name}</bdi> {isCurrent && <span class="num">{total}</span>}
          </a>
        );
      })}
      {mayKeep && !isKept && <a href={`/admin/views${filters}`}>{t('view.keep')}</a>}
      {mayManage && <a href="/admin/views">{t('view.manage')}</a>}
    </nav>
  );
};

/** Lets the list begin with the view that is shown, or with everything again. */
export const StartView = ({
  t,
  views,
  filters,
  start,
}: Pick<ViewsProps, 't' | 'views' | 'filters' | 'start'>) => {
  const current = views.find(({ id, query }) => id !== undefined && `?${query}` === filters);
  if (!current?.id) return null;
  const isStart = current.id === start;
  return (
    <form class="start-view" method="post" action="/admin/views/start">
      <button
        type="submit"
        class="button quiet small"
        name="view"
        value={isStart ? '' : current.id}
      >
        {t(isStart ? 'view.startOff' : 'view.start')}
      </button>
    </form>
  );
};

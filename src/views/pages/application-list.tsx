import { deskKeys } from '../../domain/desk-keys.ts';
import { type ListTab, listSorts, listTabs } from '../../domain/list-stages.ts';
import { wholeList } from '../../domain/list-views.ts';
import { may, type Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import { type ApplicationRow, ApplicationTable } from '../components/application-table.tsx';
import { BulkBar } from '../components/bulk-bar.tsx';
import { keyed } from '../components/desk-keys.tsx';
import { ListFilterForm } from '../components/list-filter.tsx';
import {
  formatListQuery,
  type ListParameter,
  type ListQuery,
  listParameters,
} from '../components/list-links.ts';
import { ListViews, type ShownView, StartView } from '../components/list-views.tsx';
import type { PageTime } from '../components/reply-by.tsx';
import { StorageNotice, type StorageProps } from '../components/storage-notice.tsx';
import { type Todo, TodoNotice } from '../components/todo.tsx';
import { countUpTo } from '../count-up-to.ts';
import { DeskPage, type Frame } from '../layout.tsx';

/** Why a filter can't match anything. */
export type FilterProblem =
  | { kind: 'unknown'; filter: ListParameter; value: string }
  | { kind: 'too-long'; limit: number }
  /** A search without a letter or digit. */
  | { kind: 'void' };

type Option = { value: string; label: string };

type ListPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  query: ListQuery;
  problems: FilterProblem[];
  places: Option[];
  calls: Option[];
  editors: { id: string; name: string }[];
  /** None for those who don't use them. */
  tags: { id: string; name: string }[];
  /** What was searched is the reference of one that was merged with another. */
  merged: string | undefined;
  /** A call that is open to the public. */
  openCall: { slug: string; title: string } | undefined;
  rows: ApplicationRow[];
  /** Exact up to `countLimit`. */
  total: number;
  countLimit: number;
  tabs: Record<ListTab, number> | undefined;
  views: ShownView[];
  /** The id of the view that the reader's list begins with. */
  start: string | undefined;
  /** The rows are only similar to what was searched. */
  close: boolean;
  /** Cursors of the pages beside this one. */
  newer: string | undefined;
  older: string | undefined;
  /** False on the first page. */
  paged: boolean;
  /** What an admin has still to fill in. */
  todo: Todo[];
  /** How much room there is for files, for those who can change it. */
  storage: StorageProps['storage'] | undefined;
  time: PageTime;
};

/** The list with these filters; without any it is the whole one, also where it begins with a view. */
const listAt = (query: ListQuery, start: string | undefined): string => {
  const filters = formatListQuery(query);
  return filters === '' && start !== undefined ? wholeList : `/admin${filters}`;
};

const Tabs = ({ frame: { t }, query, tabs, start }: ListPageProps) => (
  <nav class="tabs" aria-label={t('list.tabs')}>
    {listTabs.map((tab) => {
      const stage = tab === 'all' ? '' : tab;
      const decision = tab === 'all' || tab === 'decided' ? query.decision : '';
      return (
        <a
          href={listAt({ ...query, stage, decision }, start)}
          aria-current={query.stage === stage ? 'page' : undefined}
        >
          {t(`list.tab.${tab}`)} {tabs && <span class="num">{t.number(tabs[tab])}</span>}
        </a>
      );
    })}
  </nav>
);

const describe = (t: Translator, problem: FilterProblem): string => {
  if (problem.kind === 'unknown') {
    return t('list.unknown', { filter: problem.filter, value: problem.value });
  }
  if (problem.kind === 'void') return t('list.void');
  return t('list.tooLong', { limit: problem.limit });
};

const Empty = (props: ListPageProps & { filtered: boolean }) => {
  const { query, filtered, paged, openCall } = props;
  const { t } = props.frame;
  if (paged) {
    return (
      <div class="empty flow">
        <h2>{t('list.end.title')}</h2>
        <p>{t('list.end.text')}</p>
        <p>
          <a href={listAt(query, props.start)}>{t('list.start')}</a>
        </p>
      </div>
    );
  }
  if (filtered) {
    return (
      <div class="empty flow">
        <h2>{t('list.none.title')}</h2>
        {props.problems.length === 0 && <p>{t('list.none.text')}</p>}
        {props.merged && (
          <p>
            {t('list.none.merged')}{' '}
            <a href={`/admin/applications/${props.merged}`}>{props.merged}</a>
          </p>
        )}
        <p>
          <a href={props.start === undefined ? '/admin' : wholeList}>{t('list.clear')}</a>
        </p>
      </div>
    );
  }
  return (
    <div class="empty flow">
      <h2>{t('list.empty.title')}</h2>
      <p>{t('list.empty.text')}</p>
      {openCall && (
        <p>
          <a href={`/${t.language}/calls/${openCall.slug}`}>
            {t('list.empty.call', { call: openCall.title })}
          </a>
        </p>
      )}
    </div>
  );
};

const Pages = ({ frame: { t }, query, newer, older, paged, start }: ListPageProps) => {
  const newestFirst = query.sort === '';
  return paged || older ? (
    <nav class="pages" aria-label={t('list.pages')}>
      {newer && (
        <a
          class="button quiet small"
          href={`/admin${formatListQuery(query, { before: newer })}`}
          {...keyed(deskKeys.previous)}
        >
          {t(newestFirst ? 'list.newer' : 'list.previous')}
        </a>
      )}
      {older && (
        <a
          class="button quiet small"
          href={`/admin${formatListQuery(query, { after: older })}`}
          {...keyed(deskKeys.next)}
        >
          {t(newestFirst ? 'list.older' : 'list.next')}
        </a>
      )}
      {paged && <a href={listAt(query, start)}>{t(newestFirst ? 'list.start' : 'list.first')}</a>}
    </nav>
  ) : null;
};

/** The rows, in the form that acts on many of them for those who may. */
const ListTable = (props: ListPageProps & { filters: string }) => {
  const { frame, staff, query, rows, total, time, filters } = props;
  const sort = listSorts.find((one) => one === query.sort) ?? 'newest';
  const pick = may(staff.role, 'act-in-bulk');
  const table = <ApplicationTable t={frame.t} {...{ rows, time, filters, sort, pick }} />;
  if (!pick) return table;
  const shown = rows.map(({ reference }) => reference);
  return (
    <form method="get" action="/admin/bulk" id="bulk">
      <BulkBar t={frame.t} {...{ query, shown, total }} />
      {table}
    </form>
  );
};

/** All applications that fit the filters. */
export const ApplicationListPage = (props: ListPageProps) => {
  const { frame, staff, query, problems, rows, total, countLimit, todo } = props;
  const { t } = frame;
  const filters = formatListQuery(query);
  const mayPick = may(staff.role, 'act-in-bulk');
  const filtered =
    filters !== '' && listParameters.some((name) => name !== 'sort' && query[name] !== '');
  return (
    <DeskPage
      frame={frame}
      title={t('list.title')}
      staff={staff}
      current="applications"
      scripts={mayPick ? ['list.js'] : []}
    >
      {props.storage && <StorageNotice t={t} storage={props.storage} />}
      <TodoNotice t={t} todo={todo} />
      <h1>{t('list.title')}</h1>
      <ListViews
        {...{ t, filters, views: props.views, start: props.start }}
        total={countUpTo(t, total, countLimit)}
        mayKeep={filtered && problems.length === 0 && may(staff.role, 'save-views')}
        mayManage={may(staff.role, 'save-views')}
      />
      <StartView {...{ t, filters, views: props.views, start: props.start }} />
      <Tabs {...props} />
      <ListFilterForm
        t={t}
        query={query}
        places={props.places}
        calls={props.calls}
        editors={props.editors.map(({ id, name }) => ({ value: id, label: name }))}
        tags={props.tags.map(({ id, name }) => ({ value: id, label: name }))}
      />
      {problems.map((problem) => (
        <p class="notice bad">{describe(t, problem)}</p>
      ))}
      {problems.length > 0 && props.views.some(({ query }) => `?${query}` === filters) && (
        <p class="notice">
          {t('view.brokenHere')} <a href="/admin/views">{t('view.manage')}</a>
        </p>
      )}
      <p class="count" role="status">
        {total > countLimit
          ? t('list.countMore', { limit: countLimit })
          : t('list.count', { count: total })}
        {filtered && rows.length > 0 && (
          <a href={props.start === undefined ? '/admin' : wholeList}>{t('list.clear')}</a>
        )}
        {rows.length > 0 && may(staff.role, 'export-applications') && (
          <a href={`/admin/export${filters}`}>{t('list.export')}</a>
        )}
        {props.tags.length > 0 && <a href="/admin/tags">{t('tag.manage')}</a>}
      </p>
      {props.close && <p class="notice">{t('list.close')}</p>}
      {rows.some(({ hidden }) => hidden) && <p class="soft small">{t('blind.list')}</p>}
      {rows.length === 0 ? (
        <Empty {...props} filtered={filtered} />
      ) : (
        <ListTable {...props} filters={filters} />
      )}
      <Pages {...props} />
    </DeskPage>
  );
};

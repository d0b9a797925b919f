import { type OverviewPeriod, type OverviewTable, overviewPeriods } from '../../domain/overview.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import { Columns, Share } from '../components/charts.tsx';
import {
  type Cell,
  countsOf,
  listPlaces,
  nameBucket,
  type OverviewFacts,
  overviewTable,
  sumOf,
  writeDuration,
} from '../components/overview-tables.ts';
import { DeskPage, type Frame } from '../layout.tsx';

export type OverviewQuery = { period: OverviewPeriod; call: string };

type OverviewPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  query: OverviewQuery;
  calls: { slug: string; title: string }[];
  facts: OverviewFacts;
};

const CellText = ({ t, cell }: { t: Translator; cell: Cell }) => {
  if (typeof cell === 'number') return t.number(cell);
  if (typeof cell === 'string') return cell;
  if ('seconds' in cell) return writeDuration(t, cell.seconds);
  return (
    <>
      {t('overview.percent', { percent: cell.percent })} <Share percent={cell.percent} />
    </>
  );
};

type FiguresProps = { t: Translator; facts: OverviewFacts; table: OverviewTable; caption: string };

/** One table; its shares are drawn beside the figures. */
const Figures = ({ t, facts, table, caption }: FiguresProps) => {
  const { columns, rows } = overviewTable(t, facts, table);
  return (
    <section class="frame" tabindex={0} aria-label={caption}>
      <table class="figures">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th scope="col" class={index === 0 ? undefined : 'num'}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ head, cells }) => (
            <tr>
              <th scope="row">
                <bdi>{head}</bdi>
              </th>
              {cells.map((cell) => (
                <td class="num">
                  <CellText t={t} cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const queryOf = ({ period, call }: OverviewQuery): string =>
  `?${new URLSearchParams({ period, ...(call !== '' && { call }) })}`;

type PartProps = Omit<FiguresProps, 'caption'> & { query: OverviewQuery; hint?: string };

/** A heading, its table, and the table as a file. */
const Part = ({ t, facts, table, query, hint }: PartProps) => (
  <div>
    <h2 id={table}>{t(`overview.${table}.title`)}</h2>
    {hint !== undefined && <p class="soft">{hint}</p>}
    <Figures t={t} facts={facts} table={table} caption={t(`overview.${table}.title`)} />
    <Download t={t} table={table} query={query} />
  </div>
);

const Download = ({ t, table, query }: Pick<PartProps, 't' | 'table' | 'query'>) => (
  <p class="small">
    <a href={`/admin/overview/${table}.csv${queryOf(query)}`}>
      {t('overview.download')}
      <span class="unseen">: {t(`overview.${table}.title`)}</span>
    </a>
  </p>
);

/** Applications over time as columns, by place in small ones of the same scale, and the figures. */
const Received = ({ t, facts, query }: Omit<PartProps, 'table' | 'hint'>) => {
  const counts = countsOf(facts, null);
  const most = Math.max(...counts);
  const total = sumOf(counts);
  const places = listPlaces(t, facts).map((place) => ({
    ...place,
    counts: countsOf(facts, place.key),
  }));
  const mostOfPlace = Math.max(1, ...places.flatMap((place) => place.counts));
  const name = (index: number): string => nameBucket(t, facts, index);
  const columnsOf = (all: readonly number[]) =>
    all.map((value, index) => ({ label: `${name(index)}: ${t.number(value)}`, value }));
  const last = counts.length - 1;
  const textOf = (all: readonly number[]): string => {
    const top = Math.max(...all);
    const when = name(all.indexOf(top));
    const count = sumOf(all);
    return t('overview.received.text', {
      count,
      first: name(0),
      last: name(last),
      most: top,
      when,
    });
  };
  return (
    <div class="received">
      <h2 id="received">{t('overview.received.title')}</h2>
      <p class="figure">
        <strong class="num">{t.number(total)}</strong>{' '}
        <span class="soft">{t('overview.received.sum', { count: total })}</span>
      </p>
      <div class={counts.length < 9 ? 'chart few' : 'chart'}>
        <p class="axis num">{t.number(most)}</p>
        <Columns columns={columnsOf(counts)} most={most} text={textOf(counts)} />
        <p class="ends">
          <span>{name(0)}</span>
          <span>{name(last)}</span>
        </p>
      </div>
      {places.length > 1 && (
        <>
          <h3>{t('overview.byPlace')}</h3>
          <ul class="multiples">
            {places.map((place) => (
              <li>
                <span>
                  <bdi>{place.name}</bdi>
                </span>
                <strong class="num">{t.number(sumOf(place.counts))}</strong>
                <Columns
                  columns={columnsOf(place.counts)}
                  most={mostOfPlace}
                  text={textOf(place.counts)}
                />
              </li>
            ))}
          </ul>
          <p class="soft small">{t('overview.byPlace.hint')}</p>
        </>
      )}
      <details>
        <summary>{t('overview.asTable')}</summary>
        <Figures t={t} facts={facts} table="received" caption={t('overview.received.title')} />
      </details>
      <Download t={t} table="received" query={query} />
    </div>
  );
};

const Choose = ({
  t,
  query,
  calls,
}: { t: Translator } & Omit<OverviewPageProps, 'frame' | 'staff' | 'facts'>) => (
  <form class="bar" method="get" action="/admin/overview">
    <div>
      <label for="period">{t('overview.period')}</label>
      <select id="period" name="period">
        {overviewPeriods.map((period) => (
          <option value={period} selected={period === query.period}>
            {t(`overview.period.${period}`)}
          </option>
        ))}
      </select>
    </div>
    {calls.length > 1 && (
      <div>
        <label for="call">{t('list.call')}</label>
        <select id="call" name="call">
          <option value="">{t('list.call.all')}</option>
          {calls.map(({ slug, title }) => (
            <option value={slug} selected={slug === query.call}>
              {title}
            </option>
          ))}
        </select>
      </div>
    )}
    <button type="submit" class="button quiet small">
      {t('overview.show')}
    </button>
  </form>
);

/** What came, from where, how far it got and how long it took: figures of the newsroom, of nobody. */
export const OverviewPage = ({ frame, staff, query, calls, facts }: OverviewPageProps) => {
  const { t } = frame;
  const { received } = facts.progress;
  const part = { t, facts, query };
  return (
    <DeskPage frame={frame} title={t('overview.title')} staff={staff} current="overview">
      <h1>{t('overview.title')}</h1>
      <Choose t={t} query={query} calls={calls} />
      {received === 0 ? (
        <div class="empty">
          <p>{t('overview.nothing')}</p>
          {query.period !== 'all' && (
            <p class="soft">
              <a href={`/admin/overview${queryOf({ ...query, period: 'all' })}`}>
                {t('overview.showAll')}
              </a>
            </p>
          )}
        </div>
      ) : (
        <>
          <p class="count">{t('overview.scope')}</p>
          <div class="overview">
            <Received {...part} />
            <div>
              <Part {...part} table="progress" hint={t('overview.progress.hint')} />
              <Part {...part} table="sources" hint={t('overview.sources.hint')} />
            </div>
            <div>
              <Part {...part} table="promise" hint={t('overview.promise.hint')} />
              <Part {...part} table="times" />
              {facts.reviewers.length > 0 && <Part {...part} table="reviewers" />}
            </div>
          </div>
        </>
      )}
    </DeskPage>
  );
};

import type { ListedContributor } from '../../db/contributors.ts';
import { availabilities, contributorDecisions } from '../../domain/contributors.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import type { BoxOption } from '../components/boxes.tsx';
import { FilterSelect } from '../components/list-filter.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

export const contributorParameters = ['q', 'state', 'place', 'language', 'availability'] as const;
/** The filters as they stand in the address; '' for those that are not set. */
export type ContributorQuery = Record<(typeof contributorParameters)[number], string>;

/** The filters as a query string with more parameters after them. */
export function formatContributorQuery(
  query: ContributorQuery,
  more: Record<string, string> = {},
): string {
  const set = contributorParameters.flatMap((name) =>
    query[name] === '' ? [] : [[name, query[name]]],
  );
  const parameters = new URLSearchParams([...set, ...Object.entries(more)] as string[][]);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

type ContributorListProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  query: ContributorQuery;
  places: BoxOption[];
  languages: BoxOption[];
  rows: ListedContributor[];
  total: number;
  /** The id that the next page begins after; absent on the last one. */
  next: string | undefined;
  /** What of the address could not be used. */
  problem: string | undefined;
  timeZone: string;
};

const optionsOf = (all: readonly BoxOption[]) =>
  all.map(({ key, name }) => ({ value: key, label: name }));

type FilterProps = Pick<ContributorListProps, 'query' | 'places' | 'languages'> & { t: Translator };

const Filter = ({ t, query, places, languages }: FilterProps) => (
  <form class="bar" method="get" action="/admin/contributors">
    <div class="search">
      <label for="q">{t('list.search')}</label>
      <input type="search" id="q" name="q" value={query.q} autocomplete="off" />
    </div>
    <FilterSelect
      name="place"
      label={t('list.place')}
      all={t('list.place.all')}
      value={query.place}
      options={optionsOf(places)}
    />
    <FilterSelect
      name="language"
      label={t('list.language')}
      all={t('list.language.all')}
      value={query.language}
      options={optionsOf(languages)}
    />
    <FilterSelect
      name="availability"
      label={t('contributor.availability')}
      all={t('contributor.any')}
      value={query.availability}
      options={availabilities.map((value) => ({
        value,
        label: t(`contributor.availability.${value}`),
      }))}
    />
    <FilterSelect
      name="state"
      label={t('list.decision')}
      all={t('contributor.any')}
      value={query.state}
      options={contributorDecisions.map((value) => ({ value, label: t(`decision.${value}`) }))}
    />
    <button type="submit" class="button quiet small">
      {t('list.filter')}
    </button>
  </form>
);

const Row = ({
  t,
  one,
  placeNames,
  timeZone,
}: {
  t: Translator;
  one: ListedContributor;
  placeNames: ReadonlyMap<string, string>;
  timeZone: string;
}) => (
  <tr>
    <th scope="row">
      <a class="person" href={`/admin/contributors/${one.reference}`}>
        <bdi>{one.byline}</bdi>
      </a>
      <span class="under">
        {one.fullName !== one.byline && (
          <>
            <bdi>{one.fullName}</bdi> ·{' '}
          </>
        )}
        <span class="reference">{one.reference}</span>
      </span>
    </th>
    <td>{one.places.map((key) => placeNames.get(key) ?? key).join(', ') || '–'}</td>
    <td>{t.list(one.languages.map((code) => t.languageName(code))) || '–'}</td>
    <td class="beats">
      <bdi>{one.beats === '' ? '–' : one.beats}</bdi>
    </td>
    <td>
      {one.availability === '' ? '–' : t(`contributor.availability.${one.availability}`)}
      <span class="under">
        {t(`decision.${one.decision}`)} ·{' '}
        {t('contributor.agreedUntil', { date: t.date(one.agreedUntil, timeZone) })}
      </span>
      {one.pending && <span class="chip warn">{t('contributor.pending')}</span>}
    </td>
  </tr>
);

/** The people that were found: accepted, and kept on file with their consent. */
export const ContributorListPage = (props: ContributorListProps) => {
  const { frame, staff, query, places, rows, total, next, problem } = props;
  const { t } = frame;
  const placeNames = new Map(places.map(({ key, name }) => [key, name]));
  const isFiltered = contributorParameters.some((name) => query[name] !== '');
  return (
    <DeskPage frame={frame} title={t('contributors.title')} staff={staff} current="contributors">
      <h1>{t('contributors.title')}</h1>
      <Filter {...props} t={t} />
      {problem !== undefined && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {rows.length === 0 ? (
        <div class="empty">
          <p>{t(isFiltered ? 'contributors.none' : 'contributors.empty')}</p>
          {isFiltered && (
            <p class="soft">
              <a href="/admin/contributors">{t('contributors.all')}</a>
            </p>
          )}
        </div>
      ) : (
        <>
          <p class="count">
            <span role="status">{t('contributors.count', { count: total })}</span>
            <a href={`/admin/contributors.csv${formatContributorQuery(query)}`}>
              {t('overview.download')}
            </a>
          </p>
          <div class="frame">
            <table class="cards contributors">
              <caption class="unseen">{t('contributors.title')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('contributor.byline')}</th>
                  <th scope="col">{t('list.column.places')}</th>
                  <th scope="col">{t('contributor.languages')}</th>
                  <th scope="col">{t('contributor.beats')}</th>
                  <th scope="col">{t('contributor.availability')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((one) => (
                  <Row {...{ t, one, placeNames }} timeZone={props.timeZone} />
                ))}
              </tbody>
            </table>
          </div>
          {next !== undefined && (
            <p>
              <a
                class="button quiet"
                href={`/admin/contributors${formatContributorQuery(query, { after: next })}`}
              >
                {t('contributors.next')}
              </a>
            </p>
          )}
        </>
      )}
    </DeskPage>
  );
};

import { type RawBuilder, sql } from 'kysely';
import type { ListSort } from '../domain/list-stages.ts';
import {
  type Counts,
  countGroups,
  countLimit,
  type Group,
  readCounters,
} from './application-counts.ts';
import {
  allOf,
  type Condition,
  facetsOfFilter,
  type ListFilter,
  whereHandledHit,
  whereHandles,
  whereStanding,
  whereStandingOfHit,
  whereTagged,
} from './application-filter.ts';
import { type Dressing, type ListedApplication, readListed } from './application-rows.ts';
import { searchRowsFor } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import type { Reader } from './review-access.ts';
import { querySearch, type SearchQuery } from './search-query.ts';

/** A place in the list, which is ordered by a time and id. */
export type ListPosition = {
  id: string;
  /** Microseconds since 1970: a Date would lose the last three digits and with them rows. Absent: when that application was submitted, or reached its stage. */
  micros?: number;
};

type AskedPage = {
  /** Rows after this one, or before it. Neither: from the first. */
  after?: ListPosition | undefined;
  before?: ListPosition | undefined;
  limit: number;
  sort?: ListSort;
  /** False where nobody looks at the counts. */
  counted?: boolean;
};

type Page = AskedPage & { reader: Reader };

export type ListPage = Counts & {
  rows: ListedApplication[];
  /** There is more in the direction asked for. */
  more: boolean;
  /** Nothing is as it was typed: these have parts of it, or names like it. */
  close: boolean;
  /** How the words begin that were searched; rows have their texts where there are any. */
  stems: string[];
};

const columnOf = {
  newest: 'submitted_at',
  oldest: 'submitted_at',
  waiting: 'stage_since',
} as const;

/** How a page is cut out of rows called `alias`, whose id is called `id`. */
function cutOf({ after, before, limit, sort = 'newest' }: Page, alias: string, id: string) {
  const upwards = before !== undefined && after === undefined;
  const descends = (sort === 'newest') !== upwards;
  const key = sql`${sql.ref(`${alias}.${columnOf[sort]}`)}, ${sql.ref(`${alias}.${id}`)}`;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  const position = after ?? before;
  const time =
    position?.micros === undefined
      ? sql`(select ${sql.ref(`here.${columnOf[sort]}`)} from applications as here where here.id = ${position?.id})`
      : sql`'epoch'::timestamptz + ${position.micros}::float8 * interval '1 microsecond'`;
  const beyond: Condition = position
    ? sql`(${key}) ${sql.raw(descends ? '<' : '>')} (${time}, ${position.id}::uuid)`
    : sql`true`;
  const order = sql`order by ${sql.ref(`${alias}.${columnOf[sort]}`)} ${direction}, ${sql.ref(`${alias}.${id}`)} ${direction} limit ${limit + 1}`;
  return { beyond, order, upwards };
}

/** Conditions on `application_search as s`: what is asked of words and facets, its standing aside. */
function whereFound(filter: ListFilter, query: SearchQuery, close: boolean): Condition {
  const facets = facetsOfFilter(filter).map((facet) => `'${facet.replace(/['\\]/g, '$&$&')}'`);
  const words = (text: string | undefined): RawBuilder<unknown> =>
    sql`s.words @@ ${[...(text === undefined ? [] : [text]), ...facets].join(' & ')}::tsquery`;
  if (!filter.search) return facets.length === 0 ? sql`true` : sql<boolean>`${words(undefined)}`;
  if (!close) return query.exact === undefined ? sql`false` : sql<boolean>`${words(query.exact)}`;
  const ofFacets = facets.length > 0 ? [sql<boolean>`${words(undefined)}`] : [];
  const ways = query.parts.map((parts) => allOf([...ofFacets, ...parts.map(whereHandles)]));
  if (query.close !== undefined) ways.push(sql<boolean>`${words(query.close)}`);
  return ways.length === 0 ? sql`false` : sql`(${sql.join(ways, sql` or `)})`;
}

type Hits = { size: number; groups: Group[]; ids: string[] };

/** The bounded first step: what the inverted index has, if it is not too much to be put in order. */
async function readHits(trx: Trx, filter: ListFilter, page: Page, found: Condition): Promise<Hits> {
  const { beyond, order } = cutOf(page, 's', 'application_id');
  const { rows } = await sql<Hits>`
    with hits as materialized (
      select s.application_id, s.submitted_at, s.stage_since, s.tab, s.decision, s.handling_editor_id
      from ${searchRowsFor(page.reader)} as s where ${found} limit ${countLimit + 1}),
    groups as (
      select s.tab, s.decision, count(*) as count from hits as s
      where ${whereHandledHit(filter)} group by 1, 2),
    page as (
      select s.application_id from hits as s
      where ${allOf([whereStandingOfHit(filter), beyond])} ${order})
    select (select count(*) from hits) as size,
      (select coalesce(jsonb_agg(to_jsonb(groups)), '[]') from groups) as groups,
      array(select application_id from page) as ids`.execute(trx);
  return rows[0]!;
}

/** Walks an index of the applications in their order: for what is so common that a page soon is full. */
async function walk(
  trx: Trx | Db,
  filter: ListFilter,
  page: Page,
  found: Condition | undefined,
): Promise<string[]> {
  const { beyond, order } = cutOf(page, 'a', 'id');
  const { rows } = await sql<{ id: string }>`
    select a.id from applications as a
    where ${allOf([sql`a.submitted_at is not null and a.merged_into is null`, whereStanding(filter), beyond, ...whereWalked(found, page.reader)])}
    ${order}`.execute(trx);
  return rows.map(({ id }) => id);
}

/** A scalar, since the planner would join whole tables otherwise. */
const whereWalked = (found: Condition | undefined, reader: Reader): Condition[] =>
  found === undefined
    ? []
    : [sql`(select ${found} from ${searchRowsFor(reader)} as s where s.application_id = a.id)`];

/**
 * A page of the list with its counts. The names of places come in `language`, else in `fallback`,
 * else in any, as `pickText` chooses. A search that finds nothing as it was typed is tried once more
 * for parts of names and for names that are one letter away.
 */
export async function listApplications(
  db: Db,
  filter: ListFilter,
  asked: AskedPage,
  names: Dressing,
  { withTexts = true }: { withTexts?: boolean } = {},
): Promise<ListPage> {
  const page = { ...asked, reader: names.reader };
  const facets = facetsOfFilter(filter);
  if (!filter.search && filter.tag === undefined && facets.length <= 1) {
    const groups = await readCounters(db, facets[0] ?? '');
    const counted = groups.reduce((total, { count }) => total + count, 0);
    if (facets.length === 0 || counted > countLimit) {
      return await listCommon(db, filter, page, names, groups);
    }
  }
  return await db.transaction().execute(async (trx) => {
    const query = await querySearch(trx, filter.search);
    let close = false;
    const asked = (isClose: boolean): Condition =>
      allOf([whereFound(filter, query, isClose), ...whereTagged(filter)]);
    let found = asked(close);
    let hits = await readHits(trx, filter, page, found);
    if (hits.size === 0 && filter.search) {
      close = true;
      found = asked(close);
      hits = await readHits(trx, filter, page, found);
      close = hits.size > 0;
    }
    const { rows, counts } = await choose(trx, filter, page, found, hits);
    const stems = withTexts ? query.stems : [];
    return { ...(await cut(trx, rows, page, names, stems)), ...counts, close, stems: query.stems };
  });
}

/** The ids of the page and the counts, by what the first step has brought. */
async function choose(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  found: Condition,
  hits: Hits,
): Promise<{ rows: string[]; counts: Counts }> {
  if (hits.size <= countLimit) return { rows: hits.ids, counts: countGroups(hits.groups, filter) };
  const { stage, decision, handling } = filter;
  const isStanding = stage !== undefined || decision !== undefined || handling !== undefined;
  if (isStanding) {
    // Too many in all, but perhaps not at this stage: the same step once more, for these alone.
    const standing = allOf([found, whereStandingOfHit(filter)]);
    const { size, ids } = await readHits(trx, filter, page, standing);
    if (size <= countLimit) return { rows: ids, counts: { total: size, tabs: undefined } };
  }
  const rows = await walk(trx, filter, page, found);
  return { rows, counts: { total: countLimit + 1, tabs: undefined } };
}

/** Everything, or all of a common facet: the counters know how many there are. */
async function listCommon(
  db: Db,
  filter: ListFilter,
  page: Page,
  names: Dressing,
  groups: Group[],
): Promise<ListPage> {
  const [facet] = facetsOfFilter(filter);
  const has: Condition | undefined =
    facet === undefined ? undefined : sql`s.facets @> array[${facet}]::text[]`;
  const ids = await walk(db, filter, page, has);
  const counts: Counts =
    filter.handling === undefined || page.counted === false
      ? countGroups(groups, filter)
      : { total: await countHandled(db, filter, has, names.reader), tabs: undefined };
  return { ...(await cut(db, ids, page, names, [])), ...counts, close: false, stems: [] };
}

async function countHandled(
  db: Db,
  filter: ListFilter,
  has: Condition | undefined,
  reader: Reader,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from applications as a
      where ${allOf([sql`a.submitted_at is not null and a.merged_into is null`, whereStanding(filter), ...whereWalked(has, reader)])}
      limit ${countLimit + 1}) as handled`.execute(db);
  return rows[0]!.count;
}

async function cut(
  db: Db | Trx,
  ids: string[],
  page: Page,
  names: Dressing,
  stems: string[],
): Promise<{ rows: ListedApplication[]; more: boolean }> {
  const { upwards } = cutOf(page, 'a', 'id');
  const kept = ids.slice(0, page.limit);
  const ordered = upwards ? kept.reverse() : kept;
  const rows = await readListed(db, ordered, {
    ...names,
    sort: page.sort ?? 'newest',
    withTexts: stems.length > 0,
  });
  return { rows, more: ids.length > page.limit };
}

import { sql } from 'kysely';
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
import { isLateAt, whereFlagged } from './list-flags.ts';
import type { Reader } from './review-access.ts';
import { preferIndexes, querySearch, type SearchQuery } from './search-query.ts';
import { cellsFrom, firstCells, readSpread, type Spread } from './search-windows.ts';

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
  return { beyond, order, upwards, descends };
}

/** What is asked of rows of `application_search` called `s`, their standing aside. */
type Found = {
  where: Condition;
  /** The same as one question to the inverted index, where it is one. */
  query?: string;
};

const quotedFacets = (filter: ListFilter): string[] =>
  facetsOfFilter(filter).map((facet) => `'${facet.replace(/['\\]/g, '$&$&')}'`);

const inWords = (parts: readonly string[]): Found => {
  const query = parts.join(' & ');
  return { where: sql`s.words @@ ${query}::tsquery`, query };
};

function whereFound(filter: ListFilter, { exact }: SearchQuery): Found {
  const facets = quotedFacets(filter);
  if (!filter.search) return facets.length === 0 ? { where: sql`true` } : inWords(facets);
  return exact === undefined ? { where: sql`false` } : inWords([exact, ...facets]);
}

/** The same where nothing is as it was typed. */
function whereClose(filter: ListFilter, { parts, close }: SearchQuery): Found {
  const facets = quotedFacets(filter);
  const ofFacets = facets.length > 0 ? [inWords(facets).where] : [];
  const ways = parts.map((list) => allOf([...ofFacets, ...list.map(whereHandles)]));
  if (close !== undefined) ways.push(inWords([close, ...facets]).where);
  return { where: ways.length === 0 ? sql`false` : sql`(${sql.join(ways, sql` or `)})` };
}

/** Few have a tag or a flag: from these the server starts. */
const whereMarkedToo = (filter: ListFilter, found: Found, reader: Reader): Found =>
  filter.tag === undefined && filter.flag === undefined
    ? found
    : { where: allOf([found.where, ...whereTagged(filter), ...whereFlagged(filter, reader)]) };

type Hits = { size: number; groups: Group[]; ids: string[] };

/** The bounded first step: what the inverted index has, if it is not too much to be put in order. */
async function readHits(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  {
    found,
    spread,
    standing = sql`true`,
  }: { found: Found; spread: Spread | undefined; standing?: Condition },
): Promise<Hits> {
  const { beyond, order } = cutOf(page, 's', 'application_id');
  const cells = cellsOf(found, spread, true);
  const { rows } = await sql<Hits>`
    with hits as materialized (
      select s.application_id, s.submitted_at, s.stage_since, s.tab, s.decision, s.handling_editor_id
      from ${sourceOf(found, cells, page.reader)} where ${standing} limit ${countLimit + 1}),
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

/** The cells in which a search is asked for one after the other, if that is of use. */
function cellsOf(
  { query }: Found,
  spread: Spread | undefined,
  descends: boolean,
  from?: number,
): string[] | undefined {
  if (query === undefined || spread === undefined) return undefined;
  // All words with a beginning are put together each time: that must not be often.
  const start = query.includes(':*') ? Math.max(firstCells, spread.size / 6) : firstCells;
  return cellsFrom(spread, { from, descends, start });
}

/** Rows called `s`; those of an earlier cell come first, if nothing else is asked for. */
const sourceOf = ({ query, where }: Found, cells: string[] | undefined, reader: Reader) =>
  cells === undefined
    ? sql`(select * from ${searchRowsFor(reader)} as s where ${where}) as s`
    : sql`(select cell, place from unnest(${cells}::text[]) with ordinality as w (cell, place) order by place) as w
        join ${searchRowsFor(reader)} as s on s.words @@ (${query}::tsquery && w.cell::tsquery)`;

/** A page of what is too much to be put in order, by time: cell after cell until it is full. */
async function readCells(
  trx: Trx,
  page: Page,
  { found, spread, standing }: { found: Found; spread: Spread | undefined; standing: Condition },
): Promise<string[] | undefined> {
  if (page.sort === 'waiting') return undefined;
  const { beyond, descends } = cutOf(page, 's', 'application_id');
  const position = page.after ?? page.before;
  const from = position?.micros === undefined ? spread?.here : position.micros / 1_000_000;
  const cells = cellsOf(found, spread, descends, from ?? undefined);
  if (cells === undefined) return undefined;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  const { rows } = await sql<{ id: string }>`
    select s.application_id as id from ${sourceOf(found, cells, page.reader)}
    where ${allOf([standing, beyond])}
    order by w.place, s.submitted_at ${direction}, s.application_id ${direction}
    limit ${page.limit + 1}`.execute(trx);
  return rows.map(({ id }) => id);
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
    where ${allOf([sql`a.submitted_at is not null and a.merged_into is null`, whereStanding(filter), ...whereLate(filter), beyond, ...whereWalked(found, page.reader)])}
    ${order}`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Of the flags this one alone is so common that it is walked: along the index of what is undecided. */
const whereLate = ({ flag }: ListFilter): Condition[] =>
  flag?.name === 'late' ? [isLateAt(flag.now)] : [];

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
  const isMarked = filter.tag !== undefined || filter.flag !== undefined;
  if (!filter.search && !isMarked && facets.length <= 1) {
    const groups = await readCounters(db, facets[0] ?? '');
    const counted = groups.reduce((total, { count }) => total + count, 0);
    if (facets.length === 0 || counted > countLimit) {
      return await listCommon(db, filter, page, names, groups);
    }
  }
  return await db.transaction().execute(async (trx) => {
    const query = await querySearch(trx, filter.search);
    const isLarge = query.size >= 2 * firstCells;
    const spread = isLarge ? await readSpread(trx, page) : undefined;
    let close = false;
    let found = whereMarkedToo(filter, whereFound(filter, query), page.reader);
    let hits = await readHits(trx, filter, page, { found, spread });
    if (hits.size === 0 && filter.search) {
      found = whereMarkedToo(filter, whereClose(filter, query), page.reader);
      hits = await readHits(trx, filter, page, { found, spread });
      close = hits.size > 0;
    }
    const { rows, counts } = await choose(trx, filter, page, { found, spread, hits });
    const stems = withTexts ? query.stems : [];
    return { ...(await cut(trx, rows, page, names, stems)), ...counts, close, stems: query.stems };
  });
}

/** The ids of the page and the counts, by what the first step has brought. */
async function choose(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  { found, spread, hits }: { found: Found; spread: Spread | undefined; hits: Hits },
): Promise<{ rows: string[]; counts: Counts }> {
  if (hits.size <= countLimit) return { rows: hits.ids, counts: countGroups(hits.groups, filter) };
  const { stage, decision, handling } = filter;
  const isStanding = stage !== undefined || decision !== undefined || handling !== undefined;
  const standing = whereStandingOfHit(filter);
  if (isStanding) {
    // Too many in all, but perhaps not at this stage: the same step once more, for these alone.
    const { size, ids } = await readHits(trx, filter, page, { found, spread, standing });
    if (size <= countLimit) return { rows: ids, counts: { total: size, tabs: undefined } };
  }
  const rows =
    (await readCells(trx, page, { found, spread, standing })) ??
    (await walk(trx, filter, page, found.where));
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
  const { stage, decision, handling } = filter;
  const has: Condition | undefined =
    facet === undefined ? undefined : sql`s.facets @> array[${facet}]::text[]`;
  const isStanding = stage !== undefined || decision !== undefined || handling !== undefined;
  const ids =
    facet === undefined || isStanding
      ? await walk(db, filter, page, has)
      : await readFacet(db, filter, page, has);
  const counts: Counts =
    filter.handling === undefined || page.counted === false
      ? countGroups(groups, filter)
      : { total: await countHandled(db, filter, has, names.reader), tabs: undefined };
  return { ...(await cut(db, ids, page, names, [])), ...counts, close: false, stems: [] };
}

/** A page of a common facet, whatever its standing. */
async function readFacet(
  db: Db,
  filter: ListFilter,
  page: Page,
  has: Condition | undefined,
): Promise<string[]> {
  return await db.transaction().execute(async (trx) => {
    await preferIndexes(trx);
    const spread = await readSpread(trx, page);
    const found = inWords(quotedFacets(filter));
    const ids = await readCells(trx, page, { found, spread, standing: sql`true` });
    return ids ?? (await walk(trx, filter, page, has));
  });
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

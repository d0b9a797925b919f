import { sql } from 'kysely';
import { countLimit, type Group } from './application-counts.ts';
import {
  allOf,
  type Condition,
  facetsOfFilter,
  type ListFilter,
  labelsOf,
  whereHandles,
  whereLabelled,
  whereStageOfHit,
} from './application-filter.ts';
import { searchRowsWhere } from './blind-access.ts';
import type { Trx } from './client.ts';
import { whereFlagged } from './list-flags.ts';
import { cutOf, type Page } from './list-page.ts';
import type { Reader } from './review-access.ts';
import type { SearchQuery } from './search-query.ts';
import { cellsFrom, firstCells, isLarge, type Spread } from './search-windows.ts';

/** What is asked of rows of `application_search` called `s`, their stage aside. */
export type Found = {
  /** Of their words, '' for nothing. */
  query: string;
  /** Lexemes of `search_standing`. */
  labels: readonly string[];
  /** What the large index is not asked for: parts of names, and a flag. */
  more: readonly Condition[];
  flagged: readonly Condition[];
};

const quotedFacets = (filter: ListFilter): string[] =>
  facetsOfFilter(filter).map((facet) => `'${facet.replace(/['\\]/g, '$&$&')}'`);

const both = (parts: readonly string[]): string => parts.join(' & ');

const whereWords = (query: string): Condition[] =>
  query === '' ? [] : [sql`s.words @@ ${query}::tsquery`];

/** All of it. */
const conditionsOf = ({ query, labels, more, flagged }: Found): Condition[] => [
  ...whereWords(query),
  ...whereLabelled(labels),
  ...more,
  ...flagged,
];

/**
 * What a walk along an index of applications has to ask each of them; undefined for nothing. Who handles it, and
 * whether it is late, the walk knows by itself.
 */
export function whereWalked(found: Found, { tag, flag }: ListFilter): Condition | undefined {
  const conditions = conditionsOf({
    ...found,
    labels: labelsOf(tag === undefined ? {} : { tag }),
    flagged: flag?.name === 'late' ? [] : found.flagged,
  });
  return conditions.length === 0 ? undefined : allOf(conditions);
}

/** What a filter asks for, its words as they were typed. */
export function exactly(filter: ListFilter, { exact }: SearchQuery, reader: Reader): Found {
  const facets = quotedFacets(filter);
  const isVoid = filter.search !== undefined && exact === undefined;
  return {
    query: both(exact === undefined ? facets : [exact, ...facets]),
    labels: labelsOf(filter),
    more: isVoid ? [sql`false`] : [],
    flagged: whereFlagged(filter, reader),
  };
}

/** The same where nothing is as it was typed. */
export function closely(filter: ListFilter, { parts, close }: SearchQuery, reader: Reader): Found {
  const ways = parts.map((list) => allOf(list.map(whereHandles)));
  if (close !== undefined) ways.push(allOf(whereWords(close)));
  return {
    query: both(quotedFacets(filter)),
    labels: labelsOf(filter),
    more: [ways.length === 0 ? sql`false` : sql`(${sql.join(ways, sql` or `)})`],
    flagged: whereFlagged(filter, reader),
  };
}

export type Hits = {
  size: number;
  groups: Group[];
  /** Of the page. */
  ids: string[];
  /** There are no more than these. */
  isAll: boolean;
  /** `ids` are right, however many there are. */
  isWhole: boolean;
};

/** `labels`: more of them, those of a stage. `likely`: about how many there are. */
export type Asked = {
  found: Found;
  labels: readonly string[];
  spread: Spread | undefined;
  likely: number;
};

/** Then the large index is asked for all of it, and by cells. */
const nothingFlagged = ({ more, flagged }: Found): boolean => more.length + flagged.length === 0;

/**
 * About how many there are, as the server's planner takes it, where that decides how they are looked for. What it
 * believes changes how long an answer takes, never the answer.
 */
export async function guessHits(
  trx: Trx,
  reader: Reader,
  { found, labels, spread }: Omit<Asked, 'likely'>,
): Promise<number> {
  if (spread === undefined || !isLarge(spread) || !nothingFlagged(found)) return 0;
  const { rows } = await sql<Record<string, string>>`
    explain select from ${sourceOf({ found, labels }, undefined, reader)}`.execute(trx);
  return Number(/ rows=(\d+)/.exec(Object.values(rows[0]!)[0]!)?.[1] ?? 0);
}

/** So many of the things that are looked for at once are put in order. */
const mostAtOnce = 20_000;

/** By the planner's guess: what is not common is looked for at once, since in cells it would cost more. */
export const isModest = ({ likely, spread }: Asked): boolean =>
  likely > 0 && likely <= Math.min(2 * mostAtOnce, (spread?.size ?? 0) / 10);

/**
 * The bounded first step: what the inverted index has, if it is not too much to be put in order. Common things are
 * looked for in cells, the newest first.
 */
export async function readHits(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  asked: Asked,
): Promise<Hits> {
  const { beyond, order, descends } = cutOf(page, 's', 'application_id');
  const cells = isModest(asked) ? undefined : cellsOf(asked, true);
  const most = isModest(asked) ? mostAtOnce : countLimit;
  type Row = Omit<Hits, 'isAll' | 'isWhole'> & { reached: number; turned: number | null };
  const { rows } = await sql<Row>`
    with hits as materialized (
      select ${cells ? sql`w.place` : sql`1`} as place, s.* from ${sourceOf(asked, cells, page.reader)}
      ${cells ? sql`order by w.place` : sql``} limit ${most + 1}),
    groups as (
      select s.tab, s.decision, count(*) as count from hits as s group by 1, 2),
    page as (
      select s.application_id, s.place from hits as s
      where ${allOf([whereStageOfHit(filter), beyond])} ${order})
    select (select count(*)::int from hits) as size, (select max(place)::int from hits) as reached,
      (select max(place)::int from page) as turned,
      (select coalesce(jsonb_agg(to_jsonb(groups)), '[]') from groups) as groups,
      array(select application_id from page) as ids`.execute(trx);
  const { reached, turned, ...hits } = rows[0]!;
  const isAll = hits.size <= most;
  // The cell that was reached last has more of them; the ones before it are read to their end.
  const isFull = hits.ids.length > page.limit && turned !== null && turned < reached;
  return { ...hits, isAll, isWhole: isAll || (isFull && descends && page.sort !== 'waiting') };
}

/** The cells in which a search is asked for one after the other, if that is of use. */
function cellsOf({ found, spread }: Asked, descends: boolean, from?: number): string[] | undefined {
  if (spread === undefined || !nothingFlagged(found)) return undefined;
  // All words with a beginning are put together each time: that must not be often.
  const start = found.query.includes(':*') ? Math.max(firstCells, spread.size / 6) : firstCells;
  return cellsFrom(spread, { from, descends, start });
}

/** Rows called `s`; those of an earlier cell come first, if nothing else is asked for. */
function sourceOf(
  { found, labels }: Pick<Asked, 'found' | 'labels'>,
  cells: string[] | undefined,
  reader: Reader,
) {
  const asked = { ...found, labels: [...found.labels, ...labels] };
  if (cells === undefined) {
    return sql`${searchRowsWhere(reader, allOf(conditionsOf(asked)))} as s`;
  }
  const { query } = found;
  const within = query === '' ? sql`w.cell::tsquery` : sql`(${query}::tsquery && w.cell::tsquery)`;
  return sql`(select cell, place from unnest(${cells}::text[]) with ordinality as w (cell, place) order by place) as w
    cross join lateral ${searchRowsWhere(reader, allOf([sql`s.words @@ ${within}`, ...conditionsOf({ ...asked, query: '' })]))} as s`;
}

/**
 * A page of what is too much to be put in order, by time: cell after cell until it is full. Undefined
 * where there are no cells, or where the order is another one.
 */
export async function readCells(trx: Trx, page: Page, asked: Asked): Promise<string[] | undefined> {
  if (page.sort === 'waiting') return undefined;
  const { beyond, descends } = cutOf(page, 's', 'application_id');
  const position = page.after ?? page.before;
  const from = position?.micros === undefined ? asked.spread?.here : position.micros / 1_000_000;
  const cells = cellsOf(asked, descends, from ?? undefined);
  if (cells === undefined) return undefined;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  const { rows } = await sql<{ id: string }>`
    select s.application_id as id from ${sourceOf(asked, cells, page.reader)}
    where ${beyond}
    order by w.place, s.submitted_at ${direction}, s.application_id ${direction}
    limit ${page.limit + 1}`.execute(trx);
  return rows.map(({ id }) => id);
}

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
import { cellsFrom, firstCells, type Spread } from './search-windows.ts';

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

export type Hits = { size: number; groups: Group[]; ids: string[] };

/** `labels`: more of them, those of a stage. */
type Asked = { found: Found; spread: Spread | undefined; labels?: readonly string[] };

/** The bounded first step: what the inverted index has, if it is not too much to be put in order. */
export async function readHits(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  { found, spread, labels = [] }: Asked,
): Promise<Hits> {
  const { beyond, order } = cutOf(page, 's', 'application_id');
  const cells = cellsOf(found, spread, true);
  const { rows } = await sql<Hits>`
    with hits as materialized (
      select s.* from ${sourceOf(found, labels, cells, page.reader)} limit ${countLimit + 1}),
    groups as (
      select s.tab, s.decision, count(*) as count from hits as s group by 1, 2),
    page as (
      select s.application_id from hits as s
      where ${allOf([whereStageOfHit(filter), beyond])} ${order})
    select (select count(*) from hits) as size,
      (select coalesce(jsonb_agg(to_jsonb(groups)), '[]') from groups) as groups,
      array(select application_id from page) as ids`.execute(trx);
  return rows[0]!;
}

/** The cells in which a search is asked for one after the other, if that is of use. */
function cellsOf(
  { query, more, flagged }: Found,
  spread: Spread | undefined,
  descends: boolean,
  from?: number,
): string[] | undefined {
  if (more.length + flagged.length > 0 || spread === undefined) return undefined;
  // All words with a beginning are put together each time: that must not be often.
  const start = query.includes(':*') ? Math.max(firstCells, spread.size / 6) : firstCells;
  return cellsFrom(spread, { from, descends, start });
}

/** Rows called `s`; those of an earlier cell come first, if nothing else is asked for. */
function sourceOf(
  found: Found,
  stage: readonly string[],
  cells: string[] | undefined,
  reader: Reader,
) {
  const asked = { ...found, labels: [...found.labels, ...stage] };
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
export async function readCells(
  trx: Trx,
  page: Page,
  { found, spread, labels = [] }: Asked,
): Promise<string[] | undefined> {
  if (page.sort === 'waiting') return undefined;
  const { beyond, descends } = cutOf(page, 's', 'application_id');
  const position = page.after ?? page.before;
  const from = position?.micros === undefined ? spread?.here : position.micros / 1_000_000;
  const cells = cellsOf(found, spread, descends, from ?? undefined);
  if (cells === undefined) return undefined;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  const { rows } = await sql<{ id: string }>`
    select s.application_id as id from ${sourceOf(found, labels, cells, page.reader)}
    where ${beyond}
    order by w.place, s.submitted_at ${direction}, s.application_id ${direction}
    limit ${page.limit + 1}`.execute(trx);
  return rows.map(({ id }) => id);
}

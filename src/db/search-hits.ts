import { type RawBuilder, sql } from 'kysely';
import { countLimit, type Group } from './application-counts.ts';
import {
  allOf,
  type Condition,
  facetsOfFilter,
  type ListFilter,
  labelsOf,
  stageLabelsOf,
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
import { cellsFrom, firstCells, hasCells, type Spread } from './search-windows.ts';

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

/** What a filter asks for, in the ways in which it is looked for. */
export type Asked = {
  filter: ListFilter;
  reader: Reader;
  exact: Found;
  /** For when nothing is as it was typed. */
  near: Found | undefined;
  spread: Spread;
};

/** How many there are, up to one more than `countLimit`, and those of each page. */
export type Hits = { size: number; pages: string[][] };

/** `near`: nothing is as it was typed. `staged`: those of the stage alone, where all are too many. */
export type FirstHits = Hits & { groups: Group[]; near: boolean; staged: Hits | undefined };

type HitRow = Omit<FirstHits, 'staged'> & { stagedSize: number; stagedPages: string[][] };

const countOf = (hits: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`(select count(*) from ${hits})`;

const pagesOf = (hits: RawBuilder<unknown>, pages: readonly Page[], where: Condition) =>
  sql`jsonb_build_array(${sql.join(
    pages.map((page) => {
      const { beyond, order } = cutOf(page, 's', 'application_id');
      return sql`array(select s.application_id from ${hits} as s where ${allOf([where, beyond])} ${order})`;
    }),
  )})`;

/**
 * The bounded first step: what the inverted index has, if it is not too much to be put in order. A scalar
 * as the only condition of a step keeps PostgreSQL from beginning with it before it is needed.
 */
export async function readHits(
  trx: Trx,
  { filter, reader, exact, near, spread }: Asked,
  pages: readonly Page[],
): Promise<FirstHits> {
  const labels = stageLabelsOf(filter);
  const isStaged = labels.length > 0 && hasCells(spread);
  const limited = (found: Found, more: readonly string[], when: Condition) => sql`(
    select s.* from ${sourceOf(found, more, cellsOf(found, spread, true), reader)}
    where ${when} limit ${sql.lit(countLimit + 1)})`;
  const atStage = whereStageOfHit(filter);
  const hits = sql.table(near ? 'hits' : 'exact');
  const { rows } = await sql<HitRow>`
    with exact as materialized ${limited(exact, [], sql`true`)}
    ${
      near
        ? sql`, near as materialized ${limited(near, [], sql`${countOf(sql`exact`)} = 0`)},
          hits as materialized (select * from exact union all select * from near)`
        : sql``
    }
    ${
      isStaged
        ? sql`, staged as materialized ${limited(exact, labels, sql`${countOf(sql`exact`)} > ${sql.lit(countLimit)}`)}`
        : sql``
    }
    select ${countOf(hits)} as size,
      (select coalesce(jsonb_agg(to_jsonb(g)), '[]') from (
        select s.tab, s.decision, count(*) as count from ${hits} as s group by 1, 2) as g) as groups,
      ${pagesOf(hits, pages, atStage)} as pages,
      ${countOf(sql`exact`)} = 0 as near,
      ${isStaged ? countOf(sql`staged`) : sql`0`} as staged_size,
      ${isStaged ? pagesOf(sql`staged`, pages, sql`true`) : sql`'[]'::jsonb`} as staged_pages`.execute(
    trx,
  );
  const { stagedSize, stagedPages, ...first } = rows[0]!;
  const staged = isStaged && !first.near ? { size: stagedSize, pages: stagedPages } : undefined;
  return { ...first, staged };
}

/** The same for those at the stage alone. */
export async function readStaged(
  trx: Trx,
  { filter, reader, spread }: Asked,
  found: Found,
  pages: readonly Page[],
): Promise<Hits> {
  const source = sourceOf(found, stageLabelsOf(filter), cellsOf(found, spread, true), reader);
  const staged = sql`staged`;
  const { rows } = await sql<Hits>`
    with staged as materialized (select s.* from ${source} limit ${sql.lit(countLimit + 1)})
    select ${countOf(staged)} as size, ${pagesOf(staged, pages, sql`true`)} as pages`.execute(trx);
  return rows[0]!;
}

/** The cells in which a search is asked for one after the other, if that is of use. */
function cellsOf(
  { query, more, flagged }: Found,
  spread: Spread,
  descends: boolean,
  from?: number,
): string[] | undefined {
  if (more.length + flagged.length > 0 || !hasCells(spread)) return undefined;
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
 * The ids of a page of what is too much to be put in order, by time: cell after cell until it is full.
 * Undefined where there are no cells, or where the order is another one.
 */
export function inCells(
  { filter, spread, reader }: Asked,
  found: Found,
  page: Page,
): RawBuilder<string[]> | undefined {
  if (page.sort === 'waiting') return undefined;
  const { beyond, descends } = cutOf(page, 's', 'application_id');
  const position = page.after ?? page.before;
  const from = position?.micros === undefined ? spread.here : position.micros / 1_000_000;
  const cells = cellsOf(found, spread, descends, from ?? undefined);
  if (cells === undefined) return undefined;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  return sql<string[]>`array(
    select s.application_id from ${sourceOf(found, stageLabelsOf(filter), cells, reader)}
    where ${beyond}
    order by w.place, s.submitted_at ${direction}, s.application_id ${direction}
    limit ${page.limit + 1})`;
}

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

/** The ids of a page; not `whole`: there may be others between them. */
type HitPage = { ids: string[]; whole: boolean };

/** How many there are, up to a limit; `all`: there are no more than these. */
type Hits = { size: number; all: boolean; pages: HitPage[] };

/** `near`: nothing is as it was typed. `staged`: those of the stage alone, where all are too many. */
export type FirstHits = Hits & { groups: Group[]; near: boolean; staged: Hits | undefined };

/** So many of what is looked for at once are put in order. */
const mostAtOnce = 20_000;

/** By the planner's guess what is not common is looked for at once: in cells it would cost more. */
const mostGuessed = ({ size }: Spread): number => Math.min(2 * mostAtOnce, size / 10);

/** A scalar that says so: PostgreSQL doesn't begin with a step whose only condition is not met. */
const isCommon = (found: Found, spread: Spread): Condition =>
  sql`((select guess_hits(${found.query}::tsquery, ${[...found.labels]}::text[])) > ${mostGuessed(spread)}::float8)`;

const atStage = (found: Found, filter: ListFilter): Found => ({
  ...found,
  labels: [...found.labels, ...stageLabelsOf(filter)],
});

/** The first hits, up to one more than are wanted, with the place of their cell; `most` is how many are wanted. */
function firstOf(found: Found, { spread, reader }: Asked, when: Condition = sql`true`) {
  const cells = cellsOf(found, spread, true);
  const atOnce = sourceOf(found, undefined, reader);
  if (cells === undefined) {
    return sql`(select 1 as place, ${sql.lit(countLimit)} as most, s.* from ${atOnce}
      where ${when} limit ${sql.lit(countLimit + 1)})`;
  }
  const common = isCommon(found, spread);
  return sql`(
    (select w.place, ${sql.lit(countLimit)} as most, s.* from ${sourceOf(found, cells, reader)}
      where ${when} and ${common} order by w.place limit ${sql.lit(countLimit + 1)})
    union all (select 1 as place, ${sql.lit(mostAtOnce)} as most, s.* from ${atOnce}
      where ${when} and not ${common} limit ${sql.lit(mostAtOnce + 1)}))`;
}

const countOf = (hits: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`(select count(*) from ${hits})`;

/** What is read of hits as an object with the keys of `Hits`. */
function hitsOf(hits: RawBuilder<unknown>, pages: readonly Page[], where: Condition) {
  const cut = pages.map((page) => {
    const { beyond, order, descends } = cutOf(page, 's', 'application_id');
    // The cell that was reached last may have more of them; the ones before it are read to their end.
    const isFull =
      descends && page.sort !== 'waiting'
        ? sql`count(*) > ${sql.lit(page.limit)} and max(p.place) < (select max(place) from ${hits})`
        : sql`false`;
    return sql`(select jsonb_build_object('ids', coalesce(jsonb_agg(p.application_id), '[]'),
        'whole', ${countOf(hits)} <= (select max(most) from ${hits}) or ${isFull})
      from (select s.application_id, s.place from ${hits} as s where ${allOf([where, beyond])} ${order}) as p)`;
  });
  return sql`jsonb_build_object('size', ${countOf(hits)},
    'all', coalesce(${countOf(hits)} <= (select max(most) from ${hits}), true),
    'pages', jsonb_build_array(${sql.join(cut)}))`;
}

/** The bounded first step: what the inverted index has, if it is not too much to be put in order. */
export async function readHits(trx: Trx, asked: Asked, pages: readonly Page[]): Promise<FirstHits> {
  const { filter, exact, near, spread } = asked;
  const isStaged = stageLabelsOf(filter).length > 0 && hasCells(spread);
  const none = sql<boolean>`${countOf(sql`exact`)} = 0`;
  const tooMany = sql<boolean>`${countOf(sql`exact`)} > coalesce((select max(most) from exact), 0)`;
  const hits = sql.table(near ? 'hits' : 'exact');
  type Row = { hits: Hits; groups: Group[]; near: boolean; staged: Hits | null };
  const { rows } = await sql<Row>`
    with exact as materialized ${firstOf(exact, asked)}
    ${
      near
        ? sql`, near as materialized ${firstOf(near, asked, none)},
          hits as materialized (select * from exact union all select * from near)`
        : sql``
    }
    ${isStaged ? sql`, staged as materialized ${firstOf(atStage(exact, filter), asked, tooMany)}` : sql``}
    select ${hitsOf(hits, pages, whereStageOfHit(filter))} as hits,
      (select coalesce(jsonb_agg(to_jsonb(g)), '[]') from (
        select s.tab, s.decision, count(*) as count from ${hits} as s group by 1, 2) as g) as groups,
      ${none} as near,
      ${isStaged ? hitsOf(sql`staged`, pages, sql`true`) : sql`null::jsonb`} as staged`.execute(
    trx,
  );
  const { hits: first, staged, ...more } = rows[0]!;
  return { ...first, ...more, staged: staged && !more.near ? staged : undefined };
}

/** The same for those at the stage alone. */
export async function readStaged(
  trx: Trx,
  asked: Asked,
  found: Found,
  pages: readonly Page[],
): Promise<Hits> {
  const { rows } = await sql<{ hits: Hits }>`
    with staged as materialized ${firstOf(atStage(found, asked.filter), asked)}
    select ${hitsOf(sql`staged`, pages, sql`true`)} as hits`.execute(trx);
  return rows[0]!.hits;
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
function sourceOf(found: Found, cells: string[] | undefined, reader: Reader) {
  if (cells === undefined) {
    return sql`${searchRowsWhere(reader, allOf(conditionsOf(found)))} as s`;
  }
  const { query } = found;
  const within = query === '' ? sql`w.cell::tsquery` : sql`(${query}::tsquery && w.cell::tsquery)`;
  return sql`(select cell, place from unnest(${cells}::text[]) with ordinality as w (cell, place) order by place) as w
    cross join lateral ${searchRowsWhere(reader, allOf([sql`s.words @@ ${within}`, ...conditionsOf({ ...found, query: '' })]))} as s`;
}

/**
 * The ids of a page of what is too much to be put in order, by time: cell after cell until it is full.
 * Undefined where there are no cells, or where the order is another one. `ifCommon`: nothing where it is not.
 */
export function inCells(
  { filter, spread, reader }: Asked,
  found: Found,
  page: Page,
  { ifCommon = false }: { ifCommon?: boolean } = {},
): RawBuilder<string[]> | undefined {
  if (page.sort === 'waiting') return undefined;
  const { beyond, descends } = cutOf(page, 's', 'application_id');
  const position = page.after ?? page.before;
  const from = position?.micros === undefined ? spread.here : position.micros / 1_000_000;
  const cells = cellsOf(found, spread, descends, from ?? undefined);
  if (cells === undefined) return undefined;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  const staged = atStage(found, filter);
  return sql<string[]>`array(
    select s.application_id from ${sourceOf(staged, cells, reader)}
    where ${allOf([beyond, ...(ifCommon ? [isCommon(staged, spread)] : [])])}
    order by w.place, s.submitted_at ${direction}, s.application_id ${direction}
    limit ${page.limit + 1})`;
}

import { type RawBuilder, sql } from 'kysely';
import { countLimit } from './application-counts.ts';
import { allOf, type ListFilter, stageLabelsOf } from './application-filter.ts';
import { searchRowsWhere } from './blind-access.ts';
import { cutOf, type Page } from './list-page.ts';
import type { Reader } from './review-access.ts';
import { conditionsOf, type Found } from './search-conditions.ts';
import { cellsFrom, firstCells, hasCells, type Spread } from './search-windows.ts';

/** What a filter asks for, in the ways in which it is looked for. */
export type Asked = {
  filter: ListFilter;
  reader: Reader;
  exact: Found;
  /** For when nothing is as it was typed. */
  near: Found | undefined;
  spread: Spread;
};

const goesByCells = ({ more, flagged }: Found, spread: Spread): boolean =>
  more.length + flagged.length === 0 && hasCells(spread);

/**
 * Words of a text of which only the beginning is known: all of them are put together for each look into the
 * index. Of addresses and references there are few that begin alike.
 */
const hasBeginnings = ({ queries }: Found): boolean =>
  queries.some((query) => /'(?!\w\/)[^']*':\*/.test(query));

/** What the server's statistics say of a lexeme that they don't know: DEFAULT_TS_MATCH_SEL of its sources. */
const unknownShare = 0.005;

const isFacet = (lexeme: string): boolean => /^'[plc]\//.test(lexeme);

/** A guess may owe so much to lexemes that are not known. */
function unknownOf({ queries }: Found, { size }: Spread): number {
  const words = queries
    .flatMap((query) => query.match(/'[^']*'/g) ?? [])
    .filter((lexeme) => !isFacet(lexeme));
  return words.length * unknownShare * size;
}

/** More than `countLimit`, even if the guess is twice too high. */
export const certainlyMany = (found: Found, spread: Spread): number =>
  2 * countLimit + unknownOf(found, spread);

/** By the planner's guess what is not common is looked for at once: in cells it would cost more. */
export const mostAtOnce = (found: Found, spread: Spread): number =>
  Math.min(certainlyMany(found, spread), spread.size / 10);

/** How many there are by the planner's guess: a scalar. */
export const guessOf = ({ queries, labels }: Found): RawBuilder<number> =>
  sql`(select guess_hits(${queries.join(' & ')}::tsquery, ${[...labels]}::text[]))`;

export const atStage = (found: Found, filter: ListFilter): Found => ({
  ...found,
  labels: [...found.labels, ...stageLabelsOf(filter)],
});

/** Applications in the first cells for a page of words of which only the beginning is known. */
const manyForBeginnings = 4 * firstCells;

/** The cells in which hits are counted one after the other, if that is of use. */
export function cellsOf(found: Found, spread: Spread): string[] | undefined {
  if (!goesByCells(found, spread)) return undefined;
  const start = hasBeginnings(found) ? Math.max(firstCells, spread.size / 6) : firstCells;
  return cellsFrom(spread, { from: undefined, descends: true, start });
}

/** Rows called `s`; those of an earlier cell come first, each cell's as `cut` says. */
export function sourceOf(
  found: Found,
  cells: string[] | undefined,
  reader: Reader,
  cut: RawBuilder<unknown> = sql``,
) {
  if (cells === undefined) {
    return sql`${searchRowsWhere(reader, allOf(conditionsOf(found)))} as s`;
  }
  const rows = allOf(conditionsOf(found, [sql`w.cell::tsquery`]));
  return sql`(select cell, place from unnest(${cells}::text[]) with ordinality as w (cell, place) order by place) as w
    cross join lateral (select * from ${searchRowsWhere(reader, rows)} as s ${cut}) as s`;
}

/**
 * The ids of a page by time, counting nothing: cell after cell until it is full. Undefined where there are no
 * cells, or where the order is another one.
 */
export function inCells(
  { filter, spread, reader }: Asked,
  found: Found,
  page: Page,
): RawBuilder<string[]> | undefined {
  if (page.sort === 'waiting' || !goesByCells(found, spread)) return undefined;
  const { beyond, descends, order } = cutOf(page, 's', 'application_id');
  const position = page.after ?? page.before;
  const from = position?.micros === undefined ? spread.here : position.micros / 1_000_000;
  const cells = cellsFrom(spread, {
    ...{ from: from ?? undefined, descends, start: firstCells },
    least: hasBeginnings(found) ? manyForBeginnings : 0,
  });
  // A cell brings its first ones in their order, so that none is looked into when the page is full.
  const rows = sourceOf(atStage(found, filter), cells, reader, sql`where ${beyond} ${order}`);
  return sql<string[]>`array(
    select s.application_id from (
      select s.application_id, s.submitted_at from ${rows} limit ${page.limit + 1}) as s
    ${order})`;
}

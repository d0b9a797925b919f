import { type RawBuilder, sql } from 'kysely';
import {
  allOf,
  type Condition,
  facetsOfFilter,
  type ListFilter,
  labelsOf,
  whereHandles,
  whereLabelled,
} from './application-filter.ts';
import { whereFlagged } from './list-flags.ts';
import type { Reader } from './review-access.ts';
import type { SearchQuery } from './search-query.ts';

/** What is asked of rows of `application_search` called `s`, their stage aside. */
export type Found = {
  /** Of their words; all of these. */
  queries: readonly string[];
  /** Lexemes of `search_standing`. */
  labels: readonly string[];
  /** What the large index is not asked for: parts of names, and a flag. */
  more: readonly Condition[];
  flagged: readonly Condition[];
};

const quotedFacets = (filter: ListFilter): string[] =>
  facetsOfFilter(filter).map((facet) => `'${facet.replace(/['\\]/g, '$&$&')}'`);

export const hasPhrase = ({ queries }: Found): boolean =>
  queries.some((query) => query.includes('<'));

const asQuery = (query: string): RawBuilder<unknown> => sql`${query}::tsquery`;

/**
 * All of it, and of their words `within` too. Each query is a condition of its own, since the index weighs all
 * that is in one again for each row that it passes; but for a phrase the words of each row are unpacked to see
 * their order, which is to be done once.
 */
export function conditionsOf(
  found: Found,
  within: readonly RawBuilder<unknown>[] = [],
): Condition[] {
  const { queries, labels, more, flagged } = found;
  const each = [...queries.map(asQuery), ...within];
  const words = hasPhrase(found) ? [sql`(${sql.join(each, sql` && `)})`] : each;
  return [
    ...words.map((query) => sql<boolean>`s.words @@ ${query}`),
    ...whereLabelled(labels),
    ...more,
    ...flagged,
  ];
}

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
    queries: exact === undefined ? facets : [exact, ...facets],
    labels: labelsOf(filter),
    more: isVoid ? [sql`false`] : [],
    flagged: whereFlagged(filter, reader),
  };
}

/** The same where nothing is as it was typed. */
export function closely(filter: ListFilter, { parts, close }: SearchQuery, reader: Reader): Found {
  const ways = parts.map((list) => allOf(list.map(whereHandles)));
  if (close !== undefined) ways.push(sql`s.words @@ ${asQuery(close)}`);
  return {
    queries: quotedFacets(filter),
    labels: labelsOf(filter),
    more: [ways.length === 0 ? sql`false` : sql`(${sql.join(ways, sql` or `)})`],
    flagged: whereFlagged(filter, reader),
  };
}

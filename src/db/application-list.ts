import { sql } from 'kysely';
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
  stageLabelsOf,
  whereStanding,
} from './application-filter.ts';
import { type Dressing, type ListedApplication, readListed } from './application-rows.ts';
import { searchRowsFor } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { countLate, firstLate } from './list-flags.ts';
import { type AskedPage, cutOf, type Page } from './list-page.ts';
import type { Reader } from './review-access.ts';
import {
  closely,
  exactly,
  type Found,
  type Hits,
  readCells,
  readHits,
  whereWalked,
} from './search-hits.ts';
import { nothingTyped, preferIndexes, querySearch } from './search-query.ts';
import { firstCells, readSpread, type Spread } from './search-windows.ts';

export type ListPage = Counts & {
  rows: ListedApplication[];
  /** There is more in the direction asked for. */
  more: boolean;
  /** Nothing is as it was typed: these have parts of it, or names like it. */
  close: boolean;
  /** How the words begin that were searched; rows have their texts where there are any. */
  stems: string[];
};

/** Walks an index of the applications in their order: for what is so common that a page soon is full. */
export async function walk(
  trx: Trx | Db,
  filter: ListFilter,
  page: Page,
  found: Found | undefined,
): Promise<string[]> {
  const { beyond, order } = cutOf(page, 'a', 'id');
  const where = allOf([
    sql<boolean>`a.submitted_at is not null and a.merged_into is null`,
    ...[whereStanding(filter), beyond, ...askingEach(found, filter, page.reader)],
  ]);
  const { flag } = filter;
  // Of the flags this one alone is so common that it is walked.
  const parts =
    flag?.name === 'late'
      ? firstLate(flag.now, { sort: page.sort ?? 'newest', where, order })
      : [
          sql`select a.id, a.submitted_at, a.stage_since from applications as a where ${where} ${order}`,
        ];
  const { rows } = await sql<{ id: string }>`
    select a.id from (${sql.join(
      parts.map((part) => sql`(${part})`),
      sql` union all `,
    )}) as a ${order}`.execute(trx);
  return rows.map(({ id }) => id);
}

/** A scalar, since the planner would join whole tables otherwise. */
function askingEach(found: Found | undefined, filter: ListFilter, reader: Reader): Condition[] {
  const asked = found && whereWalked(found, filter);
  if (asked === undefined) return [];
  return [sql`(select ${asked} from ${searchRowsFor(reader)} as s where s.application_id = a.id)`];
}

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
  if (!filter.search && !isMarked(filter) && facets.length <= 1) {
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
    let found = exactly(filter, query, page.reader);
    const stems = withTexts ? query.stems : [];
    const finish = async (rows: string[], counts: Counts, close: boolean): Promise<ListPage> => ({
      ...(await cut(trx, rows, page, names, stems)),
      ...{ ...counts, close, stems: query.stems },
    });
    if (page.counted === false) {
      const rows = await readCells(trx, page, { found, spread, labels: stageLabelsOf(filter) });
      if (rows && rows.length > 0) return await finish(rows, uncounted, false);
    }
    if (
      isLateAlone(filter) &&
      (await countLate(trx, filter.flag.now, uncounted.total)) === uncounted.total
    ) {
      return await finish(await walk(trx, filter, page, found), uncounted, false);
    }
    let close = false;
    let hits = await readHits(trx, filter, page, { found, spread });
    if (hits.size === 0 && filter.search) {
      found = closely(filter, query, page.reader);
      hits = await readHits(trx, filter, page, { found, spread });
      close = hits.size > 0;
    }
    const { rows, counts } = await choose(trx, filter, page, { found, spread, hits });
    return await finish(rows, counts, close);
  });
}

/** The counters know nothing of these. */
const isMarked = ({ tag, flag, handling }: ListFilter): boolean =>
  tag !== undefined || flag !== undefined || handling !== undefined;

type Late = ListFilter & { flag: NonNullable<ListFilter['flag']> };

/** Nothing but being late is asked for: without the large index it is known whether that is too much to be counted. */
function isLateAlone(filter: ListFilter): filter is Late {
  const { flag, ...others } = filter;
  return flag?.name === 'late' && Object.values(others).every((one) => one === undefined);
}

const uncounted: Counts = { total: countLimit + 1, tabs: undefined };

/** The ids of the page and the counts, by what the first step has brought. */
async function choose(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  { found, spread, hits }: { found: Found; spread: Spread | undefined; hits: Hits },
): Promise<{ rows: string[]; counts: Counts }> {
  if (hits.size <= countLimit) return { rows: hits.ids, counts: countGroups(hits.groups, filter) };
  const labels = stageLabelsOf(filter);
  if (labels.length > 0) {
    // Too many in all, but perhaps not at this stage: the same step once more, for these alone.
    const { size, ids } = await readHits(trx, filter, page, { found, spread, labels });
    if (size <= countLimit) return { rows: ids, counts: { total: size, tabs: undefined } };
  }
  const rows =
    (await readCells(trx, page, { found, spread, labels })) ??
    (await walk(trx, filter, page, found));
  return { rows, counts: uncounted };
}

/** Everything, or all of a common facet: the counters know how many there are. */
async function listCommon(
  db: Db,
  filter: ListFilter,
  page: Page,
  names: Dressing,
  groups: Group[],
): Promise<ListPage> {
  const labels = stageLabelsOf(filter);
  // The newest have no decision yet: a walk would pass all of them first, which the planner does not know.
  const isWalked = facetsOfFilter(filter).length === 0 && filter.decision === undefined;
  const ids = isWalked
    ? await walk(db, filter, page, undefined)
    : await readFacet(db, filter, page, labels);
  const counts = countGroups(groups, filter);
  return { ...(await cut(db, ids, page, names, [])), ...counts, close: false, stems: [] };
}

/** A page of a common facet, or of all, at any stage or at that with the labels. */
async function readFacet(
  db: Db,
  filter: ListFilter,
  page: Page,
  labels: readonly string[],
): Promise<string[]> {
  return await db.transaction().execute(async (trx) => {
    await preferIndexes(trx);
    const spread = await readSpread(trx, page);
    const found = exactly(filter, nothingTyped, page.reader);
    const ids = await readCells(trx, page, { found, spread, labels });
    return ids ?? (await walk(trx, filter, page, found));
  });
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

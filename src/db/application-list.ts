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
import { transact } from './pipeline.ts';
import type { Reader } from './review-access.ts';
import {
  type Asked,
  closely,
  exactly,
  type Found,
  guessHits,
  type Hits,
  isModest,
  readCells,
  readHits,
  whereWalked,
} from './search-hits.ts';
import { lookOut } from './search-query.ts';

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
  const { seen, counts, close, stems } = await look(db, filter, page, (on, ids, stems) =>
    cut(on, ids, page, names, withTexts ? stems : []),
  );
  return { ...seen, ...counts, close, stems };
}

/** Reads what is shown of the applications of a page, nearest first, where they were found. */
type Read<T> = (on: Db | Trx, ids: string[], stems: string[]) => Promise<T>;

type Seen<T> = Pick<ListPage, 'close' | 'stems'> & { seen: T; counts: Counts };

/** Finds a page of the list, and has read what is to be shown of it. */
export async function look<T>(
  db: Db,
  filter: ListFilter,
  page: Page,
  read: Read<T>,
): Promise<Seen<T>> {
  const facets = facetsOfFilter(filter);
  if (!filter.search && !isMarked(filter) && facets.length <= 1) {
    // Where nobody looks at the counts, they are not needed for the way either if there is but one.
    const isCounted = page.counted !== false || !isWalked(filter);
    const groups = isCounted ? await readCounters(db, facets[0] ?? '') : [];
    const counted = groups.reduce((total, { count }) => total + count, 0);
    if (facets.length === 0 || counted > countLimit) {
      return await lookCommon(db, filter, page, groups, read);
    }
  }
  return await transact(db, async (trx) => {
    const { query, spread } = await lookOut(trx, filter.search, page.after ?? page.before);
    const { stems } = query;
    const finish = async (ids: string[], counts: Counts, close: boolean): Promise<Seen<T>> => {
      return { seen: await read(trx, ids, stems), counts, close, stems };
    };
    const stage = stageLabelsOf(filter);
    const found = exactly(filter, query, page.reader);
    if (
      isLateAlone(filter) &&
      (await countLate(trx, filter.flag.now, uncounted.total)) === uncounted.total
    ) {
      return await finish(await walk(trx, filter, page, found), uncounted, false);
    }
    const ask = async (labels: readonly string[]): Promise<Asked> => ({
      ...{ found, labels, spread },
      likely: await guessHits(trx, page.reader, { found, labels, spread }),
    });
    if (page.counted === false) {
      const rows = await readUncounted(trx, filter, page, await ask(stage));
      if (rows && rows.length > 0) return await finish(rows, uncounted, false);
    }
    const [asked, staged] = await Promise.all([ask([]), stage.length > 0 ? ask(stage) : undefined]);
    const hits = await readHits(trx, filter, page, asked);
    if (hits.size > 0 || !filter.search) {
      const { rows, counts } = await choose(trx, filter, page, { asked, staged, hits });
      return await finish(rows, counts, false);
    }
    const around = { ...asked, found: closely(filter, query, page.reader) };
    const near = await readHits(trx, filter, page, around);
    const { rows, counts } = await choose(trx, filter, page, {
      ...{ asked: around, staged: staged && { ...staged, found: around.found }, hits: near },
    });
    return await finish(rows, counts, near.size > 0);
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

/** Where nobody looks at the counts: undefined for what has to be looked for in other ways. */
async function readUncounted(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  asked: Asked,
): Promise<string[] | undefined> {
  if (!isModest(asked)) return await readCells(trx, page, asked);
  const { ids, isWhole } = await readHits(trx, filter, page, asked);
  return isWhole ? ids : undefined;
}

/** The ids of the page and the counts, by what the first step has brought; `staged` asks for a stage, too. */
async function choose(
  trx: Trx,
  filter: ListFilter,
  page: Page,
  { asked, staged, hits }: { asked: Asked; staged: Asked | undefined; hits: Hits },
): Promise<{ rows: string[]; counts: Counts }> {
  if (hits.isAll) {
    const { total, tabs } = countGroups(hits.groups, filter);
    const isCounted = hits.size <= countLimit;
    const counts = { total: Math.min(total, uncounted.total), tabs: isCounted ? tabs : undefined };
    return { rows: hits.ids, counts };
  }
  // Too many in all, but perhaps not at this stage: the same step once more, for these alone.
  const at = staged && (await readHits(trx, filter, page, staged));
  if (at?.isAll) {
    const total = Math.min(at.size, uncounted.total);
    return { rows: at.ids, counts: { total, tabs: undefined } };
  }
  const { ids, isWhole } = at ?? hits;
  if (isWhole) return { rows: ids, counts: uncounted };
  const next = staged ?? asked;
  const rows =
    (await readCells(trx, page, { ...next, likely: Math.max(next.likely, countLimit) })) ??
    (await walk(trx, filter, page, next.found));
  return { rows, counts: uncounted };
}

/** The newest have no decision yet: a walk would pass all of them first, which the planner does not know. */
export const isWalked = (filter: ListFilter): boolean =>
  !filter.search &&
  !isMarked(filter) &&
  filter.decision === undefined &&
  facetsOfFilter(filter).length === 0;

/** Everything, or all of a common facet: the counters know how many there are. */
async function lookCommon<T>(
  db: Db,
  filter: ListFilter,
  page: Page,
  groups: Group[],
  read: Read<T>,
): Promise<Seen<T>> {
  const labels = stageLabelsOf(filter);
  const counts = countGroups(groups, filter);
  const ids = isWalked(filter)
    ? await walk(db, filter, page, undefined)
    : await readFacet(db, filter, page, { labels, likely: counts.total });
  return { seen: await read(db, ids, []), counts, close: false, stems: [] };
}

/** A page of a common facet, or of all, at any stage or at that with the labels. */
async function readFacet(
  db: Db,
  filter: ListFilter,
  page: Page,
  standing: Pick<Asked, 'labels' | 'likely'>,
): Promise<string[]> {
  return await transact(db, async (trx) => {
    const { query, spread } = await lookOut(trx, undefined, page.after ?? page.before);
    const found = exactly(filter, query, page.reader);
    const ids = await readCells(trx, page, { found, spread, ...standing });
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
  if (ids.length === 0) return { rows: [], more: false };
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

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
  stageLabelsOf,
  whereStanding,
} from './application-filter.ts';
import {
  asArray,
  type Dressing,
  type Ids,
  type ListedApplication,
  readListed,
} from './application-rows.ts';
import { searchRowsFor } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { countLate, firstLate } from './list-flags.ts';
import { type AskedPage, cutOf, type Page } from './list-page.ts';
import { askTogether, transact } from './pipeline.ts';
import type { Reader } from './review-access.ts';
import { type Asked, inCells } from './search-cells.ts';
import { closely, exactly, type Found, whereWalked } from './search-conditions.ts';
import { type FirstHits, readHits, readStaged } from './search-hits.ts';
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

/** The ids of a page by an index of the applications in their order: for what is so common that it soon is full. */
export function walk(filter: ListFilter, page: Page, found?: Found): RawBuilder<string[]> {
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
  const joined = sql.join(
    parts.map((part) => sql`(${part})`),
    sql` union all `,
  );
  return sql<string[]>`array(select a.id from (${joined}) as a ${order})`;
}

/** A scalar, since the planner would join whole tables otherwise. */
function askingEach(found: Found | undefined, filter: ListFilter, reader: Reader): Condition[] {
  const asked = found && whereWalked(found, filter);
  if (asked === undefined) return [];
  return [sql`(select ${asked} from ${searchRowsFor(reader)} as s where s.application_id = a.id)`];
}

/** The counters know nothing of these. */
const isMarked = ({ tag, flag, handling }: ListFilter): boolean =>
  tag !== undefined || flag !== undefined || handling !== undefined;

/**
 * Everything, or all at a stage: one walk brings it. The newest have no decision yet: a walk for one would
 * pass all of them first, which the planner does not know.
 */
const isPlain = (filter: ListFilter): boolean =>
  !filter.search &&
  !isMarked(filter) &&
  filter.decision === undefined &&
  facetsOfFilter(filter).length === 0;

type Late = ListFilter & { flag: NonNullable<ListFilter['flag']> };

/** Nothing but being late is asked for: without the large index it is known whether that is too much to be counted. */
function isLateAlone(filter: ListFilter): filter is Late {
  const { flag, ...others } = filter;
  return flag?.name === 'late' && Object.values(others).every((one) => one === undefined);
}

const moreThan = (limit: number): Counts => ({ total: limit + 1, limit, tabs: undefined });
const uncounted = moreThan(countLimit);

/** What a filter asks for, and what the counters say of it where it is so common that it is not counted out. */
async function lookAround(
  trx: Trx,
  filter: ListFilter,
  { reader, ...place }: Pick<Page, 'reader' | 'after' | 'before'>,
): Promise<{ asked: Asked; common: Group[] | undefined; stems: string[] }> {
  const facets = facetsOfFilter(filter);
  const facet =
    filter.search || isMarked(filter) || facets.length > 1 ? undefined : (facets[0] ?? '');
  const here = place.after ?? place.before;
  const { query, spread, groups } = await lookOut(trx, filter.search, { here, facet });
  const counted = groups.reduce((total, { count }) => total + count, 0);
  const near = filter.search && closely(filter, query, reader);
  return {
    asked: { filter, reader, spread, exact: exactly(filter, query, reader), near },
    common: facet === '' || counted > countLimit ? groups : undefined,
    stems: query.stems,
  };
}

/** Along an index, cell after cell or one application after the other. */
const along = (asked: Asked, found: Found, page: Page): RawBuilder<string[]> =>
  inCells(asked, found, page) ?? walk(asked.filter, page, found);

/** The ids of each page and the counts, by what the first step has brought. */
async function choose(
  trx: Trx,
  asked: Asked,
  pages: readonly Page[],
  hits: FirstHits,
): Promise<{ ids: readonly Ids[]; counts: Counts }> {
  const { filter, exact, near } = asked;
  if (hits.all) {
    return { ids: hits.pages.map(({ ids }) => ids), counts: countGroups(hits.groups, filter) };
  }
  const found = hits.near && near ? near : exact;
  // Too many in all, but perhaps not at this stage.
  const isStaged = stageLabelsOf(filter).length > 0;
  const staged = isStaged
    ? (hits.staged ?? (await readStaged(trx, asked, found, pages)))
    : undefined;
  const { all, size, most, pages: cut } = staged ?? hits;
  const ids = cut.map((one, index) =>
    all || one.whole ? one.ids : along(asked, found, pages[index]!),
  );
  const counts = all ? { ...uncounted, total: size } : moreThan(most);
  return { ids, counts };
}

/**
 * A page of the list with its counts. The names of places come in `language`, else in `fallback`,
 * else in any, as `pickText` chooses. A search that finds nothing as it was typed is tried once more
 * for parts of names and for names that are one letter away. Three statements at most where it is
 * counted, however much there is; one more for up to `countLimit` late ones, for a stage of more names than
 * that which are one letter away, and where nothing is found at a stage of what seemed too much to be counted.
 */
export async function listApplications(
  db: Db,
  filter: ListFilter,
  wanted: AskedPage,
  names: Dressing,
  { withTexts = true }: { withTexts?: boolean } = {},
): Promise<ListPage> {
  const page = { ...wanted, reader: names.reader };
  if (isPlain(filter)) {
    const { groups, cut } = await askTogether(db, (one) => ({
      groups: page.counted === false ? undefined : readCounters(one),
      cut: cutPage(one, walk(filter, page), page, names, []),
    }));
    const counts = groups ? countGroups(groups, filter) : uncounted;
    return { ...cut, ...counts, close: false, stems: [] };
  }
  return await transact(db, async (trx) => {
    const [{ asked, common, stems }, late] = await Promise.all([
      lookAround(trx, filter, page),
      isLateAlone(filter) ? countLate(trx, filter.flag.now, uncounted.total) : 0,
    ]);
    const { exact } = asked;
    const cut = (ids: Ids) => cutPage(trx, ids, page, names, withTexts ? stems : []);
    if (common) {
      const counts = countGroups(common, filter);
      return { ...(await cut(along(asked, exact, page))), ...counts, close: false, stems };
    }
    if (late === uncounted.total) {
      return { ...(await cut(walk(filter, page))), ...uncounted, close: false, stems };
    }
    const cells = page.counted === false ? inCells(asked, exact, page) : undefined;
    const seen = cells && (await cut(cells));
    if (seen && seen.rows.length > 0) return { ...seen, ...uncounted, close: false, stems };
    const hits = await readHits(trx, asked, [page]);
    const { ids, counts } = await choose(trx, asked, [page], hits);
    const close = hits.near && hits.size > 0;
    return { ...(await cut(ids[0]!)), ...counts, close, stems };
  });
}

async function cutPage(
  db: Db | Trx,
  ids: Ids,
  page: Page,
  names: Dressing,
  stems: string[],
): Promise<{ rows: ListedApplication[]; more: boolean }> {
  if (Array.isArray(ids) && ids.length === 0) return { rows: [], more: false };
  const { upwards } = cutOf(page, 'a', 'id');
  const found = await readListed(db, ids, {
    ...names,
    sort: page.sort ?? 'newest',
    withTexts: stems.length > 0,
  });
  const rows = found.slice(0, page.limit);
  return { rows: upwards ? rows.reverse() : rows, more: found.length > page.limit };
}

/** The references of the applications beside one in a list. */
export type Neighbours = { previous: string | undefined; next: string | undefined };

const referenceOf = (ids: RawBuilder<string[]>): RawBuilder<string | null> => sql<string | null>`
  (select a.reference from applications as a where a.id = (${ids})[1])`;

async function readReferences(db: Db | Trx, [before, after]: readonly Ids[]): Promise<Neighbours> {
  const { rows } = await sql<{ previous: string | null; next: string | null }>`
    select ${referenceOf(asArray(before!))} as previous, ${referenceOf(asArray(after!))} as next`.execute(
    db,
  );
  const { previous, next } = rows[0]!;
  return { previous: previous ?? undefined, next: next ?? undefined };
}

/** What is before and behind an application in the list of a filter, whether it is in that list itself or not. */
export async function findBeside(
  db: Db,
  filter: ListFilter,
  { id, sort, reader }: { id: string; sort: ListSort; reader: Reader },
): Promise<Neighbours> {
  const pages: Page[] = [
    { limit: 1, sort, reader, before: { id } },
    { limit: 1, sort, reader, after: { id } },
  ];
  if (isPlain(filter) || isLateAlone(filter)) {
    return await readReferences(
      db,
      pages.map((page) => walk(filter, page)),
    );
  }
  return await transact(db, async (trx) => {
    const { asked, common } = await lookAround(trx, filter, pages[0]!);
    const cells = pages.flatMap((page) => inCells(asked, asked.exact, page) ?? []);
    if (common || cells.length > 0) {
      const ways = common ? pages.map((page) => along(asked, asked.exact, page)) : cells;
      const beside = await readReferences(trx, ways);
      if (common || beside.previous || beside.next) return beside;
    }
    const { ids } = await choose(trx, asked, pages, await readHits(trx, asked, pages));
    return await readReferences(trx, ids);
  });
}

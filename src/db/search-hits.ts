import { type RawBuilder, sql } from 'kysely';
import { countLimit, type Group } from './application-counts.ts';
import { allOf, type Condition, stageLabelsOf, whereStageOfHit } from './application-filter.ts';
import type { Trx } from './client.ts';
import { cutOf, type Page } from './list-page.ts';
import {
  type Asked,
  atStage,
  cellsOf,
  goesByCells,
  inCells,
  isCommon,
  sourceOf,
} from './search-cells.ts';
import type { Found } from './search-conditions.ts';
import { hasCells } from './search-windows.ts';

/** The ids of a page; not `whole`: there may be others between them. */
type HitPage = { ids: string[]; whole: boolean };

/** How many there are, up to a limit; `all`: there are no more than these. */
type Hits = { size: number; all: boolean; pages: HitPage[] };

/** `near`: nothing is as it was typed. `staged`: those of the stage alone, where all are too many. */
export type FirstHits = Hits & { groups: Group[]; near: boolean; staged: Hits | undefined };

/** The first hits, up to one more than are counted, as parts of a query. */
type Step = {
  tables: RawBuilder<unknown>[];
  /** The table that counts them, and what it says in all. */
  groups: RawBuilder<unknown>;
  size: RawBuilder<number>;
  /** If there are more hits than that, there may be others; -1 where they are to be counted elsewhere. */
  most: RawBuilder<number>;
  /** A page of those that meet a condition, as `HitPage`. */
  cut(page: Page, where: Condition): RawBuilder<HitPage>;
};

const isAlways = sql<boolean>`true`;
const mostCounted = sql.lit(countLimit + 1);

/** `rareOnly`: none of what is common; `byTime`: no page has another order. */
function firstOf(
  step: string,
  found: Found,
  asked: Asked,
  { when = isAlways, rareOnly = false, byTime = false }: StepOptions = {},
): Step {
  const { spread, reader } = asked;
  const cells = cellsOf(found, spread);
  const guess = sql.table(`${step}_guess`);
  const isCommonHere = cells ? sql<boolean>`(select common from ${guess})` : sql<boolean>`false`;
  const columns = sql`s.application_id, s.submitted_at, s.stage_since, s.tab, s.decision`;
  const parts = [
    sql`(select * from (select 1 as place, ${columns} from ${sourceOf(found, undefined, reader)}
      where ${when} limit ${mostCounted}) as s where not ${isCommonHere})`,
  ];
  if (cells && !rareOnly) {
    parts.push(sql`(select w.place, ${columns} from ${sourceOf(found, cells, reader)}
      where ${when} and ${isCommonHere} order by w.place limit ${mostCounted})`);
  }
  const hits = sql.join(parts, sql` union all `);
  const [name, groups] = [sql.table(step), sql.table(`${step}_groups`)];
  const tables = cells
    ? [sql`${guess} as materialized (select ${isCommon(found, spread)} as common)`]
    : [];
  const asGroups = (rows: RawBuilder<unknown>) => sql`${groups} as materialized (
    select s.tab, s.decision, count(*) as count, max(s.place) as place from ${rows} as s group by 1, 2)`;
  // To hold the hits costs as much as finding them: where cells bring a page, they are counted alone.
  const isHeld = cells === undefined || !byTime;
  if (isHeld) tables.push(sql`${name} as materialized (${hits})`, asGroups(name));
  else tables.push(asGroups(sql`(${hits})`));
  const most = sql.lit(countLimit);
  return {
    ...{ tables, groups },
    size: sql`(select coalesce(sum(count), 0) from ${groups})`,
    most: rareOnly ? sql`case when ${isCommonHere} then -1 else ${most} end` : most,
    cut: (page, where) =>
      isHeld
        ? cutHeld({ name, groups }, page, where)
        : sql`jsonb_build_object('ids', to_jsonb(${inCells(asked, found, page)}), 'whole', true)`,
  };
}

type StepOptions = { when?: Condition; rareOnly?: boolean; byTime?: boolean };

/** A page of hits that are held in a table. */
function cutHeld(
  { name, groups }: { name: RawBuilder<unknown>; groups: RawBuilder<unknown> },
  page: Page,
  where: Condition,
): RawBuilder<HitPage> {
  const { beyond, order, descends } = cutOf(page, 's', 'application_id');
  // The cell that was reached last may have more of them; the ones before it are read to their end.
  const isFull =
    descends && page.sort !== 'waiting'
      ? sql`count(*) > ${sql.lit(page.limit)} and max(p.place) < (select max(place) from ${groups})`
      : sql`false`;
  return sql<HitPage>`(
    select jsonb_build_object('ids', coalesce(jsonb_agg(p.application_id), '[]'), 'whole', ${isFull})
    from (select s.application_id, s.place from ${name} as s where ${allOf([where, beyond])} ${order}) as p)`;
}

/** What a step has brought. */
type Seen = { most: number; groups: Group[]; pages: HitPage[] };

const seenOf = ({ most, groups, cut }: Step, pages: readonly Page[], where: Condition) => sql`
  jsonb_build_object('most', ${most}, 'pages', jsonb_build_array(${sql.join(pages.map((page) => cut(page, where)))}),
    'groups', (select coalesce(jsonb_agg(to_jsonb(g)), '[]') from ${groups} as g))`;

function readSeen({ most, groups, pages }: Seen): Hits {
  const size = groups.reduce((total, { count }) => total + count, 0);
  const all = size <= most;
  return { size, all, pages: pages.map(({ ids, whole }) => ({ ids, whole: all || whole })) };
}

/**
 * The bounded first step: what the inverted index has, if it is not too much to be put in order. What is
 * common is not counted for all stages where one is asked for.
 */
export async function readHits(trx: Trx, asked: Asked, pages: readonly Page[]): Promise<FirstHits> {
  const { filter, spread } = asked;
  const isStaged = stageLabelsOf(filter).length > 0 && hasCells(spread);
  const byTime = pages.every(({ sort }) => sort !== 'waiting');
  const exact = firstOf('exact', asked.exact, asked, { rareOnly: isStaged, byTime });
  const { size, most } = exact;
  const near =
    asked.near &&
    firstOf('near', asked.near, asked, { when: sql`${size} = 0 and ${most} >= 0`, byTime });
  const staged = isStaged
    ? firstOf('staged', atStage(asked.exact, filter), asked, {
        ...{ when: sql`${size} > ${most}`, byTime },
      })
    : undefined;
  // Cells have brought those of the stage already.
  const stagedPages = byTime && goesByCells(asked.exact, spread) ? [] : pages;
  const atThisStage = whereStageOfHit(filter);
  const nothing = sql`null::jsonb`;
  const { rows } = await sql<{ exact: Seen; near: Seen | null; staged: Seen | null }>`
    with ${sql.join([exact, near, staged].flatMap((step) => step?.tables ?? []))}
    select ${seenOf(exact, pages, atThisStage)} as exact,
      ${near ? seenOf(near, pages, atThisStage) : nothing} as near,
      ${staged ? seenOf(staged, stagedPages, isAlways) : nothing} as staged`.execute(trx);
  const seen = rows[0]!;
  const isNone = seen.exact.groups.length === 0 && seen.exact.most >= 0;
  const first = (isNone && seen.near) || seen.exact;
  const hits = readSeen(first);
  const atStageAlone = seen.staged && !isNone ? readSeen(seen.staged) : undefined;
  return {
    ...{ ...hits, groups: first.groups, near: first === seen.near },
    staged: atStageAlone && {
      ...atStageAlone,
      pages: stagedPages.length > 0 ? atStageAlone.pages : hits.pages,
    },
  };
}

/** The same for those at the stage alone. */
export async function readStaged(
  trx: Trx,
  asked: Asked,
  found: Found,
  pages: readonly Page[],
): Promise<Hits> {
  const staged = firstOf('staged', atStage(found, asked.filter), asked);
  const { rows } = await sql<{ seen: Seen }>`
    with ${sql.join(staged.tables)}
    select ${seenOf(staged, pages, isAlways)} as seen`.execute(trx);
  return readSeen(rows[0]!.seen);
}

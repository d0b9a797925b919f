import { type RawBuilder, sql } from 'kysely';
import { countLimit, type Group, phraseLimit } from './application-counts.ts';
import { allOf, type Condition, stageLabelsOf, whereStageOfHit } from './application-filter.ts';
import type { Trx } from './client.ts';
import { cutOf, type Page } from './list-page.ts';
import {
  type Asked,
  atStage,
  cellsOf,
  certainlyMany,
  guessOf,
  inCells,
  mostAtOnce,
  sourceOf,
} from './search-cells.ts';
import { type Found, hasPhrase } from './search-conditions.ts';
import { hasCells, type Spread } from './search-windows.ts';

/** The ids of a page; not `whole`: there may be others between them. */
type HitPage = { ids: string[]; whole: boolean };

/** How many there are, if they are no more than `most`: then these are `all`. */
type Hits = { size: number; most: number; all: boolean; pages: HitPage[] };

/** `near`: nothing is as it was typed. `staged`: those of the stage alone, where all are too many. */
export type FirstHits = Hits & { groups: Group[]; near: boolean; staged: Hits | undefined };

/** The first hits, up to one more than are counted, as parts of a query. */
type Step = {
  /** Pages are cut from the hits that were found; else they come from cells, those of the stage alone. */
  isHeld: boolean;
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
const isNever = sql<boolean>`false`;

type StepOptions = {
  when?: Condition;
  /** What is certainly too much to be counted is left out. */
  countable?: boolean;
  /** No page has another order. */
  byTime?: boolean;
};

function firstOf(
  step: string,
  found: Found,
  asked: Asked,
  { when = isAlways, countable = false, byTime = false }: StepOptions = {},
): Step {
  const { spread, reader } = asked;
  const [name, groups] = [sql.table(step), sql.table(`${step}_groups`)];
  const cells = cellsOf(found, spread);
  const { tables, common, many, most } = cells
    ? guessFor(step, found, spread)
    : { tables: [], common: isNever, many: isNever, most: sql.lit(countLimit) };
  const columns = sql`s.application_id, s.submitted_at, s.stage_since, s.tab, s.decision`;
  const parts = [
    sql`(select * from (select ${columns} from ${sourceOf(found, undefined, reader)}
      where ${when} limit ${most} + 1) as s where not ${common})`,
  ];
  const isCounted = countable ? sql`not ${many}` : isAlways;
  if (cells) {
    parts.push(sql`(select ${columns} from ${sourceOf(found, cells, reader)}
      where ${when} and ${common} and ${isCounted} order by w.place limit ${most} + 1)`);
  }
  const hits = sql`(${sql.join(parts, sql` union all `)})`;
  // To hold the hits costs as much as finding them: where cells bring a page, they are counted alone. But for
  // a phrase, which may have few among very many.
  const isHeld = cells === undefined || !byTime || hasPhrase(found);
  const counted = sql`${groups} as materialized (
    select s.tab, s.decision, count(*) as count from ${isHeld ? name : hits} as s group by 1, 2)`;
  return {
    ...{ isHeld, groups, size: sql`(select coalesce(sum(count), 0) from ${groups})` },
    tables: [...tables, ...(isHeld ? [sql`${name} as materialized ${hits}`] : []), counted],
    most: countable ? sql`(case when ${many} then -1 else ${most} end)` : most,
    cut: (page, where) =>
      isHeld
        ? cutHeld(name, page, where)
        : sql`jsonb_build_object('ids', to_jsonb(${inCells(asked, found, page)}), 'whole', true)`,
  };
}

/** What a step does by the planner's guess, made once: scalars, since a part whose only condition is not met is not begun. */
function guessFor(step: string, found: Found, spread: Spread) {
  const name = sql.table(`${step}_guess`);
  const guess = sql`(select hits from ${name})`;
  const limit = sql.lit(countLimit);
  return {
    tables: [sql`${name} as materialized (select ${guessOf(found)} as hits)`],
    common: sql<boolean>`(${guess} > ${mostAtOnce(found, spread)}::float8)`,
    many: sql<boolean>`(${guess} > ${certainlyMany(found, spread)}::float8)`,
    most: hasPhrase(found)
      ? sql<number>`(case when ${guess} > ${limit} then ${sql.lit(phraseLimit)} else ${limit} end)`
      : limit,
  };
}

/** A page of hits that are held in a table. */
const cutHeld = (name: RawBuilder<unknown>, page: Page, where: Condition): RawBuilder<HitPage> => {
  const { beyond, order } = cutOf(page, 's', 'application_id');
  return sql<HitPage>`(
    select jsonb_build_object('ids', coalesce(jsonb_agg(p.application_id), '[]'), 'whole', false)
    from (select s.application_id from ${name} as s where ${allOf([where, beyond])} ${order}) as p)`;
};

/** What a step has brought. */
type Seen = { most: number; groups: Group[]; pages: HitPage[] };

const seenOf = ({ most, groups, cut }: Step, pages: readonly Page[], where: Condition) => sql`
  jsonb_build_object('most', ${most}, 'pages', jsonb_build_array(${sql.join(pages.map((page) => cut(page, where)))}),
    'groups', (select coalesce(jsonb_agg(to_jsonb(g)), '[]') from ${groups} as g))`;

function readSeen({ most, groups, pages }: Seen): Hits {
  const size = groups.reduce((total, { count }) => total + count, 0);
  const all = size <= most;
  return { size, most, all, pages: pages.map(({ ids, whole }) => ({ ids, whole: all || whole })) };
}

/**
 * The bounded first step: how many there are, and the first ones of each page, or of all. What is certainly too
 * much to be counted is counted at the stage alone where one is asked for; `whole`: even so.
 */
export async function readHits(
  trx: Trx,
  asked: Asked,
  pages: readonly Page[],
  { whole = false }: { whole?: boolean } = {},
): Promise<FirstHits> {
  const { filter, spread } = asked;
  const isStaged = stageLabelsOf(filter).length > 0 && hasCells(spread);
  const byTime = pages.every(({ sort }) => sort !== 'waiting');
  const exact = firstOf('exact', asked.exact, asked, { countable: isStaged && !whole, byTime });
  const { size, most } = exact;
  const near =
    asked.near &&
    firstOf('near', asked.near, asked, { when: sql`${size} = 0 and ${most} >= 0`, byTime });
  const staged = isStaged
    ? firstOf('staged', atStage(asked.exact, filter), asked, {
        ...{ when: sql`${size} > ${most}`, byTime },
      })
    : undefined;
  const atThisStage = whereStageOfHit(filter);
  const nothing = sql`null::jsonb`;
  const { rows } = await sql<{ exact: Seen; near: Seen | null; staged: Seen | null }>`
    with ${sql.join([exact, near, staged].flatMap((step) => step?.tables ?? []))}
    select ${seenOf(exact, pages, atThisStage)} as exact,
      ${near ? seenOf(near, pages, atThisStage) : nothing} as near,
      ${staged ? seenOf(staged, exact.isHeld ? pages : [], isAlways) : nothing} as staged`.execute(
    trx,
  );
  const seen = rows[0]!;
  const isLeftOut = seen.exact.most < 0;
  // It may be that nothing is as it was typed at any stage, whatever the guess was.
  if (isLeftOut && near && seen.staged?.groups.length === 0) {
    return await readHits(trx, asked, pages, { whole: true });
  }
  const isNone = seen.exact.groups.length === 0 && !isLeftOut;
  const first = (isNone && seen.near) || seen.exact;
  const hits = readSeen(first);
  const ofStage = seen.staged && !isNone ? readSeen(seen.staged) : undefined;
  return {
    ...{ ...hits, groups: first.groups, near: first === seen.near },
    staged: ofStage && { ...ofStage, pages: exact.isHeld ? ofStage.pages : hits.pages },
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

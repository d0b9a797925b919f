import { sql } from 'kysely';
import type { ListStage, ListTab } from '../domain/list-stages.ts';
import { listTabs } from '../domain/list-stages.ts';
import type { Decision } from '../domain/stages.ts';
import type { ListFilter } from './application-filter.ts';
import type { Db } from './client.ts';

/** Searches and combined filters are counted exactly up to here. */
export const countLimit = 10_000;

/** Applications of one tab and decision. */
export type Group = { tab: ListStage; decision: Decision | null; count: number };

export type Counts = {
  /** Exact, or `countLimit` + 1 for more than that. */
  total: number;
  /** How many would be in each tab, where that is known. */
  tabs: Record<ListTab, number> | undefined;
};

const isIn = (group: Group, { stage, decision }: ListFilter): boolean =>
  (stage === undefined || group.tab === stage) &&
  (decision === undefined || group.decision === decision);

const sum = (groups: readonly Group[], filter: ListFilter): number =>
  groups.filter((group) => isIn(group, filter)).reduce((total, { count }) => total + count, 0);

/** What the groups of everything that fits, its standing aside, say about the filter. */
export function countGroups(groups: readonly Group[], filter: ListFilter): Counts {
  const tabs = listTabs.map((tab) => [tab, sum(groups, tab === 'all' ? {} : { stage: tab })]);
  return { total: sum(groups, filter), tabs: Object.fromEntries(tabs) };
}

/** What the counters say of one facet, '' for all applications. */
export async function readCounters(db: Db, facet: string): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select tab, nullif(decision, '') as decision, sum(count)::bigint as count from (
      select tab, decision, count from application_counts where facet = ${facet}
      union all
      select tab, decision, change from application_count_changes where facet = ${facet}
    ) as counted group by 1, 2`.execute(db);
  return rows;
}

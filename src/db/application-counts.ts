import { type RawBuilder, sql } from 'kysely';
import type { ListStage, ListTab } from '../domain/list-stages.ts';
import { listTabs } from '../domain/list-stages.ts';
import type { Decision } from '../domain/stages.ts';
import type { ListFilter } from './application-filter.ts';
import type { Db } from './client.ts';
import { prepare } from './prepared.ts';

/** Searches and combined filters are counted exactly up to here. */
export const countLimit = 10_000;

/** Common phrases up to here: to see the order of its words, those of each application are unpacked. */
export const phraseLimit = 1_000;

/** Applications of one tab and decision. */
export type Group = { tab: ListStage; decision: Decision | null; count: number };

export type Counts = {
  /** Exact up to `limit`; more than that, one more unless the counters know. */
  total: number;
  limit: number;
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
  return { total: sum(groups, filter), limit: countLimit, tabs: Object.fromEntries(tabs) };
}

/** What the counters say of one facet, '' for all applications, nothing for null. */
export const countersOf = (facet: string | null): RawBuilder<Group> => sql<Group>`
  select tab, nullif(decision, '') as decision, sum(count)::bigint as count from (
    select tab, decision, count from application_counts where facet = ${facet}::text
    union all
    select tab, decision, change from application_count_changes where facet = ${facet}::text
  ) as counted group by 1, 2`;

const selectAll = prepare((db) => countersOf('').compile(db));

/** What they say of all applications. */
export async function readCounters(db: Db): Promise<Group[]> {
  return (await selectAll(db, {})).rows;
}

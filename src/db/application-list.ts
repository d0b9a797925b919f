import { type RawBuilder, sql } from 'kysely';
import type { Decision, Stage } from '../domain/stages.ts';
import {
  hitsAreComplete,
  type ListFilter,
  type ListStage,
  searchHits,
  whereFacts,
  whereSearch,
  whereStage,
} from './application-filter.ts';
import type { Db } from './client.ts';

/** A place in the list, which is ordered by time of submission and id, the newest first. */
export type ListPosition = {
  /** Microseconds since 1970: a Date would lose the last three digits and with them rows. */
  micros: number;
  id: string;
};

/** One line of the list. */
export type ListedApplication = {
  id: string;
  reference: string;
  fullName: string;
  latinName: string;
  places: string[];
  placesOther: string;
  /** What the call it answers calls its places, by their keys. */
  placeNames: Record<string, string>;
  languages: string[];
  /** Languages of the writing samples. */
  sampleLanguages: string[];
  stage: Exclude<Stage, 'draft'>;
  decision: Decision | null;
  stageSince: Date;
  submittedAt: Date;
  micros: number;
  replyDays: number;
  opened: boolean;
  documentCount: number;
};

type Page = {
  /** Rows after this one, older; or before it, newer. Neither: from the newest. */
  after?: ListPosition | undefined;
  before?: ListPosition | undefined;
  limit: number;
};

const beyond = ({ after, before }: Page): RawBuilder<boolean> => {
  const position = after ?? before;
  if (!position) return sql`true`;
  const time = sql`'epoch'::timestamptz + ${position.micros}::float8 * interval '1 microsecond'`;
  return sql`(a.submitted_at, a.id) ${sql.raw(after ? '<' : '>')} (${time}, ${position.id}::uuid)`;
};

/**
 * A page of the list, the newest first, and whether there is more in the direction asked for. The
 * names of places come in `language`, else in `fallback`, else in any, as `pickText` chooses.
 */
export async function listApplications(
  db: Db,
  filter: ListFilter,
  page: Page,
  names: { language: string; fallback: string },
): Promise<{ rows: ListedApplication[]; more: boolean }> {
  const order = sql.raw(page.before && !page.after ? 'asc' : 'desc');
  const select = (condition: RawBuilder<boolean>): RawBuilder<unknown> => sql`(
    select a.id, a.submitted_at from applications as a
    where ${whereFacts(filter)} and ${whereStage(filter)} and ${beyond(page)} and ${condition}
    order by a.submitted_at ${order}, a.id ${order} limit ${page.limit + 1})`;
  const { search } = filter;
  const chosen = search
    ? sql`with hits as materialized (${searchHits(search)}), chosen as (
        ${select(sql`${hitsAreComplete} and a.id in (select id from hits)`)}
        union all
        ${select(sql`not (${hitsAreComplete}) and ${whereSearch(search)}`)})`
    : sql`with chosen as ${select(sql`true`)}`;
  const { rows } = await sql<ListedApplication>`${chosen}
    select a.id, a.reference, a.full_name, a.latin_name, a.places, a.places_other, a.languages,
      a.stage, a.decision, a.stage_since, a.submitted_at,
      (extract(epoch from a.submitted_at) * 1000000)::bigint as micros,
      v.reply_days,
      coalesce(
        coalesce(v.texts -> ${names.language}, v.texts -> ${names.fallback},
          (select value from jsonb_each(v.texts) limit 1)) -> 'places', '{}') as place_names,
      exists (select 1 from access_log as l where l.application_id = a.id) as opened,
      (select count(*) from documents as d
        where d.application_id = a.id and d.state = 'received') as document_count,
      array(select distinct d.language from documents as d
        where d.application_id = a.id and d.language is not null order by 1) as sample_languages
    from chosen
    join applications as a on a.id = chosen.id
    join call_versions as v on v.id = a.call_version_id
    order by a.submitted_at ${order}, a.id ${order}`.execute(db);
  const kept = rows.slice(0, page.limit);
  return {
    rows: page.before && !page.after ? kept.reverse() : kept,
    more: rows.length > page.limit,
  };
}

/** Counts are exact up to here; beyond it they say one more. */
export const countLimit = 10_000;
export const tabCountLimit = 1000;

/** What the list's tabs show. */
export const listTabs = [
  'all',
  'new',
  'screening',
  'review',
  'shortlist',
  'decided',
  'withdrawn',
] as const satisfies readonly ('all' | ListStage)[];
export type ListTab = (typeof listTabs)[number];

/**
 * How many applications fit the filter, up to `countLimit` + 1, and for each tab how many would fit
 * with its stage instead, up to `tabCountLimit` + 1.
 */
export async function countApplications(
  db: Db,
  filter: ListFilter,
): Promise<{ total: number; tabs: Record<ListTab, number> }> {
  const facts = whereFacts(filter);
  const { search } = filter;
  const bounded = (condition: RawBuilder<boolean>, limit: number): RawBuilder<number> =>
    sql`(select count(*) from (
      select 1 from applications as a where ${facts} and ${condition} limit ${limit + 1}) as bounded)`;
  const count = (stage: Pick<ListFilter, 'stage' | 'decision'>, limit: number) =>
    search
      ? sql<number>`case when ${hitsAreComplete}
          then (select count(*) from matched as a where ${whereStage(stage)})
          else ${bounded(sql`${whereStage(stage)} and ${whereSearch(search)}`, limit)} end`
      : bounded(whereStage(stage), limit);
  const found = search
    ? sql`with hits as materialized (${searchHits(search)}), matched as materialized (
        select a.id, a.stage, a.decision from applications as a
        where ${hitsAreComplete} and a.id in (select id from hits) and ${facts})`
    : sql``;
  const tabs = listTabs.map((tab) => {
    const stage = tab === 'all' ? {} : { stage: tab };
    return sql`${count(stage, tabCountLimit)} as ${sql.id(tab)}`;
  });
  const { rows } = await sql<Record<ListTab | 'total', number>>`${found}
    select ${count(filter, countLimit)} as total, ${sql.join(tabs)}`.execute(db);
  const { total, ...counts } = rows[0]!;
  return { total, tabs: counts };
}

import { type RawBuilder, sql } from 'kysely';
import { type ListTab, listTabs } from '../domain/list-stages.ts';
import type { Decision, Stage } from '../domain/stages.ts';
import {
  allOf,
  type Condition,
  isOpened,
  type ListFilter,
  waysTo,
  whereStage,
} from './application-filter.ts';
import type { Db } from './client.ts';
import { hasMailTrouble } from './mail-trouble.ts';
import { hasTwin } from './pairs.ts';

/** A place in the list, which is ordered by time of submission and id, the newest first. */
export type ListPosition = {
  id: string;
  /** Microseconds since 1970: a Date would lose the last three digits and with them rows. Absent: when that application was submitted. */
  micros?: number;
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
  /** It may be the same person's as another one. */
  twin: boolean;
  /** One of its mails needs a person. */
  mailTrouble: boolean;
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
  const { micros, id } = position;
  const time =
    micros === undefined
      ? sql`(select here.submitted_at from applications as here where here.id = ${id})`
      : sql`'epoch'::timestamptz + ${micros}::float8 * interval '1 microsecond'`;
  return sql`(a.submitted_at, a.id) ${sql.raw(after ? '<' : '>')} (${time}, ${id}::uuid)`;
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
  const upwards = page.before !== undefined && page.after === undefined;
  const order = sql.raw(upwards ? 'asc' : 'desc');
  const { hits, ways } = waysTo(filter);
  const select = (way: Condition): RawBuilder<unknown> => sql`(
    select a.id from applications as a
    where ${allOf([way, whereStage(filter), beyond(page)])}
    order by a.submitted_at ${order}, a.id ${order} limit ${page.limit + 1})`;
  const chosen = sql`chosen as (${sql.join(ways.map(select), sql` union all `)})`;
  const { rows } = await sql<ListedApplication>`with ${sql.join([...hits, chosen])}
    select a.id, a.reference, a.full_name, a.latin_name, a.places, a.places_other, a.languages,
      a.stage, a.decision, a.stage_since, a.submitted_at,
      (extract(epoch from a.submitted_at) * 1000000)::bigint as micros,
      v.reply_days,
      coalesce(
        coalesce(v.texts -> ${names.language}, v.texts -> ${names.fallback},
          (select value from jsonb_each(v.texts) limit 1)) -> 'places', '{}') as place_names,
      ${isOpened} as opened,
      ${hasMailTrouble} as mail_trouble,
      ${hasTwin} as twin,
      (select count(*) from documents as d
        where d.application_id = a.id and d.state = 'received') as document_count,
      array(select distinct d.language from documents as d
        where d.application_id = a.id and d.state = 'received' and d.language is not null
        order by 1) as sample_languages
    from chosen
    join applications as a on a.id = chosen.id
    join call_versions as v on v.id = a.call_version_id
    order by a.submitted_at ${order}, a.id ${order}`.execute(db);
  const kept = rows.slice(0, page.limit);
  return { rows: upwards ? kept.reverse() : kept, more: rows.length > page.limit };
}

/** Counts are exact up to here. */
export const countLimit = 10_000;

type Group = { stage: Stage; decision: Decision | null; opened: boolean | null; count: number };

const shownStage = ({ stage, opened }: Group): Stage | 'new' =>
  stage === 'screening' && !opened ? 'new' : stage;

const isIn = (group: Group, { stage, decision }: Pick<ListFilter, 'stage' | 'decision'>): boolean =>
  (stage === undefined || shownStage(group) === stage) &&
  (decision === undefined || group.decision === decision);

/**
 * How many applications fit the filter, up to `countLimit` + 1; and how many would in each tab, if
 * those of all tabs together are not more than that.
 */
export async function countApplications(
  db: Db,
  filter: ListFilter,
): Promise<{ total: number; tabs: Record<ListTab, number> | undefined }> {
  const { hits, ways } = waysTo(filter);
  const matching = (stage: Condition): RawBuilder<unknown> => {
    const selects = ways.map(
      (way) => sql`(select a.id, a.stage, a.decision from applications as a
        where ${allOf([way, stage])} limit ${countLimit + 1})`,
    );
    return sql`select * from (${sql.join(selects, sql` union all `)}) as matching`;
  };
  const everything = sql`(select count(*) from matched)`;
  const isStaged = filter.stage !== undefined || filter.decision !== undefined;
  const beyond = isStaged
    ? sql`(select count(*) from (${matching(whereStage(filter))}) as further)`
    : everything;
  const matched = sql`matched as materialized (${matching(sql`true`)})`;
  const { rows } = await sql<Group & { beyond: number | null }>`with ${sql.join([...hits, matched])}
    select a.stage, a.decision, case when a.stage = 'screening' then ${isOpened} end as opened,
      count(*) as count,
      case when ${everything} > ${countLimit} then least(${beyond}, ${countLimit + 1}) end as beyond
    from matched as a group by 1, 2, 3`.execute(db);
  const sum = (stage: Pick<ListFilter, 'stage' | 'decision'>): number =>
    rows.filter((group) => isIn(group, stage)).reduce((total, { count }) => total + count, 0);
  const beyondLimit = rows[0]?.beyond ?? null;
  if (beyondLimit !== null) return { total: beyondLimit, tabs: undefined };
  const tabs = listTabs.map((tab) => [tab, sum(tab === 'all' ? {} : { stage: tab })]);
  return { total: sum(filter), tabs: Object.fromEntries(tabs) };
}

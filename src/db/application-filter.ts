import { type RawBuilder, sql } from 'kysely';
import type { SearchTerms } from '../domain/search-terms.ts';
import type { Decision, Stage } from '../domain/stages.ts';

/** A stage to filter by; `new` is screening that nobody has opened. */
export type ListStage = Exclude<Stage, 'draft'> | 'new';

/** What the list shows; everything that is named must fit. */
export type ListFilter = {
  stage?: ListStage;
  decision?: Decision;
  /** Key of a place. */
  place?: string;
  /** ISO 639 code of a language somebody works in, or of a writing sample. */
  language?: string;
  /** Slug of a call. */
  call?: string;
  search?: Pick<SearchTerms, 'words' | 'emailPart' | 'references'> & {
    /** Keyed hash of the text as one folded address. */
    emailHash: Buffer | undefined;
  };
};

type Condition = RawBuilder<boolean>;

const all = (conditions: Condition[]): Condition =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);

/** Fits a part of a text, whatever of LIKE's own characters stands in it. */
const like = (part: string): string => `%${part.replace(/[\\%_]/g, '\\$&')}%`;

/** The stage of `a`, which is `applications` or a relation with its columns id, stage and decision. */
export function whereStage({ stage, decision }: Pick<ListFilter, 'stage' | 'decision'>): Condition {
  const conditions: Condition[] = [];
  if (stage === 'new') {
    conditions.push(sql`a.stage = 'screening'
      and not exists (select 1 from access_log as l where l.application_id = a.id)`);
  } else if (stage) conditions.push(sql`a.stage = ${stage}`);
  if (decision) conditions.push(sql`a.decision = ${decision}`);
  return all(conditions);
}

/** Everything of the filter but stage and search. Drafts have no time of submission. */
export function whereFacts({ place, language, call }: ListFilter): Condition {
  const conditions: Condition[] = [sql`a.submitted_at is not null`];
  if (place) conditions.push(sql`a.places @> array[${place}]::text[]`);
  if (language) {
    conditions.push(sql`(a.languages @> array[${language}]::text[] or exists (
      select 1 from documents as d
      where d.application_id = a.id and d.language = ${language} and d.state = 'received'))`);
  }
  if (call) conditions.push(sql`a.call_id = (select c.id from calls as c where c.slug = ${call})`);
  return all(conditions);
}

type Search = NonNullable<ListFilter['search']>;

function meaningsOf({ words, emailPart, emailHash, references }: Search): Condition[] {
  const meanings: Condition[] = [];
  if (words.length > 0) {
    meanings.push(all(words.map((word) => sql`a.search_name like ${like(word)}`)));
  }
  if (emailPart !== undefined) meanings.push(sql`lower(a.email) like ${like(emailPart)}`);
  if (emailHash) meanings.push(sql`a.email_hash = ${emailHash}`);
  for (const { from, to } of references) {
    meanings.push(sql`a.reference between ${from} and ${to}`);
  }
  return meanings.length === 0 ? [sql`false`] : meanings;
}

/** Any meaning of the search, checked row by row. */
export function whereSearch(search: Search): Condition {
  return sql`(${sql.join(meaningsOf(search), sql` or `)})`;
}

const hitLimit = 1000;

/**
 * The ids that a search finds, each meaning asked of its own index up to a bound. Walking the list by
 * date instead takes most of a second at a million rows when the word is rare, since the planner
 * can't tell how rare; when the bound is passed the word is common and walking is fast.
 */
export function searchHits(search: Search): RawBuilder<{ id: string }> {
  const branches = meaningsOf(search).map(
    (meaning) => sql`(select a.id from applications as a
      where a.submitted_at is not null and ${meaning} limit ${sql.lit(hitLimit + 1)})`,
  );
  return sql`${sql.join(branches, sql` union `)}`;
}

/** True when `hits` holds everything that the search finds. A constant to the planner: one side of a choice never runs. */
export const hitsAreComplete: Condition = sql`(select count(*) from hits) <= ${sql.lit(hitLimit)}`;

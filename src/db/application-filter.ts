import { type RawBuilder, sql } from 'kysely';
import type { ListStage } from '../domain/list-stages.ts';
import type { SearchTerms } from '../domain/search-terms.ts';
import type { Decision } from '../domain/stages.ts';

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

/** About a row of `applications`, which is called `a`. */
export type Condition = RawBuilder<boolean>;

export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** True of `a` once some staff member has opened it. A scalar, since the planner would turn `exists` into a join that reads the whole log. */
export const isOpened: Condition = sql`(
  select l.id from access_log as l where l.application_id = a.id limit 1) is not null`;

/** The stage of a filter, as rows show it: what nobody has opened is new and not yet in screening. */
export function whereStage({ stage, decision }: Pick<ListFilter, 'stage' | 'decision'>): Condition {
  const conditions: Condition[] = [];
  if (stage === 'new') conditions.push(sql`a.stage = 'screening' and not (${isOpened})`);
  else if (stage === 'screening') conditions.push(sql`a.stage = 'screening' and ${isOpened}`);
  else if (stage) conditions.push(sql`a.stage = ${stage}`);
  if (decision) conditions.push(sql`a.decision = ${decision}`);
  return allOf(conditions);
}

function whereFacts({ place, call, search }: ListFilter): Condition {
  // Drafts have no time of submission.
  const conditions: Condition[] = [sql`a.submitted_at is not null`];
  // Whoever asks for a reference gets it, merged or not.
  if (!search?.references.length) conditions.push(sql`a.merged_into is null`);
  if (place) conditions.push(sql`a.places @> array[${place}]::text[]`);
  if (call) conditions.push(sql`a.call_id = (select c.id from calls as c where c.slug = ${call})`);
  return allOf(conditions);
}

const trigram = 3;
/** LIKE's own characters stand for themselves. */
const starting = (part: string): string => `${part.replace(/[\\%_]/g, '\\$&')}%`;
const like = (part: string): string => `%${starting(part)}`;

/** A short word has no trigram of its own: it is found where a name begins with it. */
function whereWord(word: string): Condition {
  return word.length < trigram
    ? sql`(a.search_name like ${starting(word)} or a.search_name like ${`% ${starting(word)}`})`
    : sql`a.search_name like ${like(word)}`;
}

function meaningsOf(search: NonNullable<ListFilter['search']>): Condition[] {
  const { words, emailPart, emailHash, references } = search;
  const meanings: Condition[] = references.map(
    ({ from, to }) => sql`a.reference between ${from} and ${to}`,
  );
  if (words.length > 0) {
    meanings.push(allOf(words.map(whereWord)));
  }
  if (emailPart !== undefined && emailPart.length >= trigram) {
    meanings.push(sql`lower(a.email) like ${like(emailPart)}`);
  }
  if (emailHash) meanings.push(sql`a.email_hash = ${emailHash}`);
  return meanings;
}

/** A part of the filter that can be asked of indexes as well as checked row by row. */
type Narrowing = { check: Condition; sources: RawBuilder<unknown>[] };

const hitLimit = 1000;
const bound = sql`limit ${sql.lit(hitLimit + 1)}`;

function narrowingsOf({ search, language }: ListFilter): Narrowing[] {
  const narrowings: Narrowing[] = [];
  if (search) {
    const meanings = meaningsOf(search);
    // A text without any meaning finds nothing.
    const all = meanings.length === 0 ? [sql<boolean>`false`] : meanings;
    narrowings.push({
      check: sql`(${sql.join(all, sql` or `)})`,
      sources: all.map(
        (meaning) => sql`(select a.id from applications as a
          where a.submitted_at is not null and ${meaning} ${bound})`,
      ),
    });
  }
  if (language) {
    const works = sql`a.languages @> array[${language}]::text[]`;
    const sample = sql`d.language = ${language} and d.state = 'received'`;
    narrowings.push({
      check: sql`(${works} or exists (
        select 1 from documents as d where d.application_id = a.id and ${sample}))`,
      sources: [
        sql`(select a.id from applications as a
          where a.submitted_at is not null and ${works} ${bound})`,
        sql`(select d.application_id from documents as d where ${sample} ${bound})`,
      ],
    });
  }
  return narrowings;
}

/**
 * The ways to the rows of a filter, its stage aside: the first CTEs of a query, and conditions of
 * which exactly one holds for each row that fits. A rare word or language comes from its indexes, up
 * to a bound. To walk the list by date instead, as the planner would, takes most of a second at a
 * million rows, since it can't tell how rare the word is; past the bound it is common, and walking
 * is fast. Which way is taken is a constant to the planner: the others never run.
 */
export function waysTo(filter: ListFilter): { hits: RawBuilder<unknown>[]; ways: Condition[] } {
  const narrowings = narrowingsOf(filter);
  const name = (index: number): RawBuilder<unknown> => sql.id(`hits_${index}`);
  const isComplete = (index: number): Condition =>
    sql`(select count(*) from ${name(index)}) <= ${sql.lit(hitLimit)}`;
  const facts = whereFacts(filter);
  return {
    hits: narrowings.map(
      ({ sources }, index) =>
        sql`${name(index)} (id) as materialized (${sql.join(sources, sql` union `)})`,
    ),
    ways: [...narrowings, undefined].map((taken, index) =>
      allOf([
        facts,
        ...narrowings
          .slice(0, index)
          .map((_, earlier) => sql<boolean>`not (${isComplete(earlier)})`),
        ...(taken
          ? [isComplete(index), sql<boolean>`a.id in (select id from ${name(index)})`]
          : []),
        ...narrowings.filter((one) => one !== taken).map(({ check }) => check),
      ]),
    ),
  };
}

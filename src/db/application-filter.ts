import { type RawBuilder, sql } from 'kysely';
import type { ListFlag } from '../domain/list-flags.ts';
import type { ListStage } from '../domain/list-stages.ts';
import type { SearchTerms } from '../domain/search-terms.ts';
import type { Decision } from '../domain/stages.ts';
import { mark } from './search.ts';

/** What one line of search text asks for. */
export type Search = Omit<SearchTerms, 'address'> & {
  /** Keyed hash of the text as one folded address. */
  emailHash: Buffer | undefined;
};

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
  /** Id of the handling editor; null for applications that nobody handles. */
  handling?: string | null;
  /** Id of a tag. */
  tag?: string;
  /** What it is marked with at this moment. */
  flag?: { name: ListFlag; now: Date };
  search?: Search;
};

export type Condition = RawBuilder<boolean>;

export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** True of a row of `applications` called `a` once some staff member has opened it. */
export const isOpened: Condition = sql`(a.opened_at is not null)`;

/**
 * The columns that change, about a row of `applications` called `a`: each as one of the partial indexes
 * has it, so that the list is a walk along that index.
 */
export function whereStanding({ stage, decision, handling }: ListFilter): Condition {
  const conditions: Condition[] = [];
  if (stage === 'new') conditions.push(sql`a.stage = 'screening' and a.opened_at is null`);
  else if (stage === 'screening') conditions.push(sql`a.stage = 'screening' and ${isOpened}`);
  // Only what is decided has a decision, which has an index of its own.
  else if (stage && !(stage === 'decided' && decision)) conditions.push(sql`a.stage = ${stage}`);
  if (decision) conditions.push(sql`a.decision = ${decision}`);
  if (handling === null) conditions.push(sql`a.handling_editor_id is null`);
  else if (handling) conditions.push(sql`a.handling_editor_id = ${handling}`);
  return allOf(conditions);
}

/** The lexemes of `search_standing` that a filter asks for: who handles it and its tag, its stage aside. */
export function labelsOf({ handling, tag }: ListFilter): string[] {
  return [
    ...(handling === undefined ? [] : [`h/${handling ?? 'none'}`]),
    ...(tag === undefined ? [] : [tag]),
  ];
}

/** Those of its stage. */
export function stageLabelsOf({ stage, decision }: ListFilter): string[] {
  return [...(stage ? [`t/${stage}`] : []), ...(decision ? [`s/${decision}`] : [])];
}

/** Has all of these, about a row called `s`, as the large index has it. */
export function whereLabelled(labels: readonly string[]): Condition[] {
  if (labels.length === 0) return [];
  return [
    sql`search_standing(s.tab, s.decision, s.handling_editor_id, s.tags) @> ${[...labels]}::text[]`,
  ];
}

/** The stage and decision that a filter asks for, about what was found in `application_search`, called `s`. */
export function whereStageOfHit({ stage, decision }: ListFilter): Condition {
  return allOf([
    ...(stage ? [sql<boolean>`s.tab = ${stage}`] : []),
    ...(decision ? [sql<boolean>`s.decision = ${decision}`] : []),
  ]);
}

/** What a filter asks of an application's facets. */
export function facetsOfFilter({ place, language, call }: ListFilter): string[] {
  return [
    ...(place === undefined ? [] : [mark.place + place]),
    ...(language === undefined ? [] : [mark.language + language]),
    ...(call === undefined ? [] : [mark.call + call]),
  ];
}

/** LIKE's own characters stand for themselves. */
const starting = (part: string): string => `${part.replace(/[\\%_]/g, '\\$&')}%`;
const trigram = 3;

/** A short word has no trigram of its own: it is found where a name begins with it. */
export function whereHandles(part: string): Condition {
  return [...part].length < trigram
    ? sql`(s.handles like ${starting(part)} or s.handles like ${`% ${starting(part)}`})`
    : sql`s.handles like ${`%${starting(part)}`}`;
}

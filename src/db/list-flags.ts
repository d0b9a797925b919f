import { type RawBuilder, sql } from 'kysely';
import type { ListFlag } from '../domain/list-flags.ts';
import { undecidedStages } from '../domain/reply-clock.ts';
import type { Condition, ListFilter } from './application-filter.ts';
import { hidesIdentity } from './blind-access.ts';
import { untoldDecisions } from './decision-acts.ts';
import type { Reader } from './review-access.ts';

const isUndecided: Condition = sql`a.stage in (${sql.join(undecidedStages.map(sql.lit))})`;

const promisedDays = sql`make_interval(hours => 24 * v.reply_days)`;

/** A part of the applications, called `a`. */
export type Part = { from: RawBuilder<unknown>; where: Condition };

/**
 * Whose promised day is over while the reply is owed, as `isLate` says: those that nobody has decided, and
 * those whose decision letter has not left, which are few. The first bound is one value, at which the walk
 * along the index begins.
 */
export function lateParts(now: Date): Part[] {
  const today = sql`(select date_trunc('day', ${now}::timestamptz at time zone p.time_zone)
    at time zone p.time_zone from publication as p)`;
  const isOver: Condition = sql`a.submitted_at < ${today} - (
      select ${promisedDays} from call_versions as v where v.id = a.call_version_id)`;
  const isOpen: Condition = sql`${isUndecided}
    and a.submitted_at is not null and a.merged_into is null
    and a.submitted_at < ${today} - (
      select make_interval(hours => 24 * min(v.reply_days)) from call_versions as v)`;
  return [
    { from: sql`applications as a`, where: sql`${isOpen} and ${isOver}` },
    { from: untoldDecisions, where: isOver },
  ];
}

const standing = sql`p.state in ('suspected', 'linked')`;

/** By flag, the ids of the applications that have it, each from an index that holds nothing else. */
const flagged: Record<ListFlag, (now: Date, reader: Reader) => ReturnType<typeof sql>> = {
  late: (now) =>
    sql.join(
      lateParts(now).map(({ from, where }) => sql`select a.id from ${from} where ${where}`),
      sql` union all `,
    ),
  awaiting: () => sql`select a.id from requests as r
    join applications as a on a.id = r.application_id where r.state = 'open' and ${isUndecided}`,
  wrote: () => sql`select a.id from applications as a where a.unread_message_at is not null`,
  active: () => sql`select d.application_id from document_texts as d where d.active <> '{}'`,
  unscanned: () => sql`select d.application_id from (
      select application_id from documents where scan = 'waiting'
      union all select application_id from documents where scan = 'unscannable') as d
    where (select s.required from scanning as s)`,
  infected: () => sql`select d.application_id from documents as d where d.scan = 'infected'`,
  duplicate: (_, reader) => sql`
    select a.id from (
      select p.first_id as id from application_pairs as p where ${standing}
      union select p.second_id from application_pairs as p where ${standing}) as twins
    join applications as a on a.id = twins.id where not ${hidesIdentity(reader)}`,
};

/** Has the flag that is asked for, about what was found in `application_search`, called `s`. */
export function whereFlagged({ flag }: ListFilter, reader: Reader): Condition[] {
  if (flag === undefined) return [];
  return [sql`s.application_id in (${flagged[flag.name](flag.now, reader)})`];
}

/** Who was decided about, or has withdrawn, is not asked any more. A scalar, as `hasMailTrouble` is. */
export const awaitsApplicant: Condition = sql`${isUndecided} and (select r.id from requests as r
  where r.application_id = a.id and r.state = 'open') is not null`;

/** True of an application `a` with a document that can act. */
export const hasActiveContent: Condition = sql`exists (select from document_texts as d
  where d.application_id = a.id and d.active <> '{}')`;

/** True of an application `a` with a document that waits for the virus scanner, or that it can't look at. */
export const hasUnscanned: Condition = sql`(select s.required from scanning as s) and exists (
  select from documents as d where d.application_id = a.id and d.scan in ('waiting', 'unscannable'))`;

/** True of an application `a` with a document in which the virus scanner found something. */
export const hasInfectedDocument: Condition = sql`exists (select from documents as d
  where d.application_id = a.id and d.scan = 'infected')`;

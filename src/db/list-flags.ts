import { type RawBuilder, sql } from 'kysely';
import type { ListFlag } from '../domain/list-flags.ts';
import type { ListSort } from '../domain/list-stages.ts';
import { undecidedStages } from '../domain/reply-clock.ts';
import type { Condition, ListFilter } from './application-filter.ts';
import { hidesIdentity } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { untoldDecisions } from './decision-acts.ts';
import type { Reader } from './review-access.ts';

const isUndecided: Condition = sql`a.stage in (${sql.join(undecidedStages.map(sql.lit))})`;

/** A part of the applications, called `a`. */
type Part = { from: RawBuilder<unknown>; where: Condition };

const inTable = sql`applications as a`;
const byVersion = sql`call_versions as v cross join lateral`;

// Tables of one row are asked by its key: a search forbids to read tables from end to end, and where nothing else
// is left PostgreSQL before 18 adds so much to the cost that it sees no difference between plans any more.
const theOne = sql`id = 1`;
const isScanned: Condition = sql`(select required from scanning where ${theOne})`;

/**
 * Whose promised day is over while the reply is owed, as `isLate` says: those that nobody has decided, by the
 * version that made the promise, and those whose decision letter has not left, which are few.
 */
function lateness(now: Date): { isOverBy: Condition; told: Part } {
  const today = sql`(select date_trunc('day', ${now}::timestamptz at time zone p.time_zone)
    at time zone p.time_zone from publication as p where p.${theOne})`;
  const isOver: Condition = sql`a.submitted_at < ${today} - make_interval(hours => 24 * v.reply_days)`;
  return {
    isOverBy: sql`${isUndecided} and a.submitted_at is not null and a.merged_into is null
      and a.call_version_id = v.id and ${isOver}`,
    told: {
      from: sql`${untoldDecisions} join call_versions as v on v.id = a.call_version_id`,
      where: isOver,
    },
  };
}

/** Of an order of the list, how its beginning is cut out of those that meet a condition. */
type Cut = { sort: ListSort; where: Condition; order: RawBuilder<unknown> };

/** The first late ones: by version where submission orders them, by stage where they stand there. */
export function firstLate(now: Date, { sort, where, order }: Cut): RawBuilder<unknown>[] {
  const { isOverBy, told } = lateness(now);
  const columns = sql`a.id, a.submitted_at, a.stage_since`;
  const decided = sql`select ${columns} from ${told.from} where ${told.where} and ${where}`;
  if (sort !== 'waiting') {
    return [
      sql`select ${columns} from ${byVersion} (
        select ${columns} from ${inTable} where ${isOverBy} and ${where} ${order}) as a`,
      decided,
    ];
  }
  const isLate = sql`exists (select from call_versions as v where ${isOverBy})`;
  const standing = undecidedStages.map(
    (stage) => sql`select ${columns} from ${inTable}
      where a.stage = ${sql.lit(stage)} and ${isLate} and ${where} ${order}`,
  );
  return [...standing, decided];
}

/** How many are late, up to `limit`: from indexes alone. */
export async function countLate(db: Db | Trx, now: Date, limit: number): Promise<number> {
  const { isOverBy, told } = lateness(now);
  const { rows } = await sql<{ count: number }>`
    select count(*) from (
      (select a.id from ${byVersion} (
        select a.id from ${inTable} where ${isOverBy} limit ${limit}) as a)
      union all (select a.id from ${told.from} where ${told.where})
      limit ${limit}) as late`.execute(db);
  return rows[0]!.count;
}

const standing = sql`p.state in ('suspected', 'linked')`;

/** By flag, the ids of the applications that have it, each from an index that holds nothing else. */
const flagged: Record<ListFlag, (now: Date, reader: Reader) => ReturnType<typeof sql>> = {
  late: (now) => {
    const { isOverBy, told } = lateness(now);
    return sql`select a.id from call_versions as v join ${inTable} on ${isOverBy}
      union all select a.id from ${told.from} where ${told.where}`;
  },
  awaiting: () => sql`select a.id from requests as r
    join applications as a on a.id = r.application_id where r.state = 'open' and ${isUndecided}`,
  wrote: () => sql`select a.id from applications as a where a.unread_message_at is not null`,
  active: () => sql`select d.application_id from document_texts as d where d.active <> '{}'`,
  unscanned: () => sql`select d.application_id from (
      select application_id from documents where scan = 'waiting'
      union all select application_id from documents where scan = 'unscannable') as d
    where ${isScanned}`,
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
export const hasUnscanned: Condition = sql`${isScanned} and exists (
  select from documents as d where d.application_id = a.id and d.scan in ('waiting', 'unscannable'))`;

/** True of an application `a` with a document in which the virus scanner found something. */
export const hasInfectedDocument: Condition = sql`exists (select from documents as d
  where d.application_id = a.id and d.scan = 'infected')`;

import { sql } from 'kysely';
import { foldName, searchNameOf } from '../domain/names.ts';
import { type PairReason, shortestTellingName } from '../domain/pairs.ts';
import type { Trx } from './client.ts';
import { orderedPair } from './pairs.ts';

/** So many others at most are suspected for one reason: more would be no help to anybody. */
const suspectLimit = 20;
/** How much of a name's trigrams must be found side by side in the other's. */
const nameLikeness = 0.8;

/** What an application is compared by. */
export type Twin = {
  id: string;
  /** Its folded names that are telling enough to suspect somebody. */
  names: string[];
  /** All its folded names. */
  handles: string;
};

/**
 * Locks applications for the rest of the transaction, always in one order, so that nobody waits for
 * ever. Those that may have a twin come back: submitted ones that are not discreet.
 */
export async function lockTwins(trx: Trx, ids: readonly string[]): Promise<Twin[]> {
  const { rows } = await sql<{
    id: string;
    fullName: string;
    latinName: string;
    penName: string;
    open: boolean;
  }>`
    select id, full_name, latin_name, pen_name, submitted_at is not null and not discreet as open
    from applications where id = any(${ids}::uuid[]) order by id for no key update`.execute(trx);
  return rows
    .filter(({ open }) => open)
    .map(({ id, ...names }) => ({
      id,
      names: [...new Set([names.fullName, names.latinName, names.penName].map(foldName))].filter(
        (name) => name.length >= shortestTellingName && name.includes(' '),
      ),
      handles: searchNameOf(names),
    }));
}

/** How alike names must be, for the rest of the transaction. */
const setLikeness = async (trx: Trx): Promise<void> => {
  await sql`select set_config('pg_trgm.strict_word_similarity_threshold',
    ${String(nameLikeness)}, true)`.execute(trx);
};

/** Submitted applications that have the mailbox, a document or nearly a name of this one, discreet ones never. */
export async function findSuspects(
  trx: Trx,
  { id, names }: Pick<Twin, 'id' | 'names'>,
): Promise<string[]> {
  await setLikeness(trx);
  const others = sql`a.submitted_at is not null and not a.discreet and a.id <> own.id`;
  const newest = sql`order by a.submitted_at desc limit ${sql.lit(suspectLimit)}`;
  const byName = names.map(
    (name) => sql`(select a.id
      from application_search as s join applications as a on a.id = s.application_id
      join own on true
      where ${name} <<% s.handles and ${others} ${newest})`,
  );
  const { rows } = await sql<{ id: string }>`
    with own as (
      select id, email_hash from applications where id = ${id} and not discreet)
    ${sql.join(
      [
        sql`(select a.id from applications as a
          join own on a.email_hash = own.email_hash where ${others} ${newest})`,
        sql`(select a.id from applications as a
          join own on true
          where ${others} and a.id in (
            select theirs.application_id from documents as mine
            join documents as theirs on theirs.sha256 = mine.sha256 and theirs.state = 'received'
            where mine.application_id = ${id} and mine.state = 'received') ${newest})`,
        ...byName,
      ],
      sql` union `,
    )}`.execute(trx);
  return rows.map((row) => row.id);
}

/** The others with which an application was suspected and nobody has decided. */
export async function listSuspected(trx: Trx, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select second_id as id from application_pairs where first_id = ${id} and state = 'suspected'
    union all
    select first_id from application_pairs where second_id = ${id} and state = 'suspected'`.execute(
    trx,
  );
  return rows.map((row) => row.id);
}

/** Why an application may be one person's with each of the others, as both stand now. */
export async function compareTwins(
  trx: Trx,
  own: Twin,
  others: readonly Twin[],
): Promise<{ id: string; reasons: PairReason[] }[]> {
  await setLikeness(trx);
  const { rows } = await sql<{ id: string; reasons: PairReason[] }>`
    select o.id, array_remove(array[
      case when a.email_hash = (select email_hash from applications where id = ${own.id})
        then 'email' end,
      case when exists (
        select from documents as mine
        join documents as theirs on theirs.sha256 = mine.sha256 and theirs.state = 'received'
        where mine.application_id = ${own.id} and mine.state = 'received'
          and theirs.application_id = o.id) then 'document' end,
      case when exists (
          select from unnest(${own.names}::text[]) as name where name <<% o.handles)
        or exists (
          select from unnest(o.names) as name where name <<% ${own.handles}::text) then 'name' end
    ], null) as reasons
    from jsonb_to_recordset(${JSON.stringify(others)}::jsonb) as o (id uuid, names text[], handles text)
    join applications as a on a.id = o.id order by o.id`.execute(trx);
  return rows;
}

/**
 * Makes the suspicions of an application those that hold now: others go, and what an editor has decided
 * about a pair stays. The caller has locked both of each.
 */
export async function saveSuspicions(
  trx: Trx,
  id: string,
  found: readonly { id: string; reasons: PairReason[] }[],
  now: Date,
): Promise<void> {
  const holding = found.filter(({ reasons }) => reasons.length > 0);
  const ids = holding.map((one) => one.id);
  await sql`
    delete from application_pairs
    where state = 'suspected' and (first_id = ${id} and second_id <> all(${ids}::uuid[])
      or second_id = ${id} and first_id <> all(${ids}::uuid[]))`.execute(trx);
  if (holding.length === 0) return;
  await trx
    .insertInto('applicationPairs')
    .values(
      holding.map(({ id: other, reasons }) => ({
        ...orderedPair(id, other),
        reasons,
        state: 'suspected' as const,
        keptId: null,
        staffId: null,
        decidedAt: null,
        foundAt: now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['firstId', 'secondId'])
        .doUpdateSet({ reasons: (eb) => eb.ref('excluded.reasons') })
        .where('applicationPairs.state', '=', 'suspected'),
    )
    .execute();
}

import { type RawBuilder, type Selectable, sql } from 'kysely';
import { type PairReason, pairReasons } from '../domain/pairs.ts';
import type { Decision, Stage } from '../domain/stages.ts';
import { hidesIdentity } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import type { Reader } from './review-access.ts';
import type { ApplicationPairTable } from './schema-pairs.ts';

/** So many others at most are suspected for one reason: more would be no help to anybody. */
const suspectLimit = 20;
/** How much of a name's trigrams must be found side by side in the other's. */
const nameLikeness = 0.8;

/** The names of an application that may have a twin: a submitted one that is not discreet. */
export async function getNames(
  trx: Trx,
  id: string,
): Promise<{ fullName: string; latinName: string; penName: string } | undefined> {
  return await trx
    .selectFrom('applications')
    .select(['fullName', 'latinName', 'penName'])
    .where('id', '=', id)
    .where('submittedAt', 'is not', null)
    .where('discreet', '=', false)
    .executeTakeFirst();
}

type Suspect = { id: string; reason: PairReason };

/**
 * Submitted applications that have the mailbox, a document or nearly a name of this one, discreet
 * ones never. `names` are folded. The caller is in a transaction: how alike names must be is set for
 * the rest of it.
 */
export async function findSuspects(
  trx: Trx,
  { id, names }: { id: string; names: readonly string[] },
): Promise<Suspect[]> {
  const likeness = sql`select set_config('pg_trgm.strict_word_similarity_threshold',
    ${String(nameLikeness)}, true)`;
  const others = sql`a.submitted_at is not null and not a.discreet and a.id <> own.id`;
  const newest = sql`order by a.submitted_at desc limit ${sql.lit(suspectLimit)}`;
  const byName = names.map(
    (name) => sql`(select a.id, 'name' as reason
      from application_search as s join applications as a on a.id = s.application_id
      join own on true
      where ${name} <<% s.handles and ${others} ${newest})`,
  );
  const suspects = sql<Suspect>`
    with own as (
      select id, email_hash from applications where id = ${id} and not discreet)
    ${sql.join(
      [
        sql`(select a.id, 'email' as reason from applications as a
          join own on a.email_hash = own.email_hash where ${others} ${newest})`,
        sql`(select a.id, 'document' as reason from applications as a
          join own on true
          where ${others} and a.id in (
            select theirs.application_id from documents as mine
            join documents as theirs on theirs.sha256 = mine.sha256 and theirs.state = 'received'
            where mine.application_id = ${id} and mine.state = 'received') ${newest})`,
        ...byName,
      ],
      sql` union `,
    )}`;
  const [, { rows }] = await Promise.all([likeness.execute(trx), suspects.execute(trx)]);
  return rows;
}

/** The two ids in the order in which pairs are stored. */
const ordered = (one: string, other: string): { firstId: string; secondId: string } =>
  one < other ? { firstId: one, secondId: other } : { firstId: other, secondId: one };

/** Keeps suspicions with all their reasons; what an editor has decided about a pair stays. */
export async function saveSuspects(
  trx: Trx,
  id: string,
  suspects: readonly Suspect[],
  now: Date,
): Promise<void> {
  const reasons = new Map<string, PairReason[]>();
  for (const suspect of suspects) {
    reasons.set(suspect.id, [...(reasons.get(suspect.id) ?? []), suspect.reason]);
  }
  if (reasons.size === 0) return;
  // Pairs hold on to both of theirs. Everybody takes hold in one order, so that nobody waits for ever;
  // who is gone meanwhile is no suspect.
  const { rows } = await sql<{ id: string }>`
    select id from applications where id = any(${[id, ...reasons.keys()]}::uuid[])
    order by id for key share`.execute(trx);
  const here = new Set(rows.map((row) => row.id));
  const pairs = [...reasons].filter(([other]) => here.has(other));
  if (!here.has(id) || pairs.length === 0) return;
  await trx
    .insertInto('applicationPairs')
    .values(
      pairs.sort().map(([other, found]) => ({
        ...ordered(id, other),
        reasons: pairReasons.filter((one) => found.includes(one)),
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
        .doUpdateSet({ reasons: (eb) => eb.ref('excluded.reasons') }),
    )
    .execute();
}

/** The other application of a pair as the page of one shows it. */
export type PairedApplication = Pick<
  Selectable<ApplicationPairTable>,
  'reasons' | 'state' | 'keptId' | 'decidedAt'
> & {
  id: string;
  reference: string;
  fullName: string;
  latinName: string;
  stage: Stage;
  decision: Decision | null;
  submittedAt: Date;
  /** Some staff member has opened it. */
  opened: boolean;
  staffName: string | null;
};

/**
 * The applications that may be the same person's, what is undecided first. Who is hidden from the reader
 * is in no pair, neither as this one nor as the other: a name beside it would tell.
 */
export async function listPairs(db: Db, id: string, reader: Reader): Promise<PairedApplication[]> {
  const { rows } = await sql<PairedApplication>`
    select a.id, a.reference, a.full_name, a.latin_name, a.stage, a.decision, a.submitted_at,
      exists (select from access_log as l where l.application_id = a.id) as opened,
      p.reasons, p.state, p.kept_id, p.decided_at, s.name as staff_name
    from (
      select *, second_id as other_id from application_pairs where first_id = ${id}
      union all
      select *, first_id as other_id from application_pairs where second_id = ${id}
    ) as p
    join applications as a on a.id = p.other_id
    left join staff as s on s.id = p.staff_id
    where not ${hidesIdentity(reader)}
      and not (select ${hidesIdentity(reader)} from applications as a where a.id = ${id})
    order by array_position(array['suspected', 'merged', 'linked', 'apart'], p.state),
      a.submitted_at desc, a.id`.execute(db);
  return rows;
}

/** True of `a` when somebody should look whether it is another's twin. */
export const hasTwin: RawBuilder<boolean> = sql`exists (
  select from application_pairs as p
  where (p.first_id = a.id or p.second_id = a.id) and p.state in ('suspected', 'linked'))`;

/** Locks a pair for the rest of the transaction. */
export async function lockPair(
  trx: Trx,
  one: string,
  other: string,
): Promise<Selectable<ApplicationPairTable> | undefined> {
  const { firstId, secondId } = ordered(one, other);
  return await trx
    .selectFrom('applicationPairs')
    .selectAll()
    .where('firstId', '=', firstId)
    .where('secondId', '=', secondId)
    .forUpdate()
    .executeTakeFirst();
}

/** Stores a decision about a pair that the caller has locked. */
export async function updatePair(
  trx: Trx,
  { firstId, secondId }: Pick<ApplicationPairTable, 'firstId' | 'secondId'>,
  change: Pick<ApplicationPairTable, 'state' | 'keptId' | 'staffId' | 'decidedAt'>,
): Promise<void> {
  await trx
    .updateTable('applicationPairs')
    .set(change)
    .where('firstId', '=', firstId)
    .where('secondId', '=', secondId)
    .execute();
}

/** True when another application stands for this one. */
export async function isMerged(trx: Trx, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('applications')
    .select('id')
    .where('id', '=', id)
    .where('mergedInto', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** The applications that this one stands for. */
export async function listMergedInto(trx: Trx, id: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('applications')
    .select('id')
    .where('mergedInto', '=', id)
    .execute();
  return rows.map((row) => row.id);
}

/** Takes an application out of the list in favour of another, or puts it back. */
export async function setMergedInto(trx: Trx, id: string, keptId: string | null): Promise<void> {
  await trx.updateTable('applications').set({ mergedInto: keptId }).where('id', '=', id).execute();
}

import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Role } from '../domain/permissions.ts';
import type { Decision, Stage } from '../domain/stages.ts';
import { hidesIdentity } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { prepare, prepareEach } from './prepared.ts';
import type { Reader } from './review-access.ts';
import type { ApplicationPairTable } from './schema-pairs.ts';

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

const selectPairs = prepareEach((role: Role) =>
  prepare((db, slots: { id: string }) =>
    sql<PairedApplication>`
      select a.id, a.reference, a.full_name, a.latin_name, a.stage, a.decision, a.submitted_at,
        exists (select from access_log as l where l.application_id = a.id) as opened,
        p.reasons, p.state, p.kept_id, p.decided_at, s.name as staff_name
      from (
        select *, second_id as other_id from application_pairs where first_id = ${slots.id}::uuid
        union all
        select *, first_id as other_id from application_pairs where second_id = ${slots.id}::uuid
      ) as p
      join applications as a on a.id = p.other_id
      left join staff as s on s.id = p.staff_id
      where not ${hidesIdentity({ role })}
        and not (select ${hidesIdentity({ role })} from applications as a where a.id = ${slots.id}::uuid)
      order by array_position(array['suspected', 'merged', 'linked', 'apart'], p.state),
        a.submitted_at desc, a.id`.compile(db),
  ),
);

/**
 * The applications that may be the same person's, what is undecided first. Who is hidden from the reader
 * is in no pair, neither as this one nor as the other: a name beside it would tell.
 */
export async function listPairs(db: Db, id: string, reader: Reader): Promise<PairedApplication[]> {
  return (await selectPairs(reader.role)(db, { id })).rows;
}

/** True of `a` when somebody should look whether it is another's twin. */
export const hasTwin: RawBuilder<boolean> = sql`exists (
  select from application_pairs as p
  where (p.first_id = a.id or p.second_id = a.id) and p.state in ('suspected', 'linked'))`;

/** The two ids in the order in which pairs are stored. */
export const orderedPair = (one: string, other: string): { firstId: string; secondId: string } =>
  one < other ? { firstId: one, secondId: other } : { firstId: other, secondId: one };

/** Locks a pair for the rest of the transaction. */
export async function lockPair(
  trx: Trx,
  one: string,
  other: string,
): Promise<Selectable<ApplicationPairTable> | undefined> {
  const { firstId, secondId } = orderedPair(one, other);
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

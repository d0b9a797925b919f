import { sql, type Updateable } from 'kysely';
import { undecidedStages } from '../domain/reply-clock.ts';
import type { Stage } from '../domain/stages.ts';
import { plainName } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import type { ApplicationTable } from './schema.ts';

/** Changes who handles an application and how many are to review it. The caller holds a lock on it. */
export async function updateHandling(
  trx: Trx,
  id: string,
  change: Pick<Updateable<ApplicationTable>, 'handlingEditorId' | 'reviewersWanted'>,
): Promise<void> {
  await trx.updateTable('applications').set(change).where('id', '=', id).execute();
}

/** An application that somebody handles and that is not decided. */
export type HandledApplication = {
  id: string;
  reference: string;
  fullName: string;
  latinName: string;
  stage: Stage;
  submittedAt: Date;
};

// As literals, in the words of the index that holds nothing else.
const isHandledBy = (staffId: string) => sql<boolean>`a.handling_editor_id = ${staffId}::uuid
  and a.stage in (${sql.join(undecidedStages.map(sql.lit))}) and a.merged_into is null`;

/** What somebody handles and is not decided, the longest waiting first: by version, as the index has it. */
export async function listHandled(
  db: Db,
  staffId: string,
  limit: number,
): Promise<HandledApplication[]> {
  const { rows } = await sql<HandledApplication>`
    select a.id, a.reference, a.latin_name, a.stage, a.submitted_at, ${plainName} as full_name
    from call_versions as v cross join lateral (
      select a.* from applications as a
      where ${isHandledBy(staffId)} and a.call_version_id = v.id and a.submitted_at is not null
      order by a.submitted_at, a.id limit ${limit}) as a
    order by a.submitted_at, a.id limit ${limit}`.execute(db);
  return rows;
}

/** How many those are. */
export async function countHandled(db: Db, staffId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from applications as a where ${isHandledBy(staffId)}`.execute(db);
  return rows[0]!.count;
}

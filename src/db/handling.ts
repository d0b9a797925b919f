import { sql, type Updateable } from 'kysely';
import { undecidedStages } from '../domain/reply-clock.ts';
import type { Stage } from '../domain/stages.ts';
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

const handledBy = (db: Db, staffId: string) =>
  db
    .selectFrom('applications')
    .where('handlingEditorId', '=', staffId)
    // As literals, in the words of the index that holds nothing else.
    .where('stage', 'in', undecidedStages.map(sql.lit))
    .where('mergedInto', 'is', null);

/** What somebody handles and is not decided, the longest waiting first. */
export async function listHandled(
  db: Db,
  staffId: string,
  limit: number,
): Promise<HandledApplication[]> {
  const rows = await handledBy(db, staffId)
    .select(['id', 'reference', 'latinName', 'stage', 'submittedAt'])
    .select(sql<string>`case when discreet then reference else full_name end`.as('fullName'))
    .where('submittedAt', 'is not', null)
    .orderBy('submittedAt')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ submittedAt, ...row }) => ({ ...row, submittedAt: submittedAt! }));
}

/** How many those are. */
export async function countHandled(db: Db, staffId: string): Promise<number> {
  const { count } = await handledBy(db, staffId)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

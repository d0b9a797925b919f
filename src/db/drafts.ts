import { sql } from 'kysely';
import { type Db, type Trx, withoutWaiting } from './client.ts';

/**
 * Notes the article that a draft came from, unless it has one. Does not wait for the disk: the save
 * that follows makes it durable.
 */
export async function keepVia(db: Db, id: string, via: string): Promise<void> {
  await db
    .with('quick', () => withoutWaiting)
    .updateTable('applications')
    .from('quick')
    .set({ via })
    .where('applications.id', '=', id)
    .where('applications.stage', '=', 'draft')
    .where('applications.via', 'is', null)
    .where('applications.discreet', '=', false)
    .execute();
}

/** Deletes a draft with all that hangs on it, its token included: nobody was ever told of it. */
export async function deleteDraft(db: Db, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const draft = await trx
      .selectFrom('applications')
      .select('id')
      .where('id', '=', id)
      .where('stage', '=', 'draft')
      .forUpdate()
      .executeTakeFirst();
    if (!draft) return;
    await trx.deleteFrom('applicationTokens').where('applicationId', '=', id).execute();
    await trx.deleteFrom('applications').where('id', '=', id).execute();
  });
}

/** Notes that the draft's link was mailed: the applicant's thread has begun. */
export async function markLinkMailed(trx: Trx, id: string, now: Date): Promise<void> {
  await trx.updateTable('applications').set({ linkMailedAt: now }).where('id', '=', id).execute();
}

/** Makes the draft's next revision when its documents have changed: it lives on from now. */
export async function touchDraft(trx: Trx, id: string, now: Date): Promise<void> {
  await trx
    .updateTable('applications')
    .set({ revision: sql`revision + 1`, updatedAt: now })
    .where('id', '=', id)
    .execute();
}

import type { Updateable } from 'kysely';
import type { Trx } from './client.ts';
import type { ApplicationTable } from './schema.ts';

/** Changes who handles an application and how many are to review it. The caller holds a lock on it. */
export async function updateHandling(
  trx: Trx,
  id: string,
  change: Pick<Updateable<ApplicationTable>, 'handlingEditorId' | 'reviewersWanted'>,
): Promise<void> {
  await trx.updateTable('applications').set(change).where('id', '=', id).execute();
}

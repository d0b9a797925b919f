import type { Db } from '../../src/db/client.ts';
import { columnsFor } from '../../src/db/discreet.ts';

/** Makes an application one that was sent discreetly, as its columns go; its other texts stay as they are. */
export async function makeDiscreet(
  { db }: { db: Db },
  { id, key }: { id: string; key: Buffer },
): Promise<void> {
  const typed = await db
    .selectFrom('applications')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const { answers, ...columns } = columnsFor(key, { id, discreet: true }, typed);
  await db
    .updateTable('applications')
    .set({ ...columns, answers: JSON.stringify(answers) })
    .where('id', '=', id)
    .execute();
}

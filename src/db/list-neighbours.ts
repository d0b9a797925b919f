import type { ListSort } from '../domain/list-stages.ts';
import type { ListFilter } from './application-filter.ts';
import { isWalked, look } from './application-list.ts';
import type { Db } from './client.ts';
import type { AskedPage } from './list-page.ts';
import { askTogether } from './pipeline.ts';
import { prepare } from './prepared.ts';
import type { Reader } from './review-access.ts';

/** The references of the applications beside one in a list. */
export type Neighbours = { previous: string | undefined; next: string | undefined };

const selectReference = prepare((db, slots: { id: string }) =>
  db.selectFrom('applications').select('reference').where('id', '=', slots.id).compile(),
);

/** What is before and behind an application in the list of a filter, whether it is in that list itself or not. */
export async function findBeside(
  db: Db,
  filter: ListFilter,
  { id, sort, reader }: { id: string; sort: ListSort; reader: Reader },
): Promise<Neighbours> {
  const beside = async (on: Db, place: Pick<AskedPage, 'before' | 'after'>) => {
    const page = { ...place, limit: 1, sort, reader, counted: false };
    const { seen } = await look(on, filter, page, async (there, [nearest]) =>
      nearest === undefined ? undefined : (await selectReference(there, { id: nearest })).rows[0],
    );
    return seen?.reference;
  };
  if (isWalked(filter)) {
    return await askTogether(db, (one) => ({
      previous: beside(one, { before: { id } }),
      next: beside(one, { after: { id } }),
    }));
  }
  const [previous, next] = await Promise.all([
    beside(db, { before: { id } }),
    beside(db, { after: { id } }),
  ]);
  return { previous, next };
}

import { createId } from '../crypto.ts';
import { deleteView, insertView, lockView, updateView } from '../db/saved-views.ts';
import type { Deps } from '../deps.ts';
import { mayChangeView, viewLimits } from '../domain/list-views.ts';
import type { Role } from '../domain/permissions.ts';
import { cleanLine, lengthOf } from '../domain/text.ts';
import { found } from '../errors.ts';

export type ViewProblem = 'empty' | 'long' | 'many';
export type ViewOutcome = { kind: 'done' } | { kind: 'refused'; problem: ViewProblem };

type Core = Pick<Deps, 'db' | 'clock'>;
type Asked = { staff: { id: string; role: Role } };
type Named = { name: string; shared: boolean };

function readName(typed: string): { name: string; problem?: ViewProblem } {
  const name = cleanLine(typed);
  if (name === '') return { name, problem: 'empty' };
  return lengthOf(name) > viewLimits.length ? { name, problem: 'long' } : { name };
}

/** Keeps the filters of a list, as a query string that was checked, under a name. */
export async function saveView(
  { db, clock }: Core,
  { staff, query, ...typed }: Asked & Named & { query: string },
): Promise<ViewOutcome> {
  const { name, problem } = readName(typed.name);
  if (problem) return { kind: 'refused', problem };
  const now = clock.now();
  const view = { id: createId(now), ownerId: staff.id, query, createdAt: now };
  const { shared } = typed;
  return await db
    .transaction()
    .execute(async (trx) =>
      (await insertView(trx, { ...view, name, shared }, viewLimits.perPerson))
        ? { kind: 'done' }
        : { kind: 'refused', problem: 'many' },
    );
}

/** Renames a view, or changes who sees it. Throws `not-found` for one that is not theirs to change. */
export async function changeView(
  { db }: Core,
  { staff, id, ...typed }: Asked & Named & { id: string },
): Promise<ViewOutcome> {
  return await db.transaction().execute(async (trx) => {
    const view = found(await lockView(trx, id));
    if (!mayChangeView(view, staff)) found(undefined);
    const { name, problem } = readName(typed.name);
    if (problem) return { kind: 'refused', problem };
    // What an admin no longer shares is its owner's alone again.
    await updateView(trx, id, { name, shared: typed.shared });
    return { kind: 'done' };
  });
}

/** Removes a view. Throws `not-found` for one that is not theirs to remove. */
export async function removeView({ db }: Core, { staff, id }: Asked & { id: string }) {
  await db.transaction().execute(async (trx) => {
    const view = found(await lockView(trx, id));
    if (!mayChangeView(view, staff)) found(undefined);
    await deleteView(trx, id);
  });
}

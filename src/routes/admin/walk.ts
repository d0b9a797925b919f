import type { Context } from 'hono';
import type { ReadApplication } from '../../db/desk-reading.ts';
import { findBeside, type Neighbours } from '../../db/list-neighbours.ts';
import { findWaitingNeighbours } from '../../db/review-assignments.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { formatListQuery } from '../../views/components/list-links.ts';
import { readFilter, readListQuery } from './list-query.ts';

/** True where a reader goes through what waits for their review, not through the list. */
export const isWaitingWalk = (c: Context<AppEnv>): boolean => c.req.query('waiting') === 'me';

/** Where one came from as a query string, with more parameters after it; '' for the whole list. */
export function walkQuery(c: Context<AppEnv>, more: Record<string, string> = {}): string {
  if (isWaitingWalk(c)) return `?${new URLSearchParams({ waiting: 'me', ...more })}`;
  return formatListQuery(readListQuery(c), more);
}

/** The references of the applications beside this one in the walk that one is on. */
export async function findNeighbours(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  c: Context<AppEnv>,
  { id }: ReadApplication,
): Promise<Neighbours> {
  if (isWaitingWalk(c)) {
    return await findWaitingNeighbours(db, { applicationId: id, reviewerId: c.var.staff.id });
  }
  const { filter, sort, problems } = readFilter(readListQuery(c), {
    keys,
    clock,
    reader: c.var.staff,
  });
  if (problems.length > 0) return { previous: undefined, next: undefined };
  return await findBeside(db, filter, { id, sort, reader: c.var.staff });
}

import {
  type Actor,
  columnsOf,
  findTransition,
  standingOf,
  type TransitionName,
} from '../domain/stages.ts';
import { AppError } from '../errors.ts';
import type { Application, ApplicationChange } from './applications.ts';
import type { Trx } from './client.ts';
import { findArrivalFrom } from './events.ts';

/**
 * Changes the stage of a locked application: the only place that does. Checks the transition table
 * and records the event; throws `conflict` when the table does not allow it from here. `columns` are
 * what else changes with it, in the same statement.
 */
export async function recordTransition(
  trx: Trx,
  application: Pick<Application, 'id' | 'stage' | 'decision'>,
  change: {
    name: TransitionName;
    actor: Actor;
    staffId?: string;
    now: Date;
    columns?: ApplicationChange;
  },
): Promise<void> {
  const from = standingOf(application);
  const transition = findTransition(change.name, from);
  if (!transition?.actors.includes(change.actor)) throw new AppError('conflict');
  const to =
    transition.to === 'back' ? await findArrivalFrom(trx, application.id, from) : transition.to;
  const submitted = change.name === 'submit' ? { submittedAt: change.now } : {};
  await trx
    .with('moved', (qb) =>
      qb
        .updateTable('applications')
        .set({
          ...change.columns,
          ...columnsOf(to),
          ...submitted,
          stageSince: change.now,
          updatedAt: change.now,
        })
        .where('id', '=', application.id),
    )
    .insertInto('events')
    .values({
      applicationId: application.id,
      actor: change.actor,
      staffId: change.staffId ?? null,
      type: change.name === 'submit' ? 'submitted' : 'stage-changed',
      fromValue: from,
      toValue: to,
      at: change.now,
    })
    .execute();
}

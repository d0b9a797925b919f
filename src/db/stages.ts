import {
  type Actor,
  columnsOf,
  type Decision,
  findTransition,
  type Stage,
  type Standing,
  standingOf,
  type TransitionName,
} from '../domain/stages.ts';
import { AppError } from '../errors.ts';
import type { Application, ApplicationChange } from './applications.ts';
import type { Trx } from './client.ts';
import { findArrivalFrom } from './events.ts';
import { prepare } from './prepared.ts';
import type { EventType } from './schema.ts';

type Move = ApplicationChange & {
  moved: string;
  stage: Stage;
  decision: Decision | null;
  submittedAt: Date | undefined;
  now: Date;
  actor: Actor;
  staffId: string | null;
  type: EventType;
  from: Standing;
  to: Standing;
};

const move = prepare((db, slots: Move) => {
  const { moved, now, actor, staffId, type, from, to, ...columns } = slots;
  return db
    .with('moved', (qb) =>
      qb
        .updateTable('applications')
        .set({ ...columns, stageSince: now, updatedAt: now })
        .where('id', '=', moved),
    )
    .insertInto('events')
    .values({
      ...{ applicationId: moved, actor, staffId, type },
      ...{ fromValue: from, toValue: to, at: now },
    })
    .compile();
});

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
  const { columns, now, actor, staffId = null } = change;
  const submits = change.name === 'submit';
  await move(trx, {
    ...columns,
    ...columnsOf(to),
    submittedAt: submits ? now : undefined,
    moved: application.id,
    ...{ now, actor, staffId, from, to },
    type: submits ? 'submitted' : 'stage-changed',
  });
}

import { type Application, lockApplication } from '../db/applications.ts';
import {
  listOpenRows,
  lockBulkAct,
  lockBulkRow,
  markUndone,
  updateBulkRow,
} from '../db/bulk-acts.ts';
import type { Trx } from '../db/client.ts';
import { findAct } from '../db/decision-acts.ts';
import { listEventsSince } from '../db/events.ts';
import { secondsAfter } from '../db/jobs.ts';
import { deleteAssignment, findAssignment } from '../db/review-assignments.ts';
import { countVersions } from '../db/reviews.ts';
import { forgetNotifications } from '../db/staff-notifications.ts';
import { recordTransition } from '../db/stages.ts';
import { findTag } from '../db/tags.ts';
import type { Deps } from '../deps.ts';
import { type BulkActName, bulkActs, undoSecondsOf } from '../domain/bulk-acts.ts';
import { type DecisionAct, isDecisionAct } from '../domain/stages.ts';
import { AppError, found } from '../errors.ts';
import { recordAct } from './change-assignment.ts';
import { recordTagAdded, recordTagRemoved } from './change-tags.ts';
import { takeDecisionBack } from './recall-decision.ts';
import { recordHandling } from './set-handling.ts';

type Core = Pick<Deps, 'db' | 'clock' | 'config'>;
type Undone = {
  application: Application;
  act: BulkActName;
  targetId: string | null;
  before: string | null;
  staffId: string;
  now: Date;
};

/** Until when an act can be undone. */
export function undoEnd(
  { act, createdAt }: { act: BulkActName; createdAt: Date },
  { outboxHoldSeconds }: Pick<Deps['config'], 'outboxHoldSeconds'>,
): Date {
  return secondsAfter(createdAt, undoSecondsOf(act, outboxHoldSeconds));
}

/**
 * Takes an act on many applications back, of each that nobody has touched since in what the act was
 * about. Called again it goes on where it was left. Throws `not-found` when it is somebody else's and
 * `conflict` when it is too late. A letter that is faster stays, and with it the decision.
 */
export async function undoBulkAct(
  { db, clock, config }: Core,
  { id, staff }: { id: string; staff: { id: string } },
): Promise<void> {
  const { act, targetId } = await db.transaction().execute(async (trx) => {
    const bulk = found(await lockBulkAct(trx, id));
    if (bulk.staffId !== staff.id) found(undefined);
    const now = clock.now();
    if (!bulk.undoneAt) {
      if (now > undoEnd(bulk, config)) throw new AppError('conflict');
      await markUndone(trx, id, now);
    }
    return bulk;
  });
  for (const applicationId of await listOpenRows(db, id, 'undoOutcome')) {
    await db.transaction().execute(async (trx) => {
      const application = await lockApplication(trx, applicationId);
      const row = await lockBulkRow(trx, { id, applicationId });
      if (!application || !row || row.undoOutcome !== null) return;
      const { before } = row;
      const undone = { application, act, targetId, before, staffId: staff.id, now: clock.now() };
      const undoOutcome = await undoOne(trx, undone, found(row.eventId));
      await updateBulkRow(trx, row, { undoOutcome });
    });
  }
}

async function undoOne(
  trx: Trx,
  undone: Undone,
  eventId: number,
): Promise<'done' | 'stale' | 'left'> {
  const { application, act, before, staffId, now } = undone;
  if (!isDecisionAct(act)) {
    if (await isTouched(trx, undone, eventId)) return 'stale';
    await takeBack(trx, { ...undone, act });
    return 'done';
  }
  const { id } = application;
  const actId = found(before);
  if ((await findAct(trx, id, actId))?.sentAt) return 'left';
  if (await isTouched(trx, undone, eventId)) return 'stale';
  const outcome = await takeDecisionBack(trx, application, { id, actId, staffId, now });
  return outcome === 'left' ? 'left' : 'done';
}

/** True when something has happened since that taking it back would overwrite. */
async function isTouched(trx: Trx, undone: Undone, eventId: number): Promise<boolean> {
  const { application, act, targetId } = undone;
  if (application.mergedInto !== null) return true;
  const { subject, target } = bulkActs[act];
  const changes = await listEventsSince(trx, application.id, { seen: eventId, subject });
  // Of tags and reviewers only the one that it was about matters.
  const isOne = target === 'tag' || target === 'reviewer';
  if (changes.some(({ to }) => !isOne || to === targetId)) return true;
  if (target === 'tag') return (await findTag(trx, found(targetId))) === undefined;
  if (target !== 'reviewer') return false;
  const whose = { applicationId: application.id, reviewerId: found(targetId) };
  const assignment = await findAssignment(trx, whose);
  return assignment?.state !== 'open' || (await countVersions(trx, whose)) !== undefined;
}

async function takeBack(
  trx: Trx,
  undone: Undone & { act: Exclude<BulkActName, DecisionAct> },
): Promise<void> {
  const { application, act, targetId, before, staffId, now } = undone;
  const applicationId = application.id;
  const tagging = { applicationId, staffId, now };
  switch (act) {
    case 'handling':
      await recordHandling(trx, application, { editorId: before, staffId, now });
      await forgetNotifications(trx, { applicationId, event: 'handling-assigned', now });
      return;
    case 'reviewer': {
      const whose = { applicationId, reviewerId: found(targetId) };
      const assignment = await findAssignment(trx, whose);
      await recordAct(trx, 'unassign', { ...whose, before: assignment, staffId, now });
      // Who gave something back has had a reason, and is not asked again: this one has none.
      if (before === null) await deleteAssignment(trx, whose);
      await forgetNotifications(trx, { applicationId, event: 'review-assigned', now });
      return;
    }
    case 'tag-add':
      await recordTagRemoved(trx, { ...tagging, tagId: found(targetId) });
      return;
    case 'tag-remove':
      await recordTagAdded(trx, { ...tagging, tagId: found(targetId) });
      return;
    default:
      await recordTransition(trx, application, {
        ...{ name: 'undo-move', actor: 'staff', staffId, now },
      });
  }
}

import { type Application, lockApplication } from '../db/applications.ts';
import {
  findBulkAct,
  insertBulkAct,
  isBulkActUndone,
  listBulkCandidates,
  listOpenRows,
  lockBulkRow,
  updateBulkRow,
} from '../db/bulk-acts.ts';
import type { Trx } from '../db/client.ts';
import { listEventsSince } from '../db/events.ts';
import { findAssignment } from '../db/review-assignments.ts';
import { findStaff } from '../db/staff.ts';
import { findNewestEventId } from '../db/staff-notifications.ts';
import { recordTransition } from '../db/stages.ts';
import { findTag } from '../db/tags.ts';
import type { Deps } from '../deps.ts';
import {
  type BulkActName,
  bulkActs,
  findObstacle,
  type Obstacle,
  undoMinutes,
} from '../domain/bulk-acts.ts';
import type { DeclineReason } from '../domain/decisions.ts';
import { may, type Role } from '../domain/permissions.ts';
import { type DecisionAct, isDecisionAct, standingOf } from '../domain/stages.ts';
import { found } from '../errors.ts';
import { recordAct } from './change-assignment.ts';
import { openTag, recordTagAdded, recordTagRemoved, type TagOutcome } from './change-tags.ts';
import { decideInBulk } from './decide-in-bulk.ts';
import { notifyStaff } from './notify-staff.ts';
import { recordHandling } from './set-handling.ts';

type Core = Pick<Deps, 'db' | 'clock' | 'keys' | 'config' | 'publicUrl'>;

type BulkAct = {
  id: string;
  act: BulkActName;
  targetId: string | null;
  reason: DeclineReason | null;
};
type Staff = { id: string; name: string; role: Role };

/**
 * Does one thing to many applications, each in a transaction of its own, in the order of their ids:
 * what was changed since `seen`, or stands where it can't be done, is left out and kept with the
 * reason. Called again with the same `id` it goes on where it was left and does nothing twice, and nothing
 * once it is being undone. Throws
 * `not-found` when the act is somebody else's, or what it is about is not there.
 */
export async function actInBulk(
  deps: Core,
  asked: {
    id: string;
    act: BulkActName;
    /** A staff id, a tag's id, a tag's name where one is added, or '' for nobody. */
    target: string;
    /** Why, where it declines. */
    reason: DeclineReason | null;
    /** `shown`: the digest of the letter that was shown; null where there is none. */
    rows: readonly { reference: string; seen: number; shown: string | null }[];
    staff: Staff;
  },
): Promise<TagOutcome | { kind: 'done' }> {
  const { db, clock } = deps;
  const { id, act, staff, rows } = asked;
  const begun = await db.transaction().execute(async (trx) => {
    const target = await findTarget(trx, asked, clock.now());
    if (typeof target === 'object' && target !== null) return target;
    const { reason } = asked;
    const row = { id, act, targetId: target, reason, staffId: staff.id, createdAt: clock.now() };
    await insertBulkAct(trx, row, rows);
    return undefined;
  });
  if (begun) return begun;
  const stored = found(await findBulkAct(db, id));
  if (stored.staffId !== staff.id) found(undefined);
  for (const applicationId of await listOpenRows(db, id, 'outcome')) {
    await db
      .transaction()
      .execute((trx) => actOnOne(trx, deps, { applicationId, staff, bulk: stored }));
  }
  return { kind: 'done' };
}

/** The id of what an act is about, null for nobody; or why its tag does not do. */
async function findTarget(
  trx: Trx,
  { act, target, staff }: { act: BulkActName; target: string; staff: Staff },
  now: Date,
): Promise<string | null | TagOutcome> {
  const { target: kind } = bulkActs[act];
  if (kind === 'none' || kind === 'reason' || (act === 'handling' && target === '')) return null;
  if (kind !== 'tag') return found(await findStaff(trx, target)).id;
  if (act === 'tag-remove') return found(await findTag(trx, target)).id;
  const outcome = await openTag(trx, { typed: target, staffId: staff.id, now });
  return outcome.kind === 'done' ? outcome.tag.id : outcome;
}

async function actOnOne(
  trx: Trx,
  deps: Core,
  { applicationId, staff, bulk }: { applicationId: string; staff: Staff; bulk: BulkAct },
): Promise<void> {
  const application = await lockApplication(trx, applicationId);
  const row = await lockBulkRow(trx, { id: bulk.id, applicationId });
  if (!application || !row || row.outcome !== null) return;
  if (await isBulkActUndone(trx, bulk.id)) return;
  const obstacle = await findObstacleNow(trx, { application, seen: row.seen, staff, bulk });
  if (obstacle) {
    await updateBulkRow(trx, row, { outcome: obstacle });
    return;
  }
  const { act } = bulk;
  let before: string | null;
  if (isDecisionAct(act)) {
    const { reason } = bulk;
    const { seen, shown } = row;
    const decided = { application, act, reason, seen, shown, author: staff };
    const outcome = await decideInBulk(trx, deps, decided);
    if ('obstacle' in outcome) {
      await updateBulkRow(trx, row, { outcome: outcome.obstacle });
      return;
    }
    before = outcome.actId;
  } else {
    before = await perform(trx, deps, { application, staff, bulk: { ...bulk, act } });
  }
  const eventId = Number(await findNewestEventId(trx, applicationId));
  await updateBulkRow(trx, row, { outcome: 'done', before, eventId });
}

/** What keeps the act from a locked application, what happened since it was shown first. */
async function findObstacleNow(
  trx: Trx,
  {
    application: { id },
    seen,
    staff,
    bulk: { act, targetId },
  }: { application: Application; seen: number; staff: Staff; bulk: BulkAct },
): Promise<Obstacle | undefined> {
  const { subject, target } = bulkActs[act];
  const facts = found((await listBulkCandidates(trx, [id], targetId))[0]);
  const obstacle = findObstacle(act, facts, { role: staff.role, targetId });
  if (obstacle === 'withdrawn' || obstacle === 'merged') return obstacle;
  for (const one of new Set([subject, 'stage'] as const)) {
    const changes = await listEventsSince(trx, id, { seen, subject: one });
    if (changes.length > 0) return 'stale';
  }
  if (obstacle || targetId === null) return obstacle;
  if (target === 'tag') return (await findTag(trx, targetId)) ? undefined : 'stale';
  const person = await findStaff(trx, targetId);
  const permission = target === 'editor' ? 'assign' : 'review';
  return person && !person.disabledAt && may(person.role, permission) ? undefined : 'person';
}

/** Does it to a locked application; what stood there before. */
async function perform(
  trx: Trx,
  deps: Core,
  {
    application,
    staff,
    bulk,
  }: {
    application: Application;
    staff: Staff;
    bulk: Pick<BulkAct, 'targetId'> & { act: Exclude<BulkActName, DecisionAct> };
  },
): Promise<string | null> {
  const { act, targetId } = bulk;
  const now = deps.clock.now();
  const tagging = { applicationId: application.id, staffId: staff.id, now };
  // Told in the digest, and not before it can no longer be undone.
  const told = {
    ...{ applicationId: application.id, actorId: staff.id, together: true },
    staffIds: targetId === null ? [] : [targetId],
    notBefore: new Date(now.getTime() + undoMinutes * 60_000),
  };
  switch (act) {
    case 'handling':
      await recordHandling(trx, application, { editorId: targetId, staffId: staff.id, now });
      await notifyStaff(trx, deps, { ...told, event: 'handling-assigned' });
      return application.handlingEditorId;
    case 'reviewer': {
      const whose = { applicationId: application.id, reviewerId: found(targetId) };
      const before = await findAssignment(trx, whose);
      await recordAct(trx, 'assign', { ...whose, before, staffId: staff.id, now });
      await notifyStaff(trx, deps, { ...told, event: 'review-assigned' });
      return before?.state ?? null;
    }
    case 'tag-add':
      await recordTagAdded(trx, { ...tagging, tagId: found(targetId) });
      return null;
    case 'tag-remove':
      await recordTagRemoved(trx, { ...tagging, tagId: found(targetId) });
      return null;
    default:
      await recordTransition(trx, application, {
        ...{ name: bulkActs[act].transition, actor: 'staff', staffId: staff.id, now },
      });
      return standingOf(application);
  }
}

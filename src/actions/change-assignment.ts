import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { listSampleLanguages } from '../db/documents.ts';
import { type EventEntry, listEventsSince, recordEvents } from '../db/events.ts';
import {
  type Assignment,
  findAssignment,
  listReviewerIds,
  listWorkloads,
  putAssignment,
} from '../db/review-assignments.ts';
import { countVersions } from '../db/reviews.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { may } from '../domain/permissions.ts';
import {
  type AssignmentAct,
  assignmentActs,
  canAct,
  type EditorAct,
  isOwnAct,
  type OwnAct,
  pickByLoad,
  type Recusal,
} from '../domain/review-assignments.ts';
import { isReviewable } from '../domain/reviews.ts';
import type { Stage } from '../domain/stages.ts';
import { found } from '../errors.ts';
import { notifyStaff } from './notify-staff.ts';

/** What became of something that a form of the desk asked for. */
export type DeskOutcome =
  | { kind: 'done' }
  /** Others changed meanwhile what the form is about, and nothing was written. */
  | { kind: 'stale'; changes: EventEntry[] }
  /** Nobody reviews an application that stands there. */
  | { kind: 'closed'; stage: Stage }
  /** Assigning by load found nobody who fits. */
  | { kind: 'nobody' };

type Core = Pick<Deps, 'db' | 'clock' | 'keys' | 'config' | 'publicUrl'>;
type Asked = {
  id: string;
  staff: { id: string };
  /** The newest event that the page of the form showed. */
  seen: number;
};

/** Writes an act that was found to be allowed, and records it. */
export async function recordAct(
  trx: Trx,
  act: AssignmentAct,
  whose: {
    applicationId: string;
    reviewerId: string;
    before: Assignment | undefined;
    staffId: string | null;
    recusal?: Recusal | undefined;
    now: Date;
  },
): Promise<void> {
  const { applicationId, reviewerId, before, staffId, recusal = null, now } = whose;
  const { to, event } = assignmentActs[act];
  const begins = act === 'claim' || act === 'assign';
  const versions =
    to === 'before' ? await countVersions(trx, { applicationId, reviewerId }) : undefined;
  const isDone = versions !== undefined && versions > 0;
  await putAssignment(trx, {
    ...{ applicationId, reviewerId },
    state: to === 'before' ? (isDone ? 'done' : 'open') : to,
    origin: begins || !before ? (act === 'assign' ? 'assigned' : 'claimed') : before.origin,
    assignedBy: begins || !before ? (staffId ?? reviewerId) : before.assignedBy,
    since: begins || !before ? now : before.since,
    touchedAt: now,
    recusal: act === 'recuse' ? recusal : null,
  });
  await recordEvents(trx, [
    {
      ...{ applicationId, type: event, toValue: reviewerId, at: now },
      ...(staffId === null ? { actor: 'system' } : { actor: 'staff', staffId }),
    },
  ]);
}

/**
 * Claims, assigns, gives back, recuses, by the table of `domain/review-assignments.ts`. Throws
 * `not-found` for a reviewer who is none.
 */
export async function changeAssignment(
  deps: Core,
  asked: Asked &
    (
      | { act: Exclude<OwnAct, 'recuse'>; reviewerId?: undefined; recusal?: undefined }
      | { act: 'recuse'; recusal: Recusal; reviewerId?: undefined }
      | { act: EditorAct; reviewerId: string; recusal?: undefined }
    ),
): Promise<DeskOutcome> {
  const { db, clock } = deps;
  const { id, act, staff, seen, recusal } = asked;
  const reviewerId = asked.reviewerId ?? staff.id;
  return await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const reviewer = found(await findStaff(trx, reviewerId));
    const before = await findAssignment(trx, { applicationId: id, reviewerId });
    // Giving back and recusing is one's own affair, whatever others did; taking is not.
    const isOwn = isOwnAct(act) && act !== 'claim';
    const changes = isOwn ? [] : await listEventsSince(trx, id, { seen, subject: 'reviewers' });
    if (changes.length > 0 || !canAct(act, before?.state)) return { kind: 'stale', changes };
    const begins = act === 'claim' || act === 'assign';
    if (begins && !isReviewable(application.stage)) {
      return { kind: 'closed', stage: application.stage };
    }
    if (begins && (reviewer.disabledAt || !may(reviewer.role, 'review'))) found(undefined);
    await recordAct(trx, act, {
      ...{ applicationId: id, reviewerId, before, staffId: staff.id, recusal, now: clock.now() },
    });
    if (act === 'assign') await tellReviewer(trx, deps, { id, staff, reviewerId });
    return { kind: 'done' };
  });
}

/** Assigns whoever `pickByLoad` names among the reviewers and editors who have nothing to do with it yet. */
export async function assignByLoad(deps: Core, asked: Asked): Promise<DeskOutcome> {
  const { db, clock } = deps;
  const { id, staff, seen } = asked;
  return await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const changes = await listEventsSince(trx, id, { seen, subject: 'reviewers' });
    if (changes.length > 0) return { kind: 'stale', changes };
    if (!isReviewable(application.stage)) return { kind: 'closed', stage: application.stage };
    // Whoever gave it back or recused had a reason.
    const known = await listReviewerIds(trx, id);
    const free = (await listWorkloads(trx)).filter(
      (one) => one.role !== 'admin' && !known.includes(one.id),
    );
    const chosen = pickByLoad(free, {
      sampleLanguages: await listSampleLanguages(trx, id),
      places: application.places,
    });
    if (!chosen) return { kind: 'nobody' };
    await recordAct(trx, 'assign', {
      ...{ applicationId: id, reviewerId: chosen.id, before: undefined, staffId: staff.id },
      now: clock.now(),
    });
    await tellReviewer(trx, deps, { id, staff, reviewerId: chosen.id });
    return { kind: 'done' };
  });
}

/** Tells whoever was assigned by somebody else. */
async function tellReviewer(
  trx: Trx,
  deps: Core,
  { id, staff, reviewerId }: Pick<Asked, 'id' | 'staff'> & { reviewerId: string },
): Promise<void> {
  await notifyStaff(trx, deps, {
    ...{ event: 'review-assigned', applicationId: id, actorId: staff.id },
    staffIds: [reviewerId],
  });
}

import { type Application, lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { listEventsSince, recordEvents } from '../db/events.ts';
import { updateHandling } from '../db/handling.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { may } from '../domain/permissions.ts';
import { found } from '../errors.ts';
import type { DeskOutcome } from './change-assignment.ts';
import { notifyStaff } from './notify-staff.ts';

type Core = Pick<Deps, 'db' | 'clock' | 'keys' | 'config' | 'publicUrl'>;
type Asked = { id: string; staff: { id: string }; seen: number };

/** Writes who handles a locked application, and records it. */
export async function recordHandling(
  trx: Trx,
  { id, handlingEditorId }: Pick<Application, 'id' | 'handlingEditorId'>,
  { editorId, staffId, now }: { editorId: string | null; staffId: string; now: Date },
): Promise<void> {
  await updateHandling(trx, id, { handlingEditorId: editorId });
  await recordEvents(trx, [
    {
      ...{ applicationId: id, actor: 'staff', staffId, type: 'handling-changed' },
      ...{ fromValue: handlingEditorId, toValue: editorId, at: now },
    },
  ]);
}

/** Makes somebody the handling editor, or nobody. Throws `not-found` for somebody who can't be. */
export async function setHandlingEditor(
  deps: Core,
  { id, staff, seen, editorId }: Asked & { editorId: string | null },
): Promise<DeskOutcome> {
  const { db, clock } = deps;
  return await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const changes = await listEventsSince(trx, id, { seen, subject: 'handling' });
    if (changes.length > 0) return { kind: 'stale', changes };
    if (application.handlingEditorId === editorId) return { kind: 'done' };
    if (editorId !== null) {
      const editor = found(await findStaff(trx, editorId));
      if (editor.disabledAt || !may(editor.role, 'assign')) found(undefined);
    }
    await recordHandling(trx, application, { editorId, staffId: staff.id, now: clock.now() });
    await notifyStaff(trx, deps, {
      ...{ event: 'handling-assigned', applicationId: id, actorId: staff.id },
      staffIds: editorId === null ? [] : [editorId],
    });
    return { kind: 'done' };
  });
}

/** Sets how many reviewers an application wants; null for as many as its call does. */
export async function setReviewersWanted(
  { db, clock }: Pick<Core, 'db' | 'clock'>,
  { id, staff, seen, wanted }: Asked & { wanted: number | null },
): Promise<DeskOutcome> {
  return await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const changes = await listEventsSince(trx, id, { seen, subject: 'wanted' });
    if (changes.length > 0) return { kind: 'stale', changes };
    if (application.reviewersWanted === wanted) return { kind: 'done' };
    const word = (value: number | null): string | null => (value === null ? null : String(value));
    await updateHandling(trx, id, { reviewersWanted: wanted });
    await recordEvents(trx, [
      {
        ...{ applicationId: id, actor: 'staff', staffId: staff.id, type: 'reviewers-wanted' },
        fromValue: word(application.reviewersWanted),
        ...{ toValue: word(wanted), at: clock.now() },
      },
    ]);
    return { kind: 'done' };
  });
}

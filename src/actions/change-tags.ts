import { createId } from '../crypto.ts';
import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { recordEvents } from '../db/events.ts';
import {
  countTags,
  deleteApplicationTag,
  deleteUnusedTag,
  findTagByKey,
  holdTag,
  insertApplicationTag,
  insertTag,
  listTagsOf,
  lockTags,
  renameTag,
  type Tag,
} from '../db/tags.ts';
import type { Deps } from '../deps.ts';
import { findTagProblem, readTagName, type TagProblem, tagLimits } from '../domain/tags.ts';
import { found } from '../errors.ts';

type Core = Pick<Deps, 'db' | 'clock'>;
export type TagOutcome = { kind: 'done'; tag: Tag } | { kind: 'refused'; problem: TagProblem };

const refuse = (problem: TagProblem): TagOutcome => ({ kind: 'refused', problem });

/** The tag of that name, made where there is none. */
export async function openTag(
  trx: Trx,
  { typed, staffId, now }: { typed: string; staffId: string; now: Date },
): Promise<TagOutcome> {
  const { name, key } = readTagName(typed);
  const problem = findTagProblem({ name, key });
  if (problem) return refuse(problem);
  const known = await findTagByKey(trx, key);
  if (known) return { kind: 'done', tag: known };
  await lockTags(trx);
  const made = await findTagByKey(trx, key);
  if (made) return { kind: 'done', tag: made };
  if ((await countTags(trx)) >= tagLimits.inAll) return refuse('many');
  const tag = { id: createId(now), name };
  await insertTag(trx, { ...tag, key, createdBy: staffId, createdAt: now });
  return { kind: 'done', tag };
}

type Tagging = { applicationId: string; tagId: string; staffId: string; now: Date };

/** Gives a locked application a tag that it has not. Throws `not-found` when the tag is gone. */
export async function recordTagAdded(trx: Trx, tagging: Tagging): Promise<void> {
  const { applicationId, tagId, staffId, now } = tagging;
  if (!(await holdTag(trx, tagId))) found(undefined);
  await insertApplicationTag(trx, { applicationId, tagId, addedAt: now });
  const event = { actor: 'staff', type: 'tag-added', toValue: tagId, at: now } as const;
  await recordEvents(trx, [{ ...event, applicationId, staffId }]);
}

/** Takes a tag from a locked application; nothing when it has no such tag. */
export async function recordTagRemoved(trx: Trx, tagging: Tagging): Promise<void> {
  const { applicationId, tagId, staffId, now } = tagging;
  if (!(await deleteApplicationTag(trx, { applicationId, tagId }))) return;
  const event = { actor: 'staff', type: 'tag-removed', toValue: tagId, at: now } as const;
  await recordEvents(trx, [{ ...event, applicationId, staffId }]);
}

/** Gives an application the tag of that name. One that it has already stays as it is. */
export async function addTag(
  { db, clock }: Core,
  { id, typed, staffId }: { id: string; typed: string; staffId: string },
): Promise<TagOutcome> {
  return await db.transaction().execute(async (trx) => {
    found(await lockApplication(trx, id));
    const now = clock.now();
    const own = await listTagsOf(trx, id);
    const outcome = await openTag(trx, { typed, staffId, now });
    if (outcome.kind === 'refused') return outcome;
    const { tag } = outcome;
    if (own.some((one) => one.id === tag.id)) return outcome;
    if (own.length >= tagLimits.perApplication) return refuse('manyHere');
    await recordTagAdded(trx, { applicationId: id, tagId: tag.id, staffId, now });
    return outcome;
  });
}

/** Takes a tag from an application. */
export async function removeTag(
  { db, clock }: Core,
  { id, tagId, staffId }: { id: string; tagId: string; staffId: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    found(await lockApplication(trx, id));
    await recordTagRemoved(trx, { applicationId: id, tagId, staffId, now: clock.now() });
  });
}

/** Gives a tag another name, everywhere. Throws `not-found`. */
export async function changeTagName(
  { db }: Core,
  { id, typed }: { id: string; typed: string },
): Promise<TagOutcome> {
  return await db.transaction().execute(async (trx) => {
    await lockTags(trx);
    if (!(await holdTag(trx, id))) found(undefined);
    const { name, key } = readTagName(typed);
    const problem = findTagProblem({ name, key });
    if (problem) return refuse(problem);
    const rival = await findTagByKey(trx, key);
    if (rival && rival.id !== id) return refuse('taken');
    await renameTag(trx, { id, name, key });
    return { kind: 'done', tag: { id, name } };
  });
}

/** Removes a tag that no application has; false when one has it, or it is gone. */
export async function removeUnusedTag({ db }: Core, id: string): Promise<boolean> {
  return await db.transaction().execute((trx) => deleteUnusedTag(trx, id));
}

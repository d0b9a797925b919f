import { isDeepStrictEqual } from 'node:util';
import { createId } from '../crypto.ts';
import {
  type EditedCall,
  findContent,
  insertCall,
  insertVersion,
  lockCall,
  recordCallEvent,
  updateInbox,
} from '../db/call-versions.ts';
import { getPublication } from '../db/calls.ts';
import type { Trx } from '../db/client.ts';
import { reindexCall } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { type CallContent, publishTexts } from '../domain/call-content.ts';
import { found } from '../errors.ts';

type Core = Pick<Deps, 'db' | 'clock'>;
type Author = { id: string };

type NewVersion = {
  callId: string;
  number: number;
  content: CallContent;
  seededInbox: string | null;
  author: Author;
  now: Date;
};

/** A version holds what was typed and, apart, what readers get of it. */
async function addVersion(trx: Trx, version: NewVersion): Promise<void> {
  const { callId, number, content, seededInbox, author, now } = version;
  const { texts, questions, documents, criteria, fee, ...columns } = content;
  const { language } = await getPublication(trx);
  const published = publishTexts(content, language);
  const typed = { texts, questions };
  await insertVersion(trx, {
    ...columns,
    id: createId(now),
    callId,
    number,
    texts: JSON.stringify(published.texts),
    questions: JSON.stringify(published.questions),
    typed: isDeepStrictEqual(published, typed) ? null : JSON.stringify(typed),
    documents: JSON.stringify(documents),
    criteria: JSON.stringify(criteria),
    fee: fee && JSON.stringify(fee),
    seededInbox,
    createdAt: now,
    createdBy: author.id,
  });
}

export type CallEdit = {
  slug: string;
  /** The version that the editor had before them. */
  base: number;
  /** The part of the content that the page showed; whoever changed another part is no rival. */
  part(content: CallContent): unknown;
  /** The content with the edit; undefined when it does not fit what the call has become. */
  change(content: CallContent): CallContent | undefined;
  /** The inbox as it was shown and as it should be, where the page has it. */
  inbox?: { before: string | null; after: string | null };
  author: Author;
};

export type SavedCall =
  /** `number` is the version that is now in force. */
  | { outcome: 'saved' | 'unchanged'; number: number }
  /** Somebody else changed the same part meanwhile, or the edit fits no more; nothing was written. */
  | { outcome: 'conflict'; call: EditedCall; base: CallContent | undefined };

/**
 * Saves an edit as the next version of a call; one that changes nothing makes none. Nothing that
 * was saved since `base` is overwritten: edits of other parts are kept, those of the same part are
 * a conflict. Throws `not-found`.
 */
export async function saveCall({ db, clock }: Core, edit: CallEdit): Promise<SavedCall> {
  const { slug, part, inbox, author } = edit;
  return await db.transaction().execute(async (trx) => {
    const call = found(await lockCall(trx, slug));
    const now = clock.now();
    const base = await findContent(trx, call.id, edit.base);
    const content = edit.change(call.content);
    const rivalled =
      !base ||
      !isDeepStrictEqual(part(base), part(call.content)) ||
      (inbox !== undefined && inbox.before !== call.inbox && inbox.after !== call.inbox);
    if (rivalled || !content) return { outcome: 'conflict', call, base };
    const isNewInbox = inbox !== undefined && inbox.after !== call.inbox;
    if (isNewInbox) await updateInbox(trx, call.id, inbox.after);
    if (isDeepStrictEqual(content, call.content)) {
      return { outcome: isNewInbox ? 'saved' : 'unchanged', number: call.number };
    }
    const number = call.number + 1;
    const { id: callId, seededInbox } = call;
    await addVersion(trx, { callId, number, content, seededInbox, author, now });
    if (content.blind !== call.content.blind) await reindexCall(trx, callId, now);
    return { outcome: 'saved', number };
  });
}

/** Creates a call in preparation; false when its address is taken. */
export async function createCall(
  { db, clock }: Core,
  { slug, content, author }: { slug: string; content: CallContent; author: Author },
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const callId = createId(now);
    const dates = { opensAt: null, closesAt: null };
    if (!(await insertCall(trx, { id: callId, slug, ...dates, createdAt: now }))) return false;
    await addVersion(trx, { callId, number: 1, content, seededInbox: null, author, now });
    await recordCallEvent(trx, { callId, staffId: author.id, type: 'created', ...dates, at: now });
    return true;
  });
}

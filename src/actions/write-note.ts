import type { Keyring } from '../crypto.ts';
import { lockApplication, readTextKey } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { recordEvents } from '../db/events.ts';
import { createIdAfter } from '../db/jobs.ts';
import {
  deleteNote,
  findLastNote,
  findNote,
  insertMentions,
  insertNote,
  listColleagues,
  listNames,
  updateNote,
} from '../db/notes.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { canEditNote } from '../domain/notes.ts';
import { may } from '../domain/permissions.ts';
import { AppError, found } from '../errors.ts';
import { notifyStaff } from './notify-staff.ts';

type Needs = Pick<Deps, 'db' | 'clock' | 'keys' | 'config' | 'publicUrl'>;

/** What became of a note. */
export type NoteOutcome =
  | { kind: 'done'; noteId: string }
  /** Some of those whom it was to tell have no account any more; nothing was written. */
  | { kind: 'unreachable'; names: string[] }
  /** It was changed on another page meanwhile: what stands there now. */
  | { kind: 'rival'; body: string }
  /** The time in which it could be changed is over. */
  | { kind: 'too-late' }
  | { kind: 'deleted' };

/** The same words once more within this time are a button pressed twice. */
const repeatMs = 5 * 60_000;

type Written = {
  body: string;
  /** Ids of the colleagues who are to be told of it. */
  tell: readonly string[];
};
type Author = { id: string; language: string };

/** Who of them can't be told; the author counts as told already. Throws `malformed` for no person's id. */
async function listUnreachable(trx: Trx, ids: readonly string[]): Promise<string[]> {
  const colleagues = await listColleagues(trx);
  const gone = ids.filter(
    (id) => !colleagues.some((one) => one.id === id && may(one.role, 'read-applications')),
  );
  const named = await listNames(trx, gone);
  if (named.length < gone.length) throw new AppError('malformed');
  return named.map(({ name }) => name);
}

/** Each of them is told of a note once, however often it is saved; authors know what they wrote. */
async function tellColleagues(
  trx: Trx,
  deps: Needs,
  { id: applicationId, noteId, author }: Own,
  { body, tell }: Written,
): Promise<void> {
  const others = [...new Set(tell)].filter((id) => id !== author.id);
  const createdAt = deps.clock.now();
  const mention = { noteId, applicationId, staffIds: others, createdAt };
  const staffIds = await insertMentions(trx, mention);
  await notifyStaff(trx, deps, {
    ...{ event: 'mentioned', applicationId, staffIds, actorId: author.id, about: noteId },
    quote: { body, language: author.language },
  });
}

/** Keeps a note for colleagues, and tells those it names. Of one sent twice, the first is kept. */
export async function writeNote(
  deps: Needs,
  { id, author }: Pick<Own, 'id' | 'author'>,
  { body, tell }: Written,
): Promise<NoteOutcome> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const authorId = author.id;
    const application = found(await lockApplication(trx, id));
    const key = await readTextKey(trx, deps.keys, application);
    const names = await listUnreachable(trx, tell);
    if (names.length > 0) return { kind: 'unreachable', names };
    const last = await findLastNote(trx, id, key);
    const repeated =
      last?.body === body &&
      last.authorId === authorId &&
      now.getTime() - last.createdAt.getTime() < repeatMs;
    const noteId = repeated ? last.id : createIdAfter(now, last?.id);
    if (!repeated) {
      const note = { id: noteId, applicationId: id, authorId, body, createdAt: now };
      await insertNote(trx, note, key);
      await recordNote(trx, 'note-written', { id, authorId, now });
      await indexApplication(trx, id);
    }
    await tellColleagues(trx, deps, { id, noteId, author }, { body, tell });
    return { kind: 'done', noteId };
  });
}

/** A note of somebody's about an application. */
type Own = { id: string; noteId: string; author: Author };

async function recordNote(
  trx: Trx,
  type: 'note-written' | 'note-edited' | 'note-deleted',
  { id, authorId, now }: { id: string; authorId: string; now: Date },
): Promise<void> {
  const event = { applicationId: id, actor: 'staff', staffId: authorId, at: now } as const;
  await recordEvents(trx, [{ ...event, type }]);
}

/** One's own note of this application under lock, and what notes about it are sealed with; throws `not-found` for another's. */
async function lockOwn(trx: Trx, keys: Keyring, { id, noteId, author }: Own) {
  const application = found(await lockApplication(trx, id));
  const key = await readTextKey(trx, keys, application);
  const note = await findNote(trx, { id: noteId, applicationId: id, key });
  if (note && note.authorId !== author.id) throw new AppError('not-found');
  return { note, key };
}

/** Changes one's own note while that is possible, and tells those who were not told before. */
export async function editNote(
  deps: Needs,
  own: Own,
  { body, tell, revision }: Written & { revision: number },
): Promise<NoteOutcome> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const { id, noteId, author } = own;
    const { note, key } = await lockOwn(trx, deps.keys, own);
    if (!note) return { kind: 'deleted' };
    if (!canEditNote(note.createdAt, now)) return { kind: 'too-late' };
    const isSame = note.body === body;
    if (note.revision !== revision && !isSame) return { kind: 'rival', body: note.body };
    const names = await listUnreachable(trx, tell);
    if (names.length > 0) return { kind: 'unreachable', names };
    if (!isSame) {
      await updateNote(trx, noteId, { body, editedAt: now }, key);
      await recordNote(trx, 'note-edited', { id, authorId: author.id, now });
      await indexApplication(trx, id);
    }
    await tellColleagues(trx, deps, own, { body, tell });
    return { kind: 'done', noteId };
  });
}

/** Deletes one's own note; that it was there stays in the log. One that is gone already is deleted. */
export async function removeNote(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  own: Own,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { note } = await lockOwn(trx, keys, own);
    if (!note) return;
    const { id, noteId, author } = own;
    await deleteNote(trx, noteId);
    await recordNote(trx, 'note-deleted', { id, authorId: author.id, now: clock.now() });
    await indexApplication(trx, id);
  });
}

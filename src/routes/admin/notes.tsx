import { type Context, Hono } from 'hono';
import { editNote, type NoteOutcome, removeNote, writeNote } from '../../actions/write-note.ts';
import { getPublication } from '../../db/calls.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import { listMentions } from '../../db/mentions.ts';
import { listColleagues, listNotes, type NoteEntry } from '../../db/notes.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { canEditNote, findNoteProblem } from '../../domain/notes.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import type { ShownNote, WrittenNote } from '../../views/components/notes.tsx';
import { MentionsPage } from '../../views/pages/mentions.tsx';
import { NotePage } from '../../views/pages/note.tsx';
import { isId } from '../attachment.ts';
import { describeProblems } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import type { ApplicationAnswers } from './review-answers.ts';
import { messageBody } from './small-forms.ts';
import { walkQuery } from './walk.ts';

/** Mentions that their page shows. */
const shownMentions = 100;

/** What nobody has typed yet. */
export const blankNote: WrittenNote = { body: '', tell: [], errors: [] };

/** True of what came after the reader was here before, and for somebody who never was. */
export const isNewSince = (at: Date, { before }: { before: Date | undefined }): boolean =>
  before === undefined || at > before;

/** The notes of an application for the reader, with what is new since they were here last. */
export function showNotes(
  notes: readonly NoteEntry[],
  { readerId, visit }: { readerId: string; visit: { before: Date | undefined } | undefined },
): ShownNote[] {
  return notes.map((note) => ({
    ...note,
    own: note.authorId === readerId,
    fresh: visit !== undefined && note.authorId !== readerId && isNewSince(note.createdAt, visit),
    forReader: note.told.some(({ id }) => id === readerId),
  }));
}

async function readNote(c: Context<AppEnv>) {
  const fields = await readFields(c);
  const tell = fields.get('tell') ?? [];
  if (!tell.every(isId)) throw new AppError('malformed');
  return {
    body: cleanText(fields.get('note')?.at(-1) ?? ''),
    tell,
    act: fields.get('act')?.at(-1) ?? '',
    revision: Number(fields.get('revision')?.at(-1)),
  };
}

/** Why a note was not kept, in the words of its writer. */
function sayOutcome(c: Context<AppEnv>, outcome: NoteOutcome): FieldError[] {
  const t = translatorFor(c.var.language);
  if (outcome.kind !== 'unreachable') return [];
  const { names } = outcome;
  const message = t('note.unreachable', { names: t.list(names), count: names.length });
  return [{ field: 'tell', message }];
}

/** What staff tell each other: notes about an application, and the page of who was mentioned. */
export function noteRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db, clock } = deps;

  const getOwn = async (c: Context<AppEnv>, application: ReadApplication): Promise<NoteEntry> => {
    const notes = await listNotes(deps, application.id, c.var.staff);
    const id = c.req.param('note');
    return found(notes.find((one) => one.id === id && one.authorId === c.var.staff.id));
  };

  const renderNote = async (
    c: Context<AppEnv>,
    { reference }: ReadApplication,
    note: NoteEntry,
    { written, rival }: { written?: WrittenNote; rival?: string } = {},
  ) => {
    const base = `/admin/applications/${reference}`;
    const filters = walkQuery(c);
    return (
      <NotePage
        frame={await deskFrame(deps, c)}
        staff={c.var.staff}
        reference={reference}
        action={`${base}/notes/${note.id}${filters}`}
        back={`${base}${filters}#note-${note.id}`}
        note={note}
        written={written ?? { ...blankNote, body: note.body }}
        colleagues={(await listColleagues(db)).filter(({ id }) => id !== c.var.staff.id)}
        editable={canEditNote(note.createdAt, clock.now())}
        rival={rival}
      />
    );
  };

  return new Hono<AppEnv>()
    .get('/mentions', requirePermission('write-notes'), async (c) => {
      const publication = await getPublication(db);
      const mentions = await listMentions(deps, { reader: c.var.staff, limit: shownMentions });
      return sendPage(
        c,
        <MentionsPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          mentions={mentions}
          timeZone={publication.timeZone}
        />,
      );
    })
    .post(
      '/applications/:reference/notes',
      requirePermission('write-notes'),
      messageBody,
      async (c) => {
        const application = await answers.get(c);
        const { body, tell } = await readNote(c);
        const { id, reference } = application;
        const problem = findNoteProblem(body);
        const refuse = async (errors: FieldError[]) => {
          const note = { body, tell, errors };
          return sendPage(c, await answers.render(c, application, { note }), 422);
        };
        if (problem) {
          return await refuse(describeProblems(translatorFor(c.var.language), [problem]));
        }
        const outcome = await writeNote(deps, { id, author: c.var.staff }, { body, tell });
        if (outcome.kind !== 'done') return await refuse(sayOutcome(c, outcome));
        const page = `/admin/applications/${reference}${walkQuery(c)}`;
        return c.redirect(`${page}#note-${outcome.noteId}`, 303);
      },
    )
    .get('/applications/:reference/notes/:note', requirePermission('write-notes'), async (c) => {
      const application = await answers.get(c);
      return sendPage(c, await renderNote(c, application, await getOwn(c, application)));
    })
    .post(
      '/applications/:reference/notes/:note',
      requirePermission('write-notes'),
      messageBody,
      async (c) => {
        const application = await answers.get(c);
        const { id, reference } = application;
        const { body, tell, act, revision } = await readNote(c);
        const noteId = c.req.param('note');
        if (!isId(noteId)) throw new AppError('not-found');
        const own = { id, noteId, author: c.var.staff };
        const page = `/admin/applications/${reference}${walkQuery(c)}`;
        if (act === 'delete') {
          await removeNote(deps, own);
          return c.redirect(`${page}#notes`, 303);
        }
        if (!Number.isSafeInteger(revision)) throw new AppError('malformed');
        const problem = findNoteProblem(body);
        if (problem) {
          const errors = describeProblems(translatorFor(c.var.language), [problem]);
          const note = await getOwn(c, application);
          const written = { body, tell, errors };
          return sendPage(c, await renderNote(c, application, note, { written }), 422);
        }
        const outcome = await editNote(deps, own, { body, tell, revision });
        if (outcome.kind === 'done') return c.redirect(`${page}#note-${noteId}`, 303);
        if (outcome.kind === 'deleted') {
          // What was typed goes back into the box for a new one.
          const message = translatorFor(c.var.language)('note.deletedMeanwhile');
          const note = { body, tell, errors: [{ field: 'note', message }] };
          return sendPage(c, await answers.render(c, application, { note }), 409);
        }
        const note = await getOwn(c, application);
        const written = { body, tell, errors: sayOutcome(c, outcome) };
        const rival = outcome.kind === 'rival' ? { rival: outcome.body } : {};
        const status = outcome.kind === 'unreachable' ? 422 : 409;
        return sendPage(c, await renderNote(c, application, note, { written, ...rival }), status);
      },
    );
}

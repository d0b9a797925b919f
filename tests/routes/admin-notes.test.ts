import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportApplication } from '../../src/actions/export-application.ts';
import { writeNote } from '../../src/actions/write-note.ts';
import { createApp } from '../../src/app.tsx';
import type { AppEnv } from '../../src/deps.ts';
import { languages } from '../../src/i18n.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createStaff } from '../support/factories.ts';
import { plainText, summaryOf, textareaOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  listEventsOf,
  listMailsOf,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';

let desk: Desk;
let app: Hono<AppEnv>;
beforeAll(async () => {
  desk = await createDesk();
  app = createApp(desk.deps);
});
afterAll(() => desk.stop());

const submit = () => apply({ app, deps: desk.deps });
const pageOf = ({ application: { reference } }: Applicant): string =>
  `/admin/applications/${reference}`;
const textOf = (html: string): string => plainText(html).replace(/\s+/g, ' ');

type Form = { note?: string; tell?: string[]; act?: string; revision?: string };
const send = async (seat: Seat, path: string, { tell = [], ...form }: Form) => {
  const body = new URLSearchParams({ ...form });
  for (const id of tell) body.append('tell', id);
  const answer = await seat.fetch(path, { method: 'POST', body });
  const { status, headers } = answer;
  return { status, location: headers.get('location'), html: await answer.text() };
};
const write = (seat: Seat, applicant: Applicant, note: string, tell: string[] = []) =>
  send(seat, `${pageOf(applicant)}/notes`, { note, tell });
const idIn = ({ location }: { location: string | null }): string =>
  /#note-(.*)$/.exec(location ?? '')?.[1] ?? '';
const notesOf = async ({ application: { id } }: Applicant) =>
  await desk.deps.db
    .selectFrom('notes')
    .select(['id', 'authorId', 'body', 'revision'])
    .where('applicationId', '=', id)
    .orderBy('id')
    .execute();
const mailsTo = async (applicant: Applicant, seat: Seat) =>
  (await listMailsOf(desk, applicant)).filter(
    ({ content }) => content.to?.address === seat.staff.email,
  );

describe('a note', () => {
  it('stands on the page for colleagues in any script, marked as theirs alone', async () => {
    const applicant = await submit();
    const text = 'წავიკითხე <b>ორჯერ</b>\nԱյո, լավ է';
    const answer = await write(desk.editor, applicant, text);
    const [note] = await notesOf(applicant);
    expect([answer.status, answer.location]).toEqual([
      303,
      `${pageOf(applicant)}#note-${note!.id}`,
    ]);
    const { html } = await desk.reviewer.get(pageOf(applicant));
    expect(html).toContain('&lt;b&gt;ორჯერ&lt;/b&gt;\nԱյո, լավ է</p>');
    expect(textOf(html)).toContain('Only the newsroom sees this');
    expect(textOf(html)).toContain('Edda Editor wrote a note');
    expect(await listEventsOf(desk, applicant)).toContain('staff note-written');
    expect(await verify(desk)).toEqual([]);
  });

  it('is kept once when the button is pressed twice', async () => {
    const applicant = await submit();
    const [first, second] = [
      await write(desk.editor, applicant, 'Once', [desk.admin.staff.id]),
      await write(desk.editor, applicant, 'Once', [desk.admin.staff.id]),
    ];
    expect(second.location).toBe(first.location);
    expect(await notesOf(applicant)).toHaveLength(1);
    expect(await mailsTo(applicant, desk.admin)).toHaveLength(1);
  });

  it('that is empty, too long or no text is told beside its own box, and kept', async () => {
    const applicant = await submit();
    const empty = await write(desk.editor, applicant, ' \u200b ');
    expect([empty.status, summaryOf(empty.html)]).toEqual([
      422,
      [{ field: 'note', message: 'Write your note' }],
    ]);
    const long = 'ა'.repeat(5001);
    const refused = await write(desk.editor, applicant, long, [desk.admin.staff.id]);
    expect([refused.status, summaryOf(refused.html)]).toEqual([
      422,
      [{ field: 'note', message: 'Shorten the note to 5,000 characters' }],
    ]);
    expect(textareaOf(refused.html, 'note')).toBe(long);
    expect(textareaOf(refused.html, 'message')).toBe('');
    expect(refused.html).toMatch(
      new RegExp(`name="tell" value="${desk.admin.staff.id}" checked=""`),
    );
    expect(await notesOf(applicant)).toEqual([]);
  });

  it('is changed by its author for an hour, which is marked, and found by its new words', async () => {
    const applicant = await submit();
    const id = idIn(await write(desk.editor, applicant, 'Kranichfeder'));
    const path = `${pageOf(applicant)}/notes/${id}`;
    expect((await desk.editor.get(path)).status).toBe(200);
    expect((await desk.admin.get(path)).status).toBe(404);
    const form = { note: 'Gänsefeder', act: 'keep', revision: '1' };
    expect((await send(desk.admin, path, form)).status).toBe(404);
    expect((await send(desk.editor, path, form)).status).toBe(303);
    const { html } = await desk.admin.get(pageOf(applicant));
    expect([html.includes('Gänsefeder'), html.includes('Kranichfeder')]).toEqual([true, false]);
    expect(textOf(html)).toContain('changed 24 November 2026');
    const { reference } = applicant.application;
    expect((await desk.admin.get('/admin?q=Gänsefeder')).html).toContain(reference);
    expect((await desk.admin.get('/admin?q=Kranichfeder')).html).not.toContain(reference);
    desk.clock.advance(61 * 60);
    const late = await send(desk.editor, path, { note: 'Late', act: 'keep', revision: '2' });
    expect([late.status, textOf(late.html).includes('for 60 minutes')]).toEqual([409, true]);
    expect((await notesOf(applicant))[0]).toMatchObject({ body: 'Gänsefeder', revision: 2 });
  });

  it('that was changed on another page is not overwritten unseen', async () => {
    const applicant = await submit();
    const id = idIn(await write(desk.editor, applicant, 'First'));
    const path = `${pageOf(applicant)}/notes/${id}`;
    await send(desk.editor, path, { note: 'Second', act: 'keep', revision: '1' });
    const rival = await send(desk.editor, path, { note: 'Third', act: 'keep', revision: '1' });
    expect(rival.status).toBe(409);
    expect(textOf(rival.html)).toContain('on another page meanwhile');
    expect(rival.html).toContain('Second');
    expect(textareaOf(rival.html, 'note')).toBe('Third');
    expect(rival.html).toContain('name="revision" value="2"');
  });

  it('is deleted by its author at any time, and the log keeps that it was there', async () => {
    const applicant = await submit();
    const id = idIn(await write(desk.editor, applicant, 'Wegwerfwort'));
    const path = `${pageOf(applicant)}/notes/${id}`;
    desk.clock.advance(3 * 86_400);
    expect((await send(desk.admin, path, { act: 'delete' })).status).toBe(404);
    expect((await send(desk.editor, path, { act: 'delete' })).status).toBe(303);
    expect((await send(desk.editor, path, { act: 'delete' })).status).toBe(303);
    expect(await notesOf(applicant)).toEqual([]);
    expect(await listEventsOf(desk, applicant)).toEqual(
      expect.arrayContaining(['staff note-written', 'staff note-deleted']),
    );
    expect((await desk.admin.get('/admin?q=Wegwerfwort')).html).not.toContain(
      applicant.application.reference,
    );
    const gone = await send(desk.editor, path, { note: 'Kept words', act: 'keep', revision: '1' });
    expect([gone.status, textareaOf(gone.html, 'note')]).toEqual([409, 'Kept words']);
  });

  it('of another application is not there', async () => {
    const [one, other] = [await submit(), await submit()];
    const id = idIn(await write(desk.editor, one, 'Here'));
    expect((await desk.editor.get(`${pageOf(other)}/notes/${id}`)).status).toBe(404);
    await send(desk.editor, `${pageOf(other)}/notes/${id}`, { act: 'delete' });
    expect(await notesOf(one)).toHaveLength(1);
  });

  it('outlives the account of its author', async () => {
    const applicant = await submit();
    const author = await createStaff(desk.deps, { role: 'editor', name: 'Gone Person' });
    await writeNote(
      desk.deps,
      { id: applicant.application.id, author },
      { body: 'Stays', tell: [] },
    );
    await desk.deps.db.deleteFrom('staff').where('id', '=', author.id).execute();
    const { html } = await desk.editor.get(pageOf(applicant));
    expect(html).toContain('Stays');
    expect(html).not.toContain('Gone Person');
  });
});

describe('a mention', () => {
  it('tells each by one mail with author, reference and words, and never the author', async () => {
    const applicant = await submit();
    const tell = [desk.admin.staff.id, desk.reviewer.staff.id, desk.editor.staff.id];
    await write(desk.editor, applicant, 'Kannst du das lesen?', tell);
    const [mail] = await mailsTo(applicant, desk.admin);
    expect(mail!.template).toBe('notify-mentioned');
    for (const part of ['Kannst du das lesen?', 'Edda Editor', applicant.application.reference]) {
      expect(mail!.content.text).toContain(part);
    }
    expect(mail!.content.replyTo).toBeNull();
    const counts = [];
    for (const seat of [desk.admin, desk.reviewer, desk.editor]) {
      counts.push((await mailsTo(applicant, seat)).length);
    }
    expect(counts).toEqual([1, 1, 0]);
  });

  it('stands in the masthead until the application was opened', async () => {
    const applicant = await submit();
    const seat = desk.reviewer;
    const unread = async () => {
      const { html } = await seat.get('/admin/mentions');
      return Number(/chip new num">(\d+)/.exec(html)?.[1] ?? 0);
    };
    const before = await unread();
    await write(desk.editor, applicant, 'Bitte lesen', [seat.staff.id]);
    const listed = (await seat.get('/admin')).html;
    expect(listed).toContain('unread note');
    expect(await unread()).toBe(before + 1);
    const page = (await seat.get('/admin/mentions')).html;
    expect(page).toContain('Bitte lesen');
    expect(await unread()).toBe(before + 1);
    expect(textOf((await seat.get(pageOf(applicant))).html)).toContain('New, mentions you');
    expect(await unread()).toBe(before);
    // Within the ten minutes in which looking again is the same opening.
    desk.clock.advance(60);
    await write(desk.editor, applicant, 'Und noch einmal', [seat.staff.id]);
    expect(await unread()).toBe(before + 1);
    desk.clock.advance(60);
    await seat.get(pageOf(applicant));
    expect(await unread()).toBe(before);
  });

  it('of somebody who was disabled meanwhile is refused by name, and nothing is kept', async () => {
    const applicant = await submit();
    const { id } = await createStaff(desk.deps, { role: 'editor', name: 'Dora Disabled' });
    const disabledAt = desk.clock.now();
    await desk.deps.db.updateTable('staff').set({ disabledAt }).where('id', '=', id).execute();
    const refused = await write(desk.editor, applicant, 'For Dora', [id]);
    expect([refused.status, summaryOf(refused.html)]).toEqual([
      422,
      [
        {
          field: 'tell',
          message: 'Dora Disabled has no active account any more. Choose somebody else or nobody.',
        },
      ],
    ]);
    expect(textareaOf(refused.html, 'note')).toBe('For Dora');
    expect(await notesOf(applicant)).toEqual([]);
  });

  it('of nobody is no form of ours', async () => {
    const applicant = await submit();
    for (const id of ['x', '00000000-0000-0000-0000-000000000000']) {
      expect((await write(desk.editor, applicant, 'For nobody', [id])).status).toBe(422);
    }
    expect(await notesOf(applicant)).toEqual([]);
  });

  it('costs the pages the same queries however many there are', async () => {
    const applicant = await submit();
    const count = async (path: string) => {
      desk.countQueries();
      await desk.admin.get(path);
      return desk.countQueries();
    };
    const paths = ['/admin/mentions', pageOf(applicant), '/admin'];
    await write(desk.editor, applicant, 'One', [desk.admin.staff.id]);
    const one: number[] = [];
    for (const path of paths) one.push(await count(path));
    for (const text of ['Two', 'Three']) {
      await write(desk.editor, applicant, text, [desk.admin.staff.id]);
    }
    const three: number[] = [];
    for (const path of paths) three.push(await count(path));
    expect(three).toEqual(one);
  });
});

describe('check 38: a note never reaches the applicant', () => {
  it('by no public page, mail or export', async () => {
    const applicant = await submit();
    const canary = 'Kolibriwort';
    const told = [desk.admin.staff.id];
    const id = idIn(await write(desk.editor, applicant, `${canary} one`, told));
    await send(desk.editor, `${pageOf(applicant)}/notes/${id}`, {
      ...{ note: `${canary} two`, act: 'keep', revision: '1' },
    });
    await desk.editor.post(`${pageOf(applicant)}/messages`, { message: 'Hello', language: 'en' });
    await postParts({ app, deps: desk.deps }, `${applicant.path}/messages`, [
      textPart('message', 'Answer'),
      textPart('intent', 'send'),
    ]);

    // Every page that there is outside of the desk, with the applicant's own token.
    const { token, application } = applicant;
    const paths = [...new Set(app.routes.map(({ path }) => path))]
      .filter((path) => !path.startsWith('/admin') && !path.includes('*'))
      .flatMap((path) => languages.map((language) => path.replace(':language', language)))
      .map((path) =>
        path
          .replace(':token', token)
          .replace(':slug', 'regional-experts')
          .replace(/:\w+(\{.*\})?/g, application.reference),
      );
    const own = paths.filter((path) => path.includes(token));
    expect(own.length).toBeGreaterThan(languages.length * 5);
    const leaks: string[] = [];
    let shown = 0;
    for (const path of new Set(paths)) {
      const answer = await app.request(path);
      const body = Buffer.from(await answer.arrayBuffer()).toString();
      if (answer.status === 200 && path.includes(token)) shown += 1;
      if (body.includes(canary) || JSON.stringify([...answer.headers]).includes(canary)) {
        leaks.push(path);
      }
    }
    expect(shown).toBeGreaterThan(languages.length * 3);
    expect(leaks).toEqual([]);

    for (const reviews of [false, true]) {
      const files = await exportApplication(desk.deps, { ...applicant, reviews });
      for (const file of files) {
        for await (const chunk of file.read()) {
          expect(Buffer.from(chunk).toString()).not.toContain(canary);
        }
      }
    }
    const mails = await listMailsOf(desk, applicant);
    const holding = mails.filter(({ content }) => JSON.stringify(content).includes(canary));
    expect(holding.map(({ thread, content }) => [thread, content.to?.address])).toEqual([
      ['editors', desk.admin.staff.email],
    ]);
    // The same search finds it where it may be.
    expect((await desk.editor.get(pageOf(applicant))).html).toContain(canary);
  });
});

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFromApplicant, writeFromEditor } from '../../src/actions/write-message.ts';
import { recordOpened } from '../../src/db/access-log.ts';
import { listApplications, walk } from '../../src/db/application-list.ts';
import { whereFlagged } from '../../src/db/list-flags.ts';
import { type ListFlag, listFlags } from '../../src/domain/list-flags.ts';
import { isLate } from '../../src/domain/reply-clock.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { decide, moveSilently } from '../support/decide.ts';
import { anyEditor, createStaff, createSubmitted } from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

const names = { language: 'en', fallback: 'de', reader: anyEditor };
const filterOf = (name: ListFlag) => ({ flag: { name, now: app.clock.now() } });

async function listFlagged(name: ListFlag, reader = anyEditor): Promise<string[]> {
  const page = { limit: 100, sort: 'oldest' } as const;
  const dressing = { ...names, reader };
  const { rows, total } = await listApplications(app.deps.db, filterOf(name), page, dressing);
  expect(total).toBe(rows.length);
  return rows.map(({ id }) => id);
}
const rowOf = async (id: string) => {
  const { rows } = await listApplications(app.deps.db, {}, { limit: 100 }, names);
  return rows.find((row) => row.id === id)!;
};

test('a message is unread until an editor opens the application or answers', async () => {
  const { deps, clock } = app;
  const { id, key } = await createSubmitted(deps);
  const [editor, reviewer] = [
    await createStaff(deps, { role: 'editor' }),
    await createStaff(deps, { role: 'reviewer' }),
  ];
  const write = async (body: string) => {
    clock.advance(60);
    await writeFromApplicant(deps, { application: { id }, key }, { body, language: 'en' });
  };
  const open = async (staffId: string) => {
    clock.advance(60);
    await recordOpened(deps.db, { applicationId: id, staffId, now: clock.now() });
  };
  expect([await listFlagged('wrote'), (await rowOf(id)).wrote]).toEqual([[], false]);
  await write('One');
  await open(reviewer.id);
  expect([await listFlagged('wrote'), (await rowOf(id)).wrote]).toEqual([[id], true]);
  await open(editor.id);
  expect([await listFlagged('wrote'), (await rowOf(id)).wrote]).toEqual([[], false]);
  await write('Two');
  expect(await listFlagged('wrote')).toEqual([id]);
  const { wrapped } = await deps.db
    .selectFrom('keys.applicationKeys')
    .select('wrapped')
    .where('applicationId', '=', id)
    .executeTakeFirstOrThrow();
  const answer = { body: 'Answer', language: 'en', authorId: editor.id } as const;
  await writeFromEditor(deps, { id, wrapped }, answer);
  expect(await listFlagged('wrote')).toEqual([]);
});

test('late is what the row says is late, to the second', async () => {
  const { deps } = app;
  const { db } = deps;
  const now = app.clock.now();
  const { timeZone } = await db
    .selectFrom('publication')
    .select('timeZone')
    .executeTakeFirstOrThrow();
  const [{ replyDays }] = (
    await sql<{ replyDays: number }>`
    select reply_days from call_versions limit 1`.execute(db)
  ).rows as [{ replyDays: number }];
  const promised = now.getTime() - replyDays * 86_400_000;
  const expected: string[] = [];
  // Through two nights, with the second before and after midnight among them.
  for (let hour = 48; hour >= 0; hour -= 1) {
    for (const seconds of [-1, 0]) {
      const submittedAt = new Date(
        Math.floor(promised / 3_600_000) * 3_600_000 - hour * 3_600_000 + seconds * 1000,
      );
      const { id } = await createSubmitted(deps);
      await db.updateTable('applications').set({ submittedAt }).where('id', '=', id).execute();
      const replyBy = new Date(submittedAt.getTime() + replyDays * 86_400_000);
      if (isLate({ stage: 'screening', replyBy }, { now, timeZone })) expected.push(id);
    }
  }
  expect(expected.length).toBeGreaterThan(40);
  expect(expected.length).toBeLessThan(98);
  expect(await listFlagged('late')).toEqual(expected);
  const [first, second] = expected;
  await db
    .updateTable('applications')
    .set({ mergedInto: second! })
    .where('id', '=', first!)
    .execute();
  await sql`delete from application_search where application_id = ${first!}`.execute(db);
  await sql`update applications set stage = 'decided', decision = 'declined'
    where id = ${second!}`.execute(db);
  expect(await listFlagged('late')).toEqual(expected.slice(2));
});

test('who was decided about is late until the letter has left, in the filter as in the row', async () => {
  const { deps, clock } = app;
  const { db } = deps;
  const editor = await createStaff(deps, { role: 'editor' });
  const application = await createSubmitted(deps);
  clock.advance(15 * 86_400);
  const before = await listFlagged('late');
  expect(before).toContain(application.id);
  expect((await decide(deps, application, 'decline', editor)).outcome).toBe('done');
  expect([await listFlagged('late'), (await rowOf(application.id)).told]).toEqual([before, false]);
  // Where there are too many to be put in order they are walked, page by page.
  const walked: string[] = [];
  for (;;) {
    const after = walked.at(-1);
    const page = {
      limit: 20,
      sort: 'oldest',
      reader: anyEditor,
      ...(after && { after: { id: after } }),
    } as const;
    const { rows } = await sql<{ ids: string[] }>`
      select ${walk(filterOf('late'), page)} as ids`.execute(db);
    const ids = rows[0]!.ids.slice(0, 20);
    walked.push(...ids);
    if (ids.length < 20) break;
  }
  expect(walked).toEqual(before);
  await sql`update mails set sent_at = ${clock.now()} where template = 'decision-letter'`.execute(
    db,
  );
  const after = before.filter((id) => id !== application.id);
  expect([await listFlagged('late'), (await rowOf(application.id)).told]).toEqual([after, true]);
  clock.reset();
});

test('open requests, active content and likely duplicates are found by their flags', async () => {
  const { deps } = app;
  const { db } = deps;
  const asked = await createSubmitted(deps, { values: { fullName: 'Nino Quince' } });
  const files = [{ kind: 'cv', name: 'cv.pdf' }] as const;
  const acting = await createSubmitted(deps, { files: [...files] });
  const twins = [
    await createSubmitted(deps, { values: { email: 'twin@example.org' } }),
    await createSubmitted(deps, { values: { email: 'twin@example.org' } }),
  ].map(({ id }) => id);
  const apart = await createSubmitted(deps, { files: [...files] });
  await sql`insert into messages (id, application_id, direction, language, body, created_at)
    values (${asked.id}, ${asked.id}, 'out', 'en', 'Your CV', now())`.execute(db);
  await sql`insert into requests (id, application_id, message_id, kinds, due_on, created_at)
    values (${asked.id}, ${asked.id}, ${asked.id}, '{cv}', '2030-01-01', now())`.execute(db);
  await sql`insert into document_texts (document_id, application_id, state, text, active, read_at)
    select id, application_id, 'read', '', case when application_id = ${acting.id}
      then array['macros'] else '{}' end, now()
    from documents where application_id in (${acting.id}, ${apart.id})
    on conflict (document_id) do update set active = excluded.active`.execute(db);
  await sql`delete from application_pairs`.execute(db);
  const [one, other] = [...twins].sort();
  await sql`insert into application_pairs (first_id, second_id, reasons, found_at)
    values (${one!}, ${other!}, '{email}', now())`.execute(db);
  expect(await listFlagged('awaiting')).toEqual([asked.id]);
  expect(await listFlagged('active')).toEqual([acting.id]);
  expect((await listFlagged('duplicate')).sort()).toEqual([one, other]);
  const marks = async (id: string) => {
    const { awaiting, active, twin } = await rowOf(id);
    return [awaiting, active, twin];
  };
  expect(await marks(asked.id)).toEqual([true, false, false]);
  expect(await marks(acting.id)).toEqual([false, true, false]);
  expect(await marks(one!)).toEqual([false, false, true]);
  // With a search and a stage beside it.
  const search = { ...readSearchTerms('quince')!, emailHash: undefined };
  const both = { ...filterOf('awaiting'), search, stage: 'new' } as const;
  const { rows } = await listApplications(db, both, { limit: 5 }, names);
  expect(rows.map(({ id }) => id)).toEqual([asked.id]);
  // Who was decided about is not asked any more; once that is taken back they are.
  const editor = await createStaff(deps, { role: 'editor' });
  await moveSilently(deps, { id: asked.id, name: 'decline', staff: editor });
  expect([await listFlagged('awaiting'), await marks(asked.id)]).toEqual([
    [],
    [false, false, false],
  ]);
  await moveSilently(deps, { id: asked.id, name: 'reopen', staff: editor });
  expect(await listFlagged('awaiting')).toEqual([asked.id]);
  await sql`update requests set state = 'cancelled', closed_at = now()`.execute(db);
  expect(await listFlagged('awaiting')).toEqual([]);
  // A twin tells who somebody is: not to those from whom that is hidden.
  const reader = { ...anyEditor, role: 'reviewer' } as const;
  expect((await listFlagged('duplicate', reader)).length).toBe(2);
  await sql`alter table call_versions disable trigger user`.execute(db);
  await sql`update call_versions set blind = true`.execute(db);
  expect(await listFlagged('duplicate', reader)).toEqual([]);
});

test.each(listFlags)(
  '%s is asked of indexes alone: else plans are not told apart before 18',
  async (name) => {
    await app.deps.db.transaction().execute(async (trx) => {
      await sql`set local enable_seqscan = off`.execute(trx);
      const [isFlagged] = whereFlagged(filterOf(name), anyEditor);
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Total Cost': number } }] }>`
      explain (format json) select from application_search as s where ${isFlagged}`.execute(trx);
      const [{ Plan }] = rows[0]!['QUERY PLAN'];
      expect(Plan['Total Cost']).toBeLessThan(1e9);
      // As 18 says it.
      expect(JSON.stringify(Plan)).not.toContain('"Disabled":true');
    });
  },
);

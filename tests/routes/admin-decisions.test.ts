import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { withdrawApplication } from '../../src/actions/withdraw-application.ts';
import { openContent } from '../../src/db/mails.ts';
import { declineReasons } from '../../src/domain/decisions.ts';
import { decideByPages, readControls } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { hrefsOf, plainText, textareaOf, titleOf } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

type Sent = Parameters<typeof createSubmitted>[1];
const submit = (sent: Sent = {}) => createSubmitted(desk.deps, sent);
type Submitted = Awaited<ReturnType<typeof submit>>;
const pathOf = ({ reference }: { reference: string }): string => `/admin/applications/${reference}`;
const textOf = (html: string): string => plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ');

const standingOf = async ({ id }: { id: string }) => {
  const { rows } = await sql<{ stage: string; decision: string | null }>`
    select stage, decision from applications where id = ${id}`.execute(desk.deps.db);
  return [rows[0]!.stage, rows[0]!.decision];
};
const lettersOf = async ({ id, key }: Submitted) => {
  const rows = await desk.deps.db
    .selectFrom('mails as m')
    .innerJoin('jobs as j', 'j.subjectId', 'm.id')
    .selectAll('m')
    .select(['j.notBefore', 'j.lane'])
    .where('m.applicationId', '=', id)
    .where('m.template', 'in', ['decision-letter', 'reversal-letter'])
    .execute();
  return rows.map((row) => ({ ...row, content: openContent(key, row) }));
};
const actsOf = async ({ id }: { id: string }) =>
  await desk.deps.db
    .selectFrom('decisionActs')
    .select(['act', 'state', 'reason', 'withLetter', 'mailId'])
    .where('applicationId', '=', id)
    .orderBy('createdAt')
    .execute();
const privatePage = async (application: Submitted): Promise<string> => {
  const token = await findPrivateToken(desk.deps, application, application.key);
  return await (await desk.app.request(`/en/applications/${token}`)).text();
};

describe('check 36: declining asks a reason', () => {
  it('without one nothing is decided, and what was typed stands beside the control', async () => {
    const application = await submit();
    const path = `${pathOf(application)}/decide/decline`;
    const { html } = await desk.editor.get(path);
    const form = { ...readControls(html), body: 'Own words.\n\n{editor}', reasonWords: 'Hm' };
    const answer = await desk.editor.post(path, form);
    expect(answer.status).toBe(422);
    expect(titleOf(answer.html)).toMatch(/^Error: Decline/);
    expect(textOf(answer.html)).toContain('Choose why you decline');
    expect(hrefsOf(answer.html)).toContain('#reason');
    expect(textareaOf(answer.html, 'body')).toBe('Own words.\n\n{editor}');
    expect(textareaOf(answer.html, 'reasonWords')).toBe('Hm');
    expect(await actsOf(application)).toEqual([]);
    const other = await desk.editor.post(path, { ...form, reason: 'other', reasonWords: ' ' });
    expect(textOf(other.html)).toContain('Say why in your own words');
    expect(await standingOf(application)).toEqual(['screening', null]);
  });

  it('keeps it for the file: no letter, no page of the applicant’s and no export has it', async () => {
    const application = await submit();
    const canary = 'Kanarienvogel 4711';
    const fields = { reason: 'sample', reasonWords: canary };
    const { status } = await decideByPages(desk.editor, application, 'decline', fields);
    expect(status).toBe(303);
    expect(await actsOf(application)).toMatchObject([{ act: 'decline', reason: 'sample' }]);
    const { html } = await desk.editor.get(pathOf(application));
    expect(textOf(html)).toContain(
      `Decline: The writing sample did not convince${canary}`.replace('convince', 'convince '),
    );
    const reviewers = await desk.reviewer.get(pathOf(application));
    expect(reviewers.html).not.toContain(canary);
    const [letter] = await lettersOf(application);
    expect(JSON.stringify(letter!.content)).not.toMatch(/Kanarienvogel|convince/);
    await sql`update mails set sent_at = ${desk.clock.now()}, held = false`.execute(desk.deps.db);
    expect(await privatePage(application)).not.toMatch(/Kanarienvogel|convince/);
    const { rows } = await sql<{ dump: string }>`
      select string_agg(e::text, ' ') as dump from events as e`.execute(desk.deps.db);
    expect(rows[0]!.dump).not.toMatch(/Kanarienvogel|sample/);
    const sealed = await sql<{ dump: string }>`
      select string_agg(encode(content_sealed, 'escape'), ' ') as dump
      from decision_acts`.execute(desk.deps.db);
    expect(sealed.rows[0]!.dump).not.toContain('Kanarienvogel');
  });

  it('each reason has its words, and none is sent that is not on the list', async () => {
    const application = await submit();
    const path = `${pathOf(application)}/decide/decline`;
    const { html } = await desk.editor.get(path);
    for (const reason of declineReasons) expect(html).toContain(`value="${reason}"`);
    const form = { ...readControls(html), reason: 'ugly' };
    expect((await desk.editor.post(path, form)).status).toBe(422);
  });
});

describe('a decision', () => {
  it('holds the letter that was shown, in the applicant’s language, for as long as it was said', async () => {
    const application = await submit({ values: { fullName: 'ნინო ბერიძე' } });
    await sql`update applications set language = 'ka' where id = ${application.id}`.execute(
      desk.deps.db,
    );
    const path = `${pathOf(application)}/decide/accept`;
    const step = await desk.editor.get(path);
    const source = textareaOf(step.html, 'body');
    expect(source).toContain('გამარჯობა, {name},');
    const drafted = await desk.editor.post(path, readControls(step.html));
    expect([drafted.status, drafted.location]).toEqual([303, `${path}/check`]);
    expect(await standingOf(application)).toEqual(['screening', null]);
    const check = await desk.editor.get(`${path}/check`);
    expect(textOf(check.html)).toContain('გამარჯობა, ნინო ბერიძე, გმადლობთ');
    expect(check.headers.get('content-security-policy')).toContain("frame-src 'self'");
    const framed = await desk.editor.get(`${path}/letter.html`);
    expect(framed.headers.get('content-security-policy')).toContain('sandbox');
    expect(framed.html).toContain('გამარჯობა, ნინო ბერიძე,');
    const answer = await desk.editor.post(`${path}/confirm`, readControls(check.html));
    expect(answer.location).toBe(`${pathOf(application)}?letter=decided#next-step`);
    expect(await standingOf(application)).toEqual(['decided', 'accepted']);
    const [letter] = await lettersOf(application);
    expect(letter!.held).toBe(true);
    expect(letter!.notBefore.getTime() - desk.clock.now().getTime()).toBe(600_000);
    const shown = plainText(check.html).replace(/\s+/g, '');
    const sent = letter!.content.text.replace(/applications\/[\w-]+/, 'applications/…');
    expect(shown).toContain(sent.replace(/\s+/g, ''));
    expect(framed.html.replace(/<[^>]*>/g, '')).toBe(
      letter!.content.html
        .replace(/applications\/[\w-]+/g, 'applications/…')
        .replace(/<[^>]*>/g, ''),
    );
    const page = textOf((await desk.editor.get(pathOf(application))).html);
    expect(page).toContain('The letter is held. It leaves 24 November 2026, 10:10 CET.');
    expect(page).toContain('Edda Editor wrote a letter, which is held');
  });

  it('pressed twice is one decision and one letter', async () => {
    const application = await submit();
    const path = `${pathOf(application)}/decide/accept`;
    await desk.editor.post(path, readControls((await desk.editor.get(path)).html));
    const form = readControls((await desk.editor.get(`${path}/check`)).html);
    const answers = await Promise.all([1, 2].map(() => desk.editor.post(`${path}/confirm`, form)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await lettersOf(application)).toHaveLength(1);
  });

  it('check 41: of two who decide at once one wins, and the other keeps every word', async () => {
    const application = await submit();
    const drafts = await Promise.all(
      (
        [
          [desk.editor, 'accept'],
          [desk.admin, 'decline'],
        ] as const
      ).map(async ([seat, act]) => {
        const path = `${pathOf(application)}/decide/${act}`;
        const step = readControls((await seat.get(path)).html);
        await seat.post(path, { ...step, reason: 'region', body: `Words of ${act}.` });
        return { seat, path, form: readControls((await seat.get(`${path}/check`)).html), act };
      }),
    );
    const answers = await Promise.all(
      drafts.map(({ seat, path, form }) => seat.post(`${path}/confirm`, form)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const loser = drafts[answers.findIndex(({ status }) => status === 409)]!;
    const told = textOf(answers.find(({ status }) => status === 409)!.html);
    expect(told).toContain('Nothing was decided.');
    expect(told).toContain('moved it from “Screening” to');
    expect(told).toContain(`Words of ${loser.act}.`);
    expect(await lettersOf(application)).toHaveLength(1);
  });

  it('on a withdrawn application is refused, on both pages and at the last word', async () => {
    const application = await submit();
    const path = `${pathOf(application)}/decide/accept`;
    await desk.editor.post(path, readControls((await desk.editor.get(path)).html));
    const form = readControls((await desk.editor.get(`${path}/check`)).html);
    const token = await findPrivateToken(desk.deps, application, application.key);
    await withdrawApplication(desk.deps, await openPrivatePage(desk.deps, token));
    for (const answer of [
      await desk.editor.get(path),
      await desk.editor.get(`${path}/check`),
      await desk.editor.post(`${path}/confirm`, form),
    ]) {
      expect(answer.status).toBe(409);
      expect(textOf(answer.html)).toContain('The applicant has withdrawn. There is nothing left');
    }
    expect(await standingOf(application)).toEqual(['withdrawn', null]);
    expect(await lettersOf(application)).toEqual([]);
  });

  it('without a letter says so, and the private page waits until it can’t be recalled', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept', { letter: 'no' });
    expect(await lettersOf(application)).toEqual([]);
    expect(await privatePage(application)).not.toContain('A decision was made');
    desk.clock.advance(600);
    const html = await privatePage(application);
    expect(titleOf(html)).toContain('A decision was made');
    expect(plainText(html)).toContain('The editors have decided.');
  });

  it('keeps nobody on file who did not agree', async () => {
    const application = await submit();
    const { status, html } = await desk.editor.get(`${pathOf(application)}/decide/keep-on-file`);
    expect(status).toBe(409);
    expect(textOf(html)).toContain('did not agree to stay on file');
    const agreed = await submit({ values: { keepOnFile: true } });
    expect((await decideByPages(desk.editor, agreed, 'keep-on-file')).status).toBe(303);
    expect(await standingOf(agreed)).toEqual(['decided', 'kept-on-file']);
  });

  it('with a placeholder that there is not, or that has no value, is stopped before the letter', async () => {
    const application = await submit();
    const path = `${pathOf(application)}/decide/accept`;
    const form = readControls((await desk.editor.get(path)).html);
    const unknown = await desk.editor.post(path, { ...form, body: 'Dear {nmae}' });
    expect(unknown.status).toBe(422);
    expect(textOf(unknown.html)).toContain('nothing is called {nmae}. There are: {name}');
    // Nobody who is accepted is deleted on a day.
    const deletion = await desk.editor.post(path, { ...form, body: 'Until {deletion}' });
    expect(textOf(deletion.html)).toContain('nothing is called {deletion}. There are: {name}');
    const empty = await desk.editor.post(path, { ...form, body: 'Dear {name}, {words}' });
    expect(textOf(empty.html)).toContain('there is no value for {words} here');
    expect(hrefsOf(empty.html)).toContain('#body');
    expect(await actsOf(application)).toEqual([]);
  });

  it('is not there for reviewers', async () => {
    const application = await submit();
    const base = pathOf(application);
    for (const path of ['decide/accept', 'decide/accept/check', 'decide/accept/letter.html']) {
      expect((await desk.reviewer.get(`${base}/${path}`)).status).toBe(404);
    }
    for (const path of ['decide/accept', 'decide/accept/confirm', 'letter/recall']) {
      expect((await desk.reviewer.post(`${base}/${path}`, {})).status).toBe(404);
    }
    expect((await desk.editor.get(`${base}/decide/nonsense`)).status).toBe(404);
  });
});

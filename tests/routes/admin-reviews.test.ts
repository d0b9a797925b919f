import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockApplication } from '../../src/db/applications.ts';
import { listEvents } from '../../src/db/events.ts';
import { getReviewDesk } from '../../src/db/review-desk.ts';
import { recordTransition } from '../../src/db/stages.ts';
import { found } from '../../src/errors.ts';
import { languages, translatorFor } from '../../src/i18n.ts';
import { describeEvent } from '../../src/views/components/event-log.tsx';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createStaff, createSubmitted, type Sent } from '../support/factories.ts';
import {
  controlOf,
  elementsOf,
  hrefsOf,
  plainText,
  summaryOf,
  textareaOf,
  titleOf,
} from '../support/html.ts';
import { claimAndReview, review } from '../support/reviewing.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

type Made = { id: string; reference: string };
const submit = (sent?: Sent): Promise<Made> => createSubmitted(desk.deps, sent);
const pathOf = ({ reference }: Made): string => `/admin/applications/${reference}`;
const textOfPage = (html: string): string => plainText(html).replace(/\s+/g, ' ');

/** The hidden fields of the form that goes to an address, and what is chosen in it. */
const formTo = (html: string, action: string): Record<string, string> => {
  const form = new RegExp(`<form[^>]*action="[^"]*/${action}(?:\\?[^"]*)?"[^>]*>.*?</form>`, 's');
  const inputs = elementsOf(form.exec(html)?.[0] ?? '', 'input').filter(
    ({ type, ...one }) => type === 'hidden' || (type === 'radio' && 'checked' in one),
  );
  return Object.fromEntries(inputs.map(({ name, value }) => [name!, value ?? '']));
};

/** Sends a form of the page as a browser would: its hidden fields and what was chosen. */
const press = async (
  seat: Seat,
  application: Made,
  action: string,
  chosen: Record<string, string> = {},
) => {
  const { html } = await seat.get(pathOf(application));
  return await seat.post(`${pathOf(application)}/${action}`, {
    ...formTo(html, action),
    ...chosen,
  });
};
const claimIt = async (seat: Seat, application: Made) =>
  await press(seat, application, 'assignment', { act: 'claim' });
const goodScores = { 'score-place': '4', 'score-reporting': '3', recommendation: '4' };

const countRows = async ({ id }: Made): Promise<unknown[]> => {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from review_assignments where application_id = ${id}) as assignments,
    (select count(*) from reviews where application_id = ${id}) as reviews,
    (select count(*) from events where application_id = ${id}) as events,
    (select count(*) from applications where id = ${id}
      and (handling_editor_id is not null or reviewers_wanted is not null)) as changed`.execute(
    desk.deps.db,
  );
  return Object.values(rows[0]!);
};

describe('a review', () => {
  it('is claimed, drafted, submitted and told, each by a button of the page', async () => {
    const application = await submit();
    expect(await claimIt(desk.reviewer, application)).toMatchObject({
      ...{ status: 303, location: `${pathOf(application)}?review=claimed` },
    });
    const draft = { intent: 'save', 'score-place': '2', review: 'So far.' };
    const saved = await press(desk.reviewer, application, 'review', draft);
    expect(saved.location).toBe(`${pathOf(application)}?review=saved`);
    const page = await desk.reviewer.get(saved.location!);
    expect(textOfPage(page.html)).toContain('The draft was saved. Colleagues do not see it.');
    expect('checked' in controlOf(page.html, 'score-place-2')).toBe(true);
    expect(textareaOf(page.html, 'review')).toBe('So far.');
    const sent = await press(desk.reviewer, application, 'review', {
      ...{ ...goodScores, intent: 'submit', review: 'Strong.' },
    });
    expect(sent.location).toBe(`${pathOf(application)}?review=submitted`);
    const { html } = await desk.editor.get(pathOf(application));
    const text = textOfPage(html);
    expect(text).toContain('Knowledge of the place deep Reporting and sources good Strong.');
    expect(text).toContain('Rea Reviewer took it for review');
    expect(text).toContain('Rea Reviewer submitted a review');
  });

  it('that misses a word comes back with everything that was chosen, and nothing is stored', async () => {
    const application = await submit();
    await claimIt(desk.reviewer, application);
    const sent = { intent: 'submit', 'score-place': '3', review: 'Good <b>one</b>.' };
    const { status, html } = await press(desk.reviewer, application, 'review', sent);
    expect([status, titleOf(html).slice(0, 6)]).toEqual([422, 'Error:']);
    expect(summaryOf(html)).toEqual([
      { field: 'score-reporting', message: 'Choose a word for “Reporting and sources”' },
      {
        field: 'recommendation',
        message: 'Choose a word for “Recommendation: work with this person?”',
      },
    ]);
    expect('checked' in controlOf(html, 'score-place-3')).toBe(true);
    expect(textareaOf(html, 'review')).toBe('Good <b>one</b>.');
    expect((await countRows(application))[1]).toBe(0);
  });

  it('saves itself by a request that answers in JSON, and says why it can’t', async () => {
    const application = await submit();
    await claimIt(desk.reviewer, application);
    const draft = await press(desk.reviewer, application, 'review', { review: 'x' });
    expect(draft.status).toBe(303);
    const { html } = await desk.reviewer.get(pathOf(application));
    const form = formTo(html, 'review');
    const to = `${pathOf(application)}/review/draft`;
    const stored = await desk.reviewer.post(to, { ...form, review: 'By itself.' });
    expect([stored.status, JSON.parse(stored.html)]).toEqual([200, { revision: 2 }]);
    const long = await desk.reviewer.post(to, { ...form, review: 'a'.repeat(10_001) });
    expect([long.status, JSON.parse(long.html)]).toEqual([
      422,
      { message: 'Shorten the text to 10,000 characters: it is 1 over' },
    ]);
    await press(desk.reviewer, application, 'assignment', { act: 'return' });
    const gone = await desk.reviewer.post(to, { ...form, review: 'Later.' });
    expect(gone.status).toBe(409);
    expect(JSON.parse(gone.html).message).toContain('not yours any more');
  });

  it('from an older window is refused with both versions, and sending it again replaces', async () => {
    const application = await submit();
    await claimIt(desk.reviewer, application);
    const { html: older } = await desk.reviewer.get(pathOf(application));
    await press(desk.reviewer, application, 'review', { 'score-place': '4', review: 'Window 2.' });
    const sent = { ...formTo(older, 'review'), 'score-place': '1', review: 'Window 1.' };
    const to = `${pathOf(application)}/review`;
    const { status, html } = await desk.reviewer.post(to, sent);
    const text = textOfPage(html);
    expect(status).toBe(409);
    expect(text).toContain('Knowledge of the place: you chose “thin”, it is now “deep”');
    expect(text).toContain('you chose “Window 1.”, it is now “Window 2.”');
    expect(textareaOf(html, 'review')).toBe('Window 1.');
    const again = { ...formTo(html, 'review'), review: 'Window 1.' };
    expect((await desk.reviewer.post(to, again)).status).toBe(303);
    const { html: now } = await desk.reviewer.get(pathOf(application));
    expect(textareaOf(now, 'review')).toBe('Window 1.');
  });

  it('on an application that was withdrawn meanwhile is told, and what was written is kept', async () => {
    const application = await submit();
    await claimIt(desk.reviewer, application);
    const { html: page } = await desk.reviewer.get(pathOf(application));
    await desk.deps.db.transaction().execute(async (trx) => {
      const locked = found(await lockApplication(trx, application.id));
      const change = { name: 'withdraw', actor: 'applicant', now: desk.clock.now() } as const;
      await recordTransition(trx, locked, change);
    });
    const sent = {
      ...formTo(page, 'review'),
      ...goodScores,
      intent: 'submit',
      review: 'Long work.',
    };
    const { status, html } = await desk.reviewer.post(`${pathOf(application)}/review`, sent);
    expect(status).toBe(409);
    expect(textOfPage(html)).toContain(
      'stands at “Withdrawn” by now, so the review was not submitted',
    );
    expect(textOfPage(html)).toContain('Long work.');
    const later = textOfPage((await desk.reviewer.get(pathOf(application))).html);
    expect(later).toContain('Long work.');
    expect(textOfPage((await desk.editor.get(pathOf(application))).html)).not.toContain(
      'Long work.',
    );
    const claim = await press(desk.editor, application, 'assignments', {
      ...{ act: 'assign', reviewer: desk.editor.staff.id, seen: '999999999' },
    });
    expect(claim.status).toBe(409);
  });

  it('that was taken away while it was written comes back, and can be taken again with it', async () => {
    const application = await submit();
    await claimIt(desk.reviewer, application);
    const { html: page } = await desk.reviewer.get(pathOf(application));
    await press(desk.editor, application, 'assignments', {
      ...{ act: 'unassign', reviewer: desk.reviewer.staff.id },
    });
    const sent = { ...formTo(page, 'review'), ...goodScores, intent: 'submit', review: 'Mine.' };
    const to = `${pathOf(application)}/review`;
    const refused = await desk.reviewer.post(to, sent);
    expect([refused.status, textareaOf(refused.html, 'review')]).toEqual([409, 'Mine.']);
    expect((await countRows(application))[1]).toBe(0);
    const again = { ...formTo(refused.html, 'review'), ...goodScores, intent: 'submit' };
    expect((await desk.reviewer.post(to, { ...again, review: 'Mine.' })).status).toBe(303);
    expect((await countRows(application))[1]).toBe(1);
  });

  it('with what no page of ours sends is refused in words', async () => {
    const application = await submit();
    await claimIt(desk.reviewer, application);
    const { html } = await desk.reviewer.get(pathOf(application));
    const form = formTo(html, 'review');
    const to = `${pathOf(application)}/review`;
    const send = async (change: Record<string, string>) =>
      (await desk.reviewer.post(to, { ...form, ...change })).status;
    expect(await send({ criteria: 'x' })).toBe(422);
    expect(await send({ criteria: '00000000-0000-0000-0000-000000000000' })).toBe(404);
    expect(await send({ typed: '' })).toBe(422);
    expect(await send({ 'score-place': '5', recommendation: "1'; --" })).toBe(303);
    expect((await desk.reviewer.post(`${pathOf(application)}/assignment`, {})).status).toBe(422);
  });
});

describe('check 34: one’s own review comes before the others’', () => {
  it('on every page on which they could be seen', async () => {
    const secret = 'Kranichfeder';
    const application = await submit({ values: { fullName: 'Leak Test' } });
    const rival = await createStaff(desk.deps, { role: 'reviewer', name: 'Other Reviewer' });
    await claimAndReview(desk.deps, application.id, rival, { text: secret, recommendation: 1 });
    await review(desk.deps, application.id, rival, { content: { text: `${secret} again` } });
    const leaks = async (seat: Seat): Promise<string[]> => {
      const pages = ['', '?waiting=me', '?review=submitted'].map(
        (one) => pathOf(application) + one,
      );
      const all = [...pages, '/admin?q=leak', '/admin', '/admin/reviewing'];
      const found: string[] = [];
      for (const page of all) {
        const { html } = await seat.get(page);
        if (html.includes(secret) || (page !== '/admin' && / of 4/.test(plainText(html))))
          found.push(page);
      }
      return found;
    };
    expect(await leaks(desk.reviewer)).toEqual([]);
    expect(await leaks(desk.editor)).not.toEqual([]);
    await claimIt(desk.reviewer, application);
    await claimIt(desk.editor, application);
    expect([await leaks(desk.reviewer), await leaks(desk.editor)]).toEqual([[], []]);
    const hint = 'One review by a colleague is there. It appears once yours is submitted.';
    expect(textOfPage((await desk.reviewer.get(pathOf(application))).html)).toContain(hint);
    const refused = await press(desk.reviewer, application, 'review', { intent: 'submit' });
    expect([refused.status, refused.html.includes(secret)]).toEqual([422, false]);
    const sent = { ...goodScores, intent: 'submit' };
    expect((await press(desk.reviewer, application, 'review', sent)).status).toBe(303);
    expect(await leaks(desk.reviewer)).toContain(pathOf(application));
    const { html } = await desk.reviewer.get(pathOf(application));
    expect(textOfPage(html)).toContain('On average 4 of 4 (2 reviews)');
    await press(desk.reviewer, application, 'assignment', { act: 'recuse', recusal: 'conflict' });
    expect(await leaks(desk.reviewer)).toEqual([]);
  });
});

describe('recusing', () => {
  it('asks why, tells editors the reason and colleagues none', async () => {
    const application = await submit();
    const act = { act: 'recuse' };
    const unsaid = await press(desk.reviewer, application, 'assignment', act);
    expect(unsaid.status).toBe(422);
    expect(summaryOf(unsaid.html)).toEqual([
      { field: 'recusal', message: 'Choose why you do not review this application' },
    ]);
    const said = { ...act, recusal: 'acquaintance' };
    expect((await press(desk.reviewer, application, 'assignment', said)).status).toBe(303);
    const reason = 'does not review it: I know the person';
    expect(textOfPage((await desk.editor.get(pathOf(application))).html)).toContain(reason);
    const other = await createStaff(desk.deps, { role: 'reviewer' });
    const { assignments } = await getReviewDesk(desk.deps.db, application.id, other);
    expect(assignments.map(({ state, recusal }) => [state, recusal])).toEqual([['recused', null]]);
    const undo = { act: 'undo-recusal' };
    expect((await press(desk.reviewer, application, 'assignment', undo)).status).toBe(303);
  });
});

describe('roles', () => {
  const posts: [string, Record<string, string>][] = [
    ['handling', { editor: '', seen: '0' }],
    ['reviewers-wanted', { wanted: '3', seen: '0' }],
    ['assignments', { act: 'by-load', seen: '999999999' }],
    ['assignments', { act: 'assign', seen: '999999999' }],
    ['assignments', { act: 'unassign', seen: '999999999' }],
  ];

  it('reviewers neither assign nor set anything: for them the address is not there', async () => {
    const application = await submit();
    const before = await countRows(application);
    for (const [action, form] of posts) {
      const to = `${pathOf(application)}/${action}`;
      const sent = { ...form, reviewer: desk.reviewer.staff.id };
      expect([action, (await desk.reviewer.post(to, sent)).status]).toEqual([action, 404]);
    }
    expect(await countRows(application)).toEqual(before);
    const { html } = await desk.reviewer.get(pathOf(application));
    const actions = elementsOf(html, 'form').map(({ action }) => action?.split('/').at(-1));
    expect(actions).toEqual(['sign-out', 'assignment', 'assignment']);
  });

  it('everybody else may: each form of the page does what it says', async () => {
    for (const seat of [desk.editor, desk.admin]) {
      const application = await submit();
      const done = async (action: string, form: Record<string, string>) =>
        (await press(seat, application, action, form)).location?.split('=').at(-1);
      expect(await done('handling', { editor: desk.admin.staff.id })).toBe('handling');
      expect(await done('reviewers-wanted', { wanted: '3' })).toBe('wanted');
      const reviewer = desk.reviewer.staff.id;
      expect(await done('assignments', { act: 'assign', reviewer })).toBe('assigned');
      const text = textOfPage((await seat.get(pathOf(application))).html);
      expect(text).toContain('Handling editor Ada Admin Reviews 0 of 3');
      expect(text).toContain('gave it to Rea Reviewer for review');
      expect(await done('assignments', { act: 'unassign', reviewer })).toBe('unassigned');
      expect(await done('handling', { editor: '' })).toBe('handling');
      expect(await done('reviewers-wanted', { wanted: '' })).toBe('wanted');
    }
  });

  it('nobody assigns somebody who is no staff, or makes a reviewer the handling editor', async () => {
    const application = await submit();
    const nobody = '00000000-0000-7000-8000-000000000000';
    const send = async (action: string, form: Record<string, string>) =>
      (await press(desk.editor, application, action, form)).status;
    expect(await send('assignments', { act: 'assign', reviewer: nobody })).toBe(404);
    expect(await send('assignments', { act: 'assign', reviewer: 'x' })).toBe(422);
    expect(await send('handling', { editor: desk.reviewer.staff.id })).toBe(404);
    expect(await send('reviewers-wanted', { wanted: '10' })).toBe(422);
    expect(await send('reviewers-wanted', { wanted: '2', seen: 'x' })).toBe(422);
    expect((await desk.reviewer.get('/admin/applications/F-222222')).status).toBe(404);
  });
});

describe('check 40: the log of an application', () => {
  it('has every act of the desk in the reader’s language, and nothing but ids in the rows', async () => {
    const application = await submit();
    const other = desk.reviewer.staff.id;
    const acts: [Seat, string, Record<string, string>][] = [
      [desk.admin, 'handling', { editor: desk.editor.staff.id }],
      [desk.admin, 'handling', { editor: '' }],
      [desk.editor, 'reviewers-wanted', { wanted: '1' }],
      [desk.editor, 'reviewers-wanted', { wanted: '' }],
      [desk.editor, 'assignments', { act: 'assign', reviewer: other }],
      [desk.editor, 'assignments', { act: 'unassign', reviewer: other }],
      [desk.reviewer, 'assignment', { act: 'claim' }],
      [desk.reviewer, 'assignment', { act: 'return' }],
      [desk.reviewer, 'assignment', { act: 'claim' }],
      [desk.reviewer, 'review', { ...goodScores, intent: 'submit', review: 'Geheim.' }],
      [desk.reviewer, 'review', { ...goodScores, intent: 'submit', review: 'Anders.' }],
      [desk.reviewer, 'assignment', { act: 'recuse', recusal: 'conflict' }],
      [desk.reviewer, 'assignment', { act: 'undo-recusal' }],
    ];
    for (const [seat, action, form] of acts) {
      const { status } = await press(seat, application, action, form);
      expect([action, form, status]).toEqual([action, form, 303]);
    }
    const logOf = (html: string) =>
      [.../<ol class="timeline">.*?<\/ol>/s.exec(html)![0].matchAll(/<li>(.*?)<time/gs)].map(
        ([, text]) => plainText(text!).trim(),
      );
    const english = logOf((await desk.editor.get(pathOf(application))).html);
    expect(english.filter((line) => !line.startsWith('First opened'))).toEqual([
      'The application arrived by the form',
      'Ada Admin made Edda Editor the handling editor',
      'Ada Admin ended the handling by Edda Editor',
      'Edda Editor wants 1 review',
      'Edda Editor wants as many reviews as the call',
      'Edda Editor gave it to Rea Reviewer for review',
      'Edda Editor took the review back from Rea Reviewer',
      'Rea Reviewer took it for review',
      'Rea Reviewer gave the review back',
      'Rea Reviewer took it for review',
      'Rea Reviewer submitted a review',
      'Rea Reviewer changed the review',
      'Rea Reviewer does not review it',
      'Rea Reviewer reviews it after all',
    ]);
    const { rows } = await sql<{ value: string }>`
      select unnest(array[type, from_value, to_value]) as value from events
      where application_id = ${application.id}`.execute(desk.deps.db);
    const foreign = rows.filter(
      ({ value }) => value && !/^([0-9a-f-]{36}|[a-z-]+|\d)$/.test(value),
    );
    expect(foreign).toEqual([]);
    for (const language of languages) {
      const lines = (await listEvents(desk.deps.db, application.id)).map((event) =>
        describeEvent(translatorFor(language), event),
      );
      expect([language, lines.filter((line) => line === '')]).toEqual([language, []]);
      if (language !== 'en') expect(lines.filter((line) => english.includes(line))).toEqual([]);
    }
  });
});

describe('check 41: two on one application', () => {
  it('a stage that went and came back is a conflict, with who moved it', async () => {
    const application = await submit();
    const { html: older } = await desk.editor.get(pathOf(application));
    for (const [name, from] of [
      ['decline', 'screening'],
      ['reopen', 'decided:declined'],
    ] as const) {
      await desk.admin.post(`${pathOf(application)}/transitions`, { name, from });
    }
    const { html: now } = await desk.editor.get(pathOf(application));
    const sent = { ...formTo(older, 'transitions'), name: 'shortlist', from: 'review' };
    const answer = await desk.editor.post(`${pathOf(application)}/transitions`, sent);
    const text = textOfPage(answer.html);
    expect(answer.status).toBe(409);
    expect(text).toContain('Ada Admin moved it from “Screening” to “Declined”');
    expect(text).toContain('Next step: you chose “Put on the shortlist”, it is now “In review”');
    const again = { ...formTo(now, 'transitions'), name: 'shortlist' };
    expect((await desk.editor.post(`${pathOf(application)}/transitions`, again)).status).toBe(303);
  });

  it('a handling editor is not overwritten: both are named, and the choice stays chosen', async () => {
    const application = await submit();
    const { html: older } = await desk.editor.get(pathOf(application));
    await press(desk.admin, application, 'handling', { editor: desk.admin.staff.id });
    const sent = { ...formTo(older, 'handling'), editor: desk.editor.staff.id };
    const { status, html } = await desk.editor.post(`${pathOf(application)}/handling`, sent);
    const text = textOfPage(html);
    expect(status).toBe(409);
    expect(text).toContain('Ada Admin made Ada Admin the handling editor');
    expect(text).toContain('Handling editor: you chose “Edda Editor”, it is now “Ada Admin”');
    const chosen = elementsOf(html, 'option').filter((one) => 'selected' in one);
    expect(chosen.map(({ value }) => value)).toContain(desk.editor.staff.id);
    const again = { ...formTo(html, 'handling'), editor: desk.editor.staff.id };
    expect((await desk.editor.post(`${pathOf(application)}/handling`, again)).status).toBe(303);
  });

  it('what a colleague did to something else is no conflict, and shows on the next load', async () => {
    const application = await submit();
    const { html: older } = await desk.editor.get(pathOf(application));
    await press(desk.admin, application, 'handling', { editor: desk.admin.staff.id });
    const sent = { ...formTo(older, 'reviewers-wanted'), wanted: '1' };
    const to = `${pathOf(application)}/reviewers-wanted`;
    expect((await desk.editor.post(to, sent)).status).toBe(303);
    const { html } = await desk.editor.get(pathOf(application));
    expect(textOfPage(html)).toContain('Handling editor Ada Admin Reviews 0 of 1');
  });

  it('a claim after somebody else’s is told, and can be made all the same', async () => {
    const application = await submit();
    const { html: older } = await desk.reviewer.get(pathOf(application));
    await claimIt(desk.editor, application);
    const to = `${pathOf(application)}/assignment`;
    const sent = { ...formTo(older, 'assignment'), act: 'claim' };
    const { status, html } = await desk.reviewer.post(to, sent);
    expect([status, textOfPage(html).includes('Edda Editor took it for review')]).toEqual([
      409,
      true,
    ]);
    expect((await claimIt(desk.reviewer, application)).status).toBe(303);
  });
});

describe('what waits for me', () => {
  it('is a page of its own, from which one goes on to the next', async () => {
    const seat = desk.reviewer;
    await sql`delete from review_assignments`.execute(desk.deps.db);
    const made: Made[] = [];
    for (const fullName of ['First Waiting', 'Second Waiting']) {
      const application = await submit({ values: { fullName } });
      made.push(application);
      desk.clock.advance(60);
      await claimIt(seat, application);
    }
    const { html } = await seat.get('/admin/reviewing');
    const links = hrefsOf(html).filter((href) => href.includes('waiting=me'));
    expect(links).toEqual(made.map((one) => `${pathOf(one)}?waiting=me`));
    const page = await seat.get(links[0]!);
    expect(hrefsOf(page.html)).toContain(links[1]);
    const sent = { ...formTo(page.html, 'review'), ...goodScores, intent: 'submit' };
    const answer = await seat.post(`${pathOf(made[0]!)}/review?waiting=me`, sent);
    expect(answer.location).toBe(`${pathOf(made[0]!)}?waiting=me&review=submitted`);
    expect(hrefsOf((await seat.get(answer.location!)).html)).toContain(links[1]);
    const text = textOfPage((await seat.get('/admin/reviewing')).html);
    expect(text).not.toContain('First Waiting');
    expect(text).toMatch(/Rea Reviewer Reviewer – Open: 1 Done: 1/);
    const nothing = textOfPage((await desk.admin.get('/admin/reviewing')).html);
    expect(nothing).toContain('Nothing waits for your review.');
  });
});

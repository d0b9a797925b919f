import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockApplication } from '../../src/db/applications.ts';
import { recordTransition } from '../../src/db/stages.ts';
import { found } from '../../src/errors.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted, type Sent } from '../support/factories.ts';
import { controlOf, summaryOf, textareaOf, titleOf } from '../support/html.ts';
import {
  claimIt,
  countRows,
  formTo,
  goodScores,
  type Made,
  pathOf,
  press,
  textOfPage,
} from '../support/review-forms.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const submit = (sent?: Sent): Promise<Made> => createSubmitted(desk.deps, sent);

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
    expect((await countRows(desk, application))[1]).toBe(0);
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
    expect((await countRows(desk, application))[1]).toBe(0);
    const again = { ...formTo(refused.html, 'review'), ...goodScores, intent: 'submit' };
    expect((await desk.reviewer.post(to, { ...again, review: 'Mine.' })).status).toBe(303);
    expect((await countRows(desk, application))[1]).toBe(1);
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

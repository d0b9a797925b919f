import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getReviewDesk } from '../../src/db/review-desk.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createStaff, createSubmitted, type Sent } from '../support/factories.ts';
import { plainText, summaryOf } from '../support/html.ts';
import {
  claimIt,
  goodScores,
  type Made,
  pathOf,
  press,
  textOfPage,
} from '../support/review-forms.ts';
import { claimAndReview, review } from '../support/reviewing.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const submit = (sent?: Sent): Promise<Made> => createSubmitted(desk.deps, sent);

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
        if (html.includes(secret) || / of 4/.test(plainText(html))) found.push(page);
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

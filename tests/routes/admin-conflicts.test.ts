import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listEvents } from '../../src/db/events.ts';
import { languages, translatorFor } from '../../src/i18n.ts';
import { describeEvent } from '../../src/views/components/event-log.tsx';
import { decideByPages } from '../support/decide.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createSubmitted, type Sent } from '../support/factories.ts';
import { elementsOf, plainText } from '../support/html.ts';
import {
  claimIt,
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
    await decideByPages(desk.admin, application, 'decline', { letter: 'no' });
    await decideByPages(desk.admin, application, 'reopen', { letter: 'no' });
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
    expect(text).toContain('Ada Admin took over as handling editor');
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

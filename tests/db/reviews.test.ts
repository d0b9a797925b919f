import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeAssignment } from '../../src/actions/change-assignment.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { listEvents } from '../../src/db/events.ts';
import { findOwnReview, listReviewVersions } from '../../src/db/reviews.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { moveSilently } from '../support/decide.ts';
import { createStaff, createSubmitted, type Sent } from '../support/factories.ts';
import { claim, claimAndReview, review, reviewFactsFor, seenBy } from '../support/reviewing.ts';

let app: TestApp;
let editor: StaffMember;
let ana: StaffMember;
let rea: StaffMember;
beforeAll(async () => {
  app = await createTestApp();
  editor = await createStaff(app.deps, { role: 'editor', name: 'Edda' });
  ana = await createStaff(app.deps, { role: 'reviewer', name: 'Ana' });
  rea = await createStaff(app.deps, { role: 'reviewer', name: 'Rea' });
});
afterAll(() => app.stop());

const submit = async (sent?: Sent) => (await createSubmitted(app.deps, sent)).id;
const seen = (id: string) => seenBy(app.deps, id, editor);
const textsFor = async (id: string, reader: StaffMember) =>
  (await listReviewVersions(app.deps, id, reader)).map(({ reviewer, text }) => [reviewer, text]);
const factsFor = (id: string, reader: StaffMember) => reviewFactsFor(app.deps, id, reader);
const recuse = async (id: string, staff: StaffMember) =>
  await changeAssignment(app.deps, {
    ...{ id, act: 'recuse', recusal: 'conflict', staff, seen: await seen(id) },
  });

describe('what others say', () => {
  it('is there for a reviewer once their own review is submitted, and not a draft earlier', async () => {
    const id = await submit();
    await claimAndReview(app.deps, id, rea, { text: 'Go.' });
    expect(await textsFor(id, ana)).toEqual([]);
    await claim(app.deps, id, ana);
    expect(await textsFor(id, ana)).toEqual([]);
    await review(app.deps, id, ana, { intent: 'save', content: { text: 'My own.' } });
    expect(await textsFor(id, ana)).toEqual([]);
    expect(await factsFor(id, ana)).toMatchObject({ done: 1, mean: null, hidden: true });
    await review(app.deps, id, ana, { content: { text: 'My own.', recommendation: 1 } });
    expect(await textsFor(id, ana)).toEqual([
      ['Ana', 'My own.'],
      ['Rea', 'Go.'],
    ]);
    expect(await factsFor(id, ana)).toMatchObject({ done: 2, mean: 2.5, hidden: false });
  });

  it('is there for editors who do not review, and gone while they do', async () => {
    const id = await submit();
    await claimAndReview(app.deps, id, rea, { text: 'Go.' });
    expect(await textsFor(id, editor)).toEqual([['Rea', 'Go.']]);
    await claim(app.deps, id, editor);
    expect(await textsFor(id, editor)).toEqual([]);
    expect(await factsFor(id, editor)).toMatchObject({ mean: null, hidden: true });
    const back = { id, act: 'return', staff: editor, seen: await seen(id) } as const;
    await changeAssignment(app.deps, back);
    expect(await textsFor(id, editor)).toEqual([['Rea', 'Go.']]);
  });

  it('is gone for whoever recuses, whose own review counts no more for anybody', async () => {
    const id = await submit();
    await claimAndReview(app.deps, id, rea, { text: 'Go.', recommendation: 4 });
    await claimAndReview(app.deps, id, ana, { text: 'Friend.', recommendation: 1 });
    await recuse(id, ana);
    expect(await textsFor(id, ana)).toEqual([]);
    expect(await textsFor(id, editor)).toEqual([['Rea', 'Go.']]);
    expect(await factsFor(id, editor)).toMatchObject({ done: 1, mean: 4 });
    const undo = { id, act: 'undo-recusal', staff: ana, seen: await seen(id) } as const;
    await changeAssignment(app.deps, undo);
    expect(await factsFor(id, editor)).toMatchObject({ done: 2, mean: 2.5 });
  });

  it('is what was submitted, never what is being changed', async () => {
    const id = await submit();
    await claimAndReview(app.deps, id, rea, { text: 'First.' });
    await review(app.deps, id, rea, { intent: 'save', content: { text: 'Second thoughts.' } });
    expect(await textsFor(id, editor)).toEqual([['Rea', 'First.']]);
    await review(app.deps, id, rea, { content: { text: 'Second.' } });
    const versions = await listReviewVersions(app.deps, id, editor);
    expect(versions.map(({ number, text }) => [number, text])).toEqual([
      [2, 'Second.'],
      [1, 'First.'],
    ]);
  });
});

describe('a review', () => {
  it('that changes nothing makes no version', async () => {
    const id = await submit();
    await claimAndReview(app.deps, id, rea);
    await review(app.deps, id, rea);
    await review(app.deps, id, rea, { intent: 'save', content: { text: 'Typed and' } });
    await review(app.deps, id, rea);
    expect(await listReviewVersions(app.deps, id, rea)).toHaveLength(1);
    const whose = { applicationId: id, reviewerId: rea.id };
    expect(await findOwnReview(app.deps, whose)).toMatchObject({ state: 'submitted' });
    const types = (await listEvents(app.deps.db, id)).map(({ type }) => type);
    expect(types).toEqual(['submitted', 'review-claimed', 'review-submitted']);
  });

  it('of two submits at the same moment is one version', async () => {
    const id = await submit();
    await claim(app.deps, id, rea);
    const page = 'the-same-page';
    const sent = await Promise.all([1, 1].map(() => review(app.deps, id, rea, { page, base: 0 })));
    expect(sent.map(({ kind }) => kind)).toEqual(['submitted', 'submitted']);
    expect(await listReviewVersions(app.deps, id, rea)).toHaveLength(1);
  });

  it('from an older page is not stored, and neither is a late request of the same page', async () => {
    const id = await submit();
    await claim(app.deps, id, rea);
    const content = { text: 'Newest.' };
    await review(app.deps, id, rea, { intent: 'save', page: 'page-one', order: 2, content });
    const older = await review(app.deps, id, rea, { base: 0, page: 'page-two' });
    expect(older).toMatchObject({ kind: 'rival', review: { text: 'Newest.' } });
    const late = await review(app.deps, id, rea, { intent: 'save', page: 'page-one', order: 1 });
    expect(late.kind).toBe('rival');
    const next = await review(app.deps, id, rea, { intent: 'save', page: 'page-one', order: 3 });
    expect(next).toEqual({ kind: 'saved', revision: 2 });
  });

  it('is nobody’s who did not take it; taking it on the way stores it', async () => {
    const id = await submit();
    expect(await review(app.deps, id, rea)).toEqual({ kind: 'unassigned', recused: false });
    expect((await review(app.deps, id, rea, { claim: true })).kind).toBe('submitted');
    await recuse(id, ana);
    const refused = await review(app.deps, id, ana, { claim: true });
    expect(refused).toEqual({ kind: 'unassigned', recused: true });
  });

  it('on an application that was decided meanwhile is kept as a draft', async () => {
    const id = await submit();
    await claim(app.deps, id, rea);
    const move = { id, name: 'decline' as const, staff: editor };
    await moveSilently(app.deps, move);
    const saved = await review(app.deps, id, rea, { content: { text: 'Too late.' } });
    expect(saved).toEqual({ kind: 'closed', stage: 'decided' });
    const stored = await findOwnReview(app.deps, { applicationId: id, reviewerId: rea.id });
    expect(stored).toMatchObject({ state: 'draft', text: 'Too late.', submittedNumber: 0 });
    expect(await factsFor(id, editor)).toMatchObject({ done: 0 });
  });
});

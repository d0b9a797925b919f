import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignByLoad, changeAssignment } from '../../src/actions/change-assignment.ts';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { exportApplication } from '../../src/actions/export-application.ts';
import { setHandlingEditor, setReviewersWanted } from '../../src/actions/set-handling.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { findByReference } from '../../src/db/applications.ts';
import { listEvents } from '../../src/db/events.ts';
import {
  findAssignment,
  findWaitingNeighbours,
  listWaiting,
  listWorkloads,
} from '../../src/db/review-assignments.ts';
import { updateStaff } from '../../src/db/staff.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { moveSilently } from '../support/decide.ts';
import { createStaff, createSubmitted, type Sent } from '../support/factories.ts';
import {
  claim,
  claimAndReview,
  goodReview,
  review,
  reviewFactsFor,
  seenBy,
} from '../support/reviewing.ts';

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
const factsFor = (id: string, reader: StaffMember) => reviewFactsFor(app.deps, id, reader);

describe('whose it is', () => {
  it('is told to whoever comes second, with who was first', async () => {
    const id = await submit();
    const before = await seen(id);
    const acts = [rea, ana].map((staff) =>
      changeAssignment(app.deps, { id, act: 'claim', staff, seen: before }),
    );
    const outcomes = await Promise.all(acts);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'stale']);
    const changes = outcomes.flatMap((one) => (one.kind === 'stale' ? one.changes : []));
    expect(changes.map(({ type }) => type)).toEqual(['review-claimed']);
    expect(['Ana', 'Rea']).toContain(changes[0]!.staffName);
  });

  it('the handling editor changes hands once, and the numbers of reviewers too', async () => {
    const id = await submit();
    const before = await seen(id);
    const admin = await createStaff(app.deps, { role: 'admin', name: 'Ada' });
    const first = { id, staff: editor, seen: before, editorId: editor.id };
    expect(await setHandlingEditor(app.deps, first)).toEqual({ kind: 'done' });
    const second = { id, staff: admin, seen: before, editorId: admin.id };
    const stale = await setHandlingEditor(app.deps, second);
    expect(stale).toMatchObject({
      kind: 'stale',
      changes: [{ type: 'handling-changed', staffName: 'Edda', toName: 'Edda' }],
    });
    const asked = { id, staff: admin, seen: before };
    expect(await setReviewersWanted(app.deps, { ...asked, wanted: 3 })).toEqual({ kind: 'done' });
    expect((await setReviewersWanted(app.deps, { ...asked, wanted: 1 })).kind).toBe('stale');
    expect(await factsFor(id, rea)).toMatchObject({ handlingEditor: 'Edda', wanted: 3 });
  });

  it('nobody handles or reviews who may not', async () => {
    const id = await submit();
    const asked = { id, staff: editor, seen: await seen(id) };
    await expect(setHandlingEditor(app.deps, { ...asked, editorId: rea.id })).rejects.toThrow(
      'not-found',
    );
    const gone = await createStaff(app.deps, { role: 'reviewer' });
    await updateStaff(app.deps.db, gone.id, { disabledAt: app.clock.now() });
    const assign = { ...asked, act: 'assign', reviewerId: gone.id } as const;
    await expect(changeAssignment(app.deps, assign)).rejects.toThrow('not-found');
  });

  it('by load goes to whoever reads the sample and has the least, and never twice to the same', async () => {
    const { db } = app.deps;
    const sample = { kind: 'writingSample' as const, name: 'a.pdf', language: 'hy' };
    const readers = await Promise.all(
      ['Busy', 'Free'].map((name) => createStaff(app.deps, { role: 'reviewer', name })),
    );
    const [busy, free] = readers as [StaffMember, StaffMember];
    await updateStaff(db, busy.id, { languages: ['hy'] });
    await updateStaff(db, free.id, { languages: ['hy'], places: ['georgia'] });
    await claim(app.deps, await submit(), busy);
    const id = await submit({ files: [sample] });
    const assign = async () => assignByLoad(app.deps, { id, staff: editor, seen: await seen(id) });
    const stateOf = async (reviewerId: string) =>
      (await findAssignment(db, { applicationId: id, reviewerId }))?.state;
    expect(await assign()).toEqual({ kind: 'done' });
    expect([await stateOf(free.id), await stateOf(busy.id)]).toEqual(['open', undefined]);
    expect(await assign()).toEqual({ kind: 'done' });
    expect(await stateOf(busy.id)).toBe('open');
    expect(await assign()).toEqual({ kind: 'nobody' });
    const loads = (await listWorkloads(db)).filter(({ id: one }) => one === busy.id);
    expect(loads.map(({ open, done }) => [open, done])).toEqual([[2, 0]]);
  });
});

describe('what waits', () => {
  it('for a reviewer stands in the order in which it came, and leads from one to the next', async () => {
    const { db } = app.deps;
    const reviewer = await createStaff(app.deps, { role: 'reviewer' });
    const ids: string[] = [];
    const references: string[] = [];
    for (const fullName of ['One', 'Two', 'Three']) {
      const made = await createSubmitted(app.deps, { values: { fullName } });
      ids.push(made.id);
      references.push(made.reference);
      app.clock.advance(60);
      await claim(app.deps, made.id, reviewer);
    }
    const beside = (applicationId: string) =>
      findWaitingNeighbours(db, { applicationId, reviewerId: reviewer.id });
    expect((await listWaiting(db, reviewer, 10)).map(({ fullName }) => fullName)).toEqual([
      ...['One', 'Two', 'Three'],
    ]);
    const two = { previous: references[0], next: references[2] };
    expect(await beside(ids[1]!)).toEqual(two);
    await review(app.deps, ids[1]!, reviewer);
    expect(await beside(ids[1]!)).toEqual(two);
    await moveSilently(app.deps, {
      ...{ id: ids[2]!, name: 'decline', staff: editor },
    });
    expect(await beside(ids[0]!)).toEqual({ previous: undefined, next: undefined });
    expect(await listWaiting(db, reviewer, 10)).toHaveLength(1);
  });
});

describe('what is kept', () => {
  it('ends with the application: reviews, versions, assignments', async () => {
    const { db } = app.deps;
    const id = await submit();
    await claimAndReview(app.deps, id, rea);
    await eraseApplication(app.deps, { id, actor: 'system' });
    for (const table of ['reviews', 'reviewVersions', 'reviewAssignments'] as const) {
      const rows = await db.selectFrom(table).selectAll().where('applicationId', '=', id).execute();
      expect([table, rows]).toEqual([table, []]);
    }
    // What stays names staff by ids, and says no word of the person.
    const events = await listEvents(db, id);
    expect(events.map(({ to }) => to)).toEqual(['screening', rea.id, rea.id, null]);
  });

  it('is exported with the reviews only for whoever answers a request, and without names', async () => {
    const { db } = app.deps;
    const { id, reference, key } = await createSubmitted(app.deps);
    await claimAndReview(app.deps, id, rea, { text: 'Go.' });
    await setHandlingEditor(app.deps, {
      ...{ id, staff: editor, seen: await seen(id), editorId: editor.id },
    });
    const application = (await findByReference(db, reference))!;
    const read = async (reviews: boolean) => {
      const [file] = await exportApplication(app.deps, { application, key, reviews });
      let text = '';
      for await (const chunk of file!.read()) text += Buffer.from(chunk).toString();
      return text;
    };
    const own = await read(false);
    expect(own).not.toMatch(/Go\.|review|handling|Rea|Edda/);
    expect(own).not.toContain(rea.id);
    const whole = await read(true);
    expect(JSON.parse(whole).reviews).toEqual([
      {
        at: app.clock.now().toISOString(),
        scores: [
          { criterion: 'Knowledge of the place', score: 4, word: 'deep' },
          { criterion: 'Reporting and sources', score: 3, word: 'good' },
          { criterion: 'German, apart from the sample', score: 2, word: 'notes' },
        ],
        ...{ recommendation: goodReview.recommendation, text: 'Go.' },
      },
    ]);
    expect(whole).not.toMatch(/Rea|Edda/);
  });
});

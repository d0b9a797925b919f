import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decidePair } from '../../src/actions/decide-pair.ts';
import { findEarlierPairs, findPairs } from '../../src/actions/find-pairs.ts';
import { listPairs } from '../../src/db/pairs.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { anyEditor, createStaff, createSubmitted, type Sent } from '../support/factories.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

let sent = 0;
/** An application with an address and a document of its own, looked at. */
async function submit({ values, ...more }: Sent = {}): Promise<string> {
  sent += 1;
  const bytes = makePdf({ title: `Number ${sent}`, paragraphs: [] });
  const { id } = await createSubmitted(test.deps, {
    values: { fullName: `Single${sent}`, email: `${sent}@example.org`, ...values },
    files: [{ kind: 'cv', name: 'cv.pdf', bytes }],
    ...more,
  });
  await findPairs(test.deps, id);
  return id;
}

const reasonsOf = async (id: string, other: string) =>
  (await listPairs(test.deps.db, id, anyEditor)).find((one) => one.id === other)?.reasons;

describe('two applications are suspected to be one person’s', () => {
  it('for the same mailbox, however it is spelled', async () => {
    const first = await submit({ values: { email: 'Zaza@Example.org' } });
    const second = await submit({ values: { email: 'zaza@example.org' } });
    expect(await reasonsOf(second, first)).toEqual(['email']);
    expect(await reasonsOf(first, second)).toEqual(['email']);
  });

  it('for the same document', async () => {
    const files = [{ kind: 'writingSample' as const, name: 'a.pdf', language: 'ka' }];
    const first = await submit({ files });
    const second = await submit({ files: [{ ...files[0]!, kind: 'cv', name: 'b.pdf' }] });
    expect(await reasonsOf(second, first)).toEqual(['document']);
  });

  it.each([
    ['ნინო ბერიძე', 'Nino Beridze'],
    ['Нино Беридзе', 'Beridze Nino'],
    ['Հայկ Սարգսյան', 'Hayk Sargsian'],
    ['Əli Hüseynov', 'Ali Huseynov'],
  ])('for nearly the same name: %s and %s', async (one, other) => {
    const first = await submit({ values: { fullName: one } });
    const second = await submit({ values: { fullName: other } });
    expect(await reasonsOf(second, first)).toContain('name');
  });

  it('for all reasons that there are', async () => {
    const values = { fullName: 'Tamar Kvaratskhelia', email: 'tamar@example.org' };
    const first = await submit({ values });
    const second = await submit({ values });
    expect(await reasonsOf(second, first)).toEqual(['email', 'name']);
  });

  it('but not for a given name, a common ending, or a single word', async () => {
    const ids = [
      await submit({ values: { fullName: 'Levan Maisuradze' } }),
      await submit({ values: { fullName: 'Levan Gorgiladze' } }),
      await submit({ values: { fullName: 'Levan' } }),
      await submit({ values: { fullName: 'Maisuradze' } }),
    ];
    for (const id of ids) expect(await listPairs(test.deps.db, id, anyEditor)).toEqual([]);
  });

  it('never when one of them is discreet', async () => {
    const values = { fullName: 'Ruslan Kodzoev', email: 'quiet@example.org' };
    const discreet = await submit({ values: { ...values, discreet: true } });
    const open = await submit({ values });
    await findPairs(test.deps, discreet);
    expect(await listPairs(test.deps.db, open, anyEditor)).toEqual([]);
    expect(await listPairs(test.deps.db, discreet, anyEditor)).toEqual([]);
  });
});

it('what was decided stays when it is looked for again, and goes with either of both', async () => {
  const { id: staffId } = await createStaff(test.deps, { role: 'editor' });
  const values = { email: 'again@example.org' };
  const [id, otherId] = [await submit({ values }), await submit({ values })];
  await decidePair(test.deps, { id, otherId, act: 'set-apart', seen: 'suspected', staffId });
  await findPairs(test.deps, id);
  expect((await listPairs(test.deps.db, id, anyEditor)).map(({ state }) => state)).toEqual([
    'apart',
  ]);
  await test.deps.db.deleteFrom('applications').where('id', '=', otherId).execute();
  expect(await listPairs(test.deps.db, id, anyEditor)).toEqual([]);
});

it('several at once find each other and wait for nobody for ever', async () => {
  const values = { fullName: 'Zurab Crowdadze', email: 'crowd@example.org' };
  const ids = [await submit({ values }), await submit({ values }), await submit({ values })];
  for (let round = 0; round < 5; round += 1) {
    await test.deps.db.deleteFrom('applicationPairs').execute();
    await Promise.all(ids.map((id) => findPairs(test.deps, id)));
    expect(await listPairs(test.deps.db, ids[0]!, anyEditor)).toHaveLength(2);
  }
});

it('one may stand for many; one that stands for others is merged with nobody', async () => {
  const { id: staffId } = await createStaff(test.deps, { role: 'editor' });
  const values = { email: 'many@example.org' };
  const [first, second, third] = [
    await submit({ values }),
    await submit({ values }),
    await submit({ values }),
  ];
  const merge = (id: string, otherId: string) =>
    decidePair(test.deps, { id, otherId, act: 'merge', seen: 'suspected', staffId });
  await merge(first!, second!);
  await expect(merge(third!, first!)).rejects.toMatchObject({ code: 'conflict' });
  await merge(first!, third!);
  const states = (await listPairs(test.deps.db, first!, anyEditor)).map(({ state }) => state);
  expect(states).toEqual(['merged', 'merged']);
});

describe('a suspicion that holds no longer', () => {
  const addressOf = (email: string) => ({
    email,
    emailHash: test.deps.keys.lookup('email', email),
  });
  const change = (id: string, columns: object) =>
    test.deps.db.updateTable('applications').set(columns).where('id', '=', id).execute();

  it('goes when the address was corrected, whichever of both it was', async () => {
    const values = { email: 'wrong@example.org' };
    const [first, second] = [await submit({ values }), await submit({ values })];
    await change(first, addressOf('right@example.org'));
    await findPairs(test.deps, first);
    expect(await listPairs(test.deps.db, second, anyEditor)).toEqual([]);
  });

  it('goes when the document was replaced, and a reason that still holds stays', async () => {
    const files = [{ kind: 'cv' as const, name: 'same.pdf' }];
    const values = { fullName: 'Salome Replaceli' };
    const [first, second] = [await submit({ values, files }), await submit({ values, files })];
    expect(await reasonsOf(first, second)).toEqual(['document', 'name']);
    await test.deps.db.deleteFrom('documents').where('applicationId', '=', second).execute();
    await findPairs(test.deps, second);
    expect(await reasonsOf(first, second)).toEqual(['name']);
  });

  it('stays where only the other one’s longer name has this one’s', async () => {
    const longer = await submit({ values: { fullName: 'Irakli Longidze Batumeli' } });
    const shorter = await submit({ values: { fullName: 'Irakli Longidze' } });
    expect(await reasonsOf(longer, shorter)).toEqual(['name']);
    await findPairs(test.deps, longer);
    expect(await reasonsOf(longer, shorter)).toEqual(['name']);
  });

  it('stays when somebody has decided about it', async () => {
    const { id: staffId } = await createStaff(test.deps, { role: 'editor' });
    const values = { email: 'decided@example.org' };
    const [id, otherId] = [await submit({ values }), await submit({ values })];
    await decidePair(test.deps, { id, otherId, act: 'link', seen: 'suspected', staffId });
    await change(id, addressOf('another@example.org'));
    await findPairs(test.deps, id);
    expect(await listPairs(test.deps.db, id, anyEditor)).toMatchObject([
      { id: otherId, state: 'linked', reasons: ['email'] },
    ]);
  });
});

it('applications from before the upgrade are looked at in batches, each once, and never again', async () => {
  const { db } = test.deps;
  await db.deleteFrom('applications').execute();
  const values = { email: 'earlier@example.org' };
  const ids = [await submit({ values }), await submit({ values }), await submit({ values })].sort();
  test.clock.advance(1);
  const late = await submit({ values: { email: 'late@example.org' } });
  await db.deleteFrom('applicationPairs').execute();
  await db
    .insertInto('pairBacklog')
    .values({ one: true, lastId: null, untilId: ids[2]! })
    .execute();
  const states = async () => await db.selectFrom('pairBacklog').select('lastId').execute();
  expect(await findEarlierPairs(test.deps, 2)).toBe(2);
  expect(await states()).toEqual([{ lastId: ids[1] }]);
  expect(await findEarlierPairs(test.deps, 2)).toBe(1);
  expect(await states()).toEqual([]);
  for (const id of ids) expect(await listPairs(db, id, anyEditor)).toHaveLength(2);
  expect(await listPairs(db, late, anyEditor)).toEqual([]);
  expect(await findEarlierPairs(test.deps, 2)).toBe(0);
});

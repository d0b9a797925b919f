import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { breakTable } from '../support/failing-table.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { fillDraft, goodFields, goodFiles, sendForm, submit } from '../support/send-form.ts';

let test: TestApp;
let others = 0;
beforeAll(async () => {
  test = await createTestApp({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
});
afterAll(() => test.stop());

/** As somebody from an address that nobody has asked from. */
const fromElsewhere = () => {
  others += 1;
  return { headers: { 'x-forwarded-for': `203.0.113.${others}` } };
};
const countDrafts = async () =>
  (await test.deps.db.selectFrom('applications').select('id').execute()).length;
const tomorrow = () => test.clock.advance(24 * 3600);

describe('an address', () => {
  it('check 26: begins sixty drafts an hour; then a form comes back as it was typed, and no draft is begun', async () => {
    const here = fromElsewhere();
    for (let count = 0; count < 60; count += 1) {
      expect((await sendForm(test.app, goodFields, [], here)).status).toBe(422);
    }
    const before = await countDrafts();
    for (const files of [[], goodFiles()]) {
      const answer = await sendForm(test.app, { ...goodFields, topics: 'kept' }, files, here);
      const html = await answer.text();
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(titleOf(html)).toBe('Error: Wait a little – Caucasus Watch');
      expect(elementsOf(html, 'input').map(({ value }) => value)).toContain('kept');
    }
    expect(await countDrafts()).toBe(before);
    expect((await sendForm(test.app, goodFields, [], fromElsewhere())).status).toBe(422);
  });

  it('goes on with the drafts that it has', async () => {
    const here = fromElsewhere();
    const token = await fillDraft(test.app, {}, goodFiles(), here);
    for (let count = 0; count < 60; count += 1) await sendForm(test.app, goodFields, [], here);
    const changed = await sendForm(test.app, { ...goodFields, draft: token }, [], here);
    expect(changed.status).toBe(303);
  });
});

it('a draft takes 120 changes an hour, from wherever they come, and no other suffers', async () => {
  const token = await fillDraft(test.app, { intent: 'save' }, [], fromElsewhere());
  const save = (draft: string) =>
    sendForm(test.app, { ...goodFields, draft, intent: 'save' }, [], fromElsewhere());
  for (let count = 0; count < 120; count += 1) expect((await save(token)).status).toBe(303);
  const refused = await save(token);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const carried = elementsOf(await refused.text(), 'input').map(({ name, value }) => [name, value]);
  expect(carried).toContainEqual(['draft', token]);
  const other = await fillDraft(test.app, {}, goodFiles(), fromElsewhere());
  expect((await save(other)).status).toBe(303);
  expect((await submit(test.app, token)).status).toBe(429);
});

describe('a mailbox', () => {
  const draftWith = (email: string) => fillDraft(test.app, { email }, goodFiles(), fromElsewhere());
  const useUp = async (email: string) => {
    for (let count = 0; count < 5; count += 1) {
      expect((await submit(test.app, await draftWith(email))).status).toBe(303);
    }
  };

  it('gets five receipts of a call in a day; the draft of a sixth waits', async () => {
    await useUp('five@example.org');
    const token = await draftWith('FIVE+more@Example.org');
    const answer = await submit(test.app, token, { language: 'de' });
    const html = await answer.text();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3600);
    expect(titleOf(html)).toMatch(/^Fehler: /);
    expect(plainText(html)).toContain(
      'Mit dieser E-Mail-Adresse kann im Moment keine weitere Bewerbung angenommen werden.',
    );
    expect(html).toContain(`/de/drafts/${token}/submit`);
    const other = await submit(test.app, await draftWith('six@example.org'));
    expect(other.status).toBe(303);
    tomorrow();
    expect((await submit(test.app, token)).status).toBe(303);
  });

  it('counts an application once, however often its button is pressed', async () => {
    const token = await draftWith('often@example.org');
    for (let count = 0; count < 3; count += 1) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => submit(test.app, token)));
      expect(answers.map((one) => one.status)).toEqual(Array(8).fill(303));
    }
    for (let count = 0; count < 4; count += 1) {
      const next = await draftWith('often@example.org');
      expect((await submit(test.app, next)).status).toBe(303);
    }
    expect((await submit(test.app, token)).status).toBe(303);
    const sixth = await draftWith('often@example.org');
    expect((await submit(test.app, sixth)).status).toBe(429);
  });

  it('is not charged for what could not be stored', async () => {
    const token = await draftWith('broken@example.org');
    for (let count = 0; count < 6; count += 1) {
      const mend = await breakTable(test.deps.db, 'insert', 'events');
      expect((await submit(test.app, token)).status).toBe(500);
      await mend();
    }
    await useUp('broken@example.org');
    expect((await submit(test.app, token)).status).toBe(429);
  });
});

it('no limit holds with RATE_LIMITS off', async () => {
  const free = await createTestApp();
  for (let count = 0; count < 61; count += 1) {
    expect((await sendForm(free.app, goodFields)).status).toBe(422);
  }
  for (let count = 0; count < 6; count += 1) {
    expect((await submit(free.app, await fillDraft(free.app))).status).toBe(303);
  }
  await free.stop();
});

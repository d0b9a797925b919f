import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Violation, verifyDatabase } from '../../src/actions/verify-database.ts';
import { countMails, listMails } from '../../src/db/outbox.ts';
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
  expect((await submit(test.app, token, fromElsewhere())).status).toBe(429);
});

describe('a mailbox', () => {
  const draftWith = (email: string) => fillDraft(test.app, { email }, goodFiles(), fromElsewhere());
  const apply = async (email: string): Promise<string> => {
    const answer = await submit(test.app, await draftWith(email), fromElsewhere());
    expect(answer.status).toBe(303);
    return answer.headers.get('location')!;
  };
  const get = async (path: string) => await (await test.app.request(path)).text();
  /** How many mails of a kind to an address may leave, and how many never do. */
  const countMailsTo = async (email: string, template: string): Promise<[number, number]> => {
    const rows = await test.deps.db
      .selectFrom('mails as m')
      .innerJoin('applications as a', 'a.id', 'm.applicationId')
      .leftJoin('jobs as j', 'j.subjectId', 'm.id')
      .select('j.id')
      .where('m.template', '=', template)
      .where('a.email', '=', email)
      .execute();
    const left = rows.filter(({ id }) => id !== null).length;
    return [left, rows.length - left];
  };
  const secrets =
    /[\w-]{32,36}|F-\w{6}|(\w{4}-){3}\w{4}|[\w.]+@example\.org|[0-9a-f]{64}|value="\d"/g;

  it('applies as often as it likes, gets five receipts a day, and nothing tells the difference', async () => {
    const email = 'seven@example.org';
    const seen: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      const page = await apply(email);
      const file = await test.app.request(`${page}/export`);
      // What the archive says of its mails.
      const mails = /"mails": \[[^\]]*\]/.exec(await file.text())?.[0];
      const receipt = (await get(page)).replace(secrets, '…');
      seen.push(`${receipt}${mails}`);
    }
    expect(new Set(seen).size).toBe(1);
    expect(plainText(seen[0]!)).toContain('One address gets at most five a day.');
    expect(seen[0]).toContain('"kind": "receipt"');
    expect(await countMailsTo(email, 'receipt')).toEqual([5, 2]);
    expect(await countMailsTo(email, 'editorial-notification')).toEqual([7, 0]);
    await apply('SEVEN+more@example.org');
    expect(await countMailsTo('SEVEN+more@example.org', 'receipt')).toEqual([0, 1]);
    await apply('other@example.org');
    expect(await countMailsTo('other@example.org', 'receipt')).toEqual([1, 0]);
    tomorrow();
    await apply(email);
    expect(await countMailsTo(email, 'receipt')).toEqual([6, 2]);
  });

  it('is counted once for an application, however often its button is pressed', async () => {
    const email = 'often@example.org';
    const token = await draftWith(email);
    for (let count = 0; count < 3; count += 1) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => submit(test.app, token, fromElsewhere())),
      );
      expect(answers.map((one) => one.status)).toEqual(Array(8).fill(303));
    }
    for (let count = 0; count < 4; count += 1) await apply(email);
    const sixth = await draftWith(email);
    await Promise.all(Array.from({ length: 8 }, () => submit(test.app, sixth, fromElsewhere())));
    expect(await countMailsTo(email, 'receipt')).toEqual([5, 1]);
  });

  it('is not charged for what could not be stored', async () => {
    const email = 'broken@example.org';
    const token = await draftWith(email);
    for (let count = 0; count < 6; count += 1) {
      const mend = await breakTable(test.deps.db, 'insert', 'events');
      expect((await submit(test.app, token, fromElsewhere())).status).toBe(500);
      await mend();
    }
    expect((await submit(test.app, token, fromElsewhere())).status).toBe(303);
    for (let count = 0; count < 5; count += 1) await apply(email);
    expect(await countMailsTo(email, 'receipt')).toEqual([5, 1]);
  });

  it('gets five confirmations of withdrawals a day, whosever applications they are', async () => {
    const email = 'back@example.org';
    const pages: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const page = await apply(email);
      const answer = await test.app.request(`${page}/withdraw`, { method: 'POST' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, page]);
      pages.push((await get(page)).replace(secrets, '…'));
    }
    expect(new Set(pages).size).toBe(1);
    expect(await countMailsTo(email, 'withdrawal')).toEqual([5, 1]);
    expect(await countMailsTo(email, 'withdrawal-notice')).toEqual([6, 0]);
  });

  it('gets five links of drafts a day, and no draft tells that others had some', async () => {
    const email = 'links@example.org';
    const pages: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const fields = { ...goodFields, email, intent: 'mail' };
      const answer = await sendForm(test.app, fields, [], fromElsewhere());
      expect(answer.status).toBe(303);
      pages.push((await get(answer.headers.get('location')!)).replace(secrets, '…'));
    }
    expect(new Set(pages).size).toBe(1);
    expect(await countMailsTo(email, 'draft-link')).toEqual([5, 1]);
  });

  it('leaves a database that the checker finds sound, and an outbox that says what was withheld', async () => {
    expect(await countMails(test.deps.db)).toMatchObject({ withheld: 8, parked: 0 });
    const violations: Violation[] = [];
    await verifyDatabase(test.deps, { report: (one) => violations.push(one) });
    expect(violations).toEqual([]);
    expect(await listMails(test.deps.db, { state: 'withheld', limit: 20 })).toHaveLength(8);
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

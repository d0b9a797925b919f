import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.tsx';
import { recordRefusals } from '../../src/db/mail-outcome.ts';
import { languages } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDatabaseProxy } from '../support/database-proxy.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { elementsOf, plainText, summaryOf } from '../support/html.ts';
import { countMailTrouble } from '../support/mail-trouble.ts';
import {
  type Applicant,
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  postForm,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';

let test: Omit<TestApp, 'listen' | 'place'>;
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
  test = { ...desk, app: createApp(desk.deps) };
});
afterAll(() => desk.stop());

/** Lets the mail server of an address refuse the newest mail to the applicant for good. */
async function refuse(applicant: Applicant, address: string): Promise<void> {
  const { db } = test.deps;
  const mails = await listMailsOf(test, applicant);
  const { id } = mails.findLast(({ thread }) => thread === 'applicant')!;
  const refusals = [{ address, reply: '550 No such mailbox' }];
  await recordRefusals(db, { id, key: applicant.key, refusals });
  await db
    .updateTable('jobs')
    .set({ state: 'parked', lastError: 'smtp-550' })
    .where('subjectId', '=', id)
    .execute();
}

async function applyRefused(): Promise<Applicant> {
  const applicant = await apply(test);
  await refuse(applicant, 'nino@example.org');
  return applicant;
}

const correct = (applicant: Applicant, newEmail: string, intent = 'correct') =>
  postParts(test, `${applicant.path}/address`, [
    textPart('newEmail', newEmail),
    textPart('intent', intent),
  ]);
const boxOf = (html: string) => elementsOf(html, 'input').find(({ name }) => name === 'newEmail');
const emailOf = async ({ application: { id } }: Applicant) =>
  await test.deps.db
    .selectFrom('applications')
    .select(['email', 'emailHash'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

describe('the private page of an applicant whose mail was refused', () => {
  it('says so in every language, without the words of the server, in place of the promise of a receipt', async () => {
    const applicant = await applyRefused();
    const { html } = await getPage(test, applicant.path);
    expect(plainText(html)).toContain('The mail server of nino@example.org has refused our mail.');
    expect(html).not.toContain('No such mailbox');
    expect(plainText(html)).not.toContain('A receipt goes to');
    expect(boxOf(html)).toMatchObject({ type: 'email', autocomplete: 'email', value: '' });
    for (const language of languages) {
      const page = await getPage(test, applicant.path.replace('/en/', `/${language}/`));
      expect(boxOf(page.html)).toBeDefined();
    }
  });

  it('says nothing while mail gets through, and takes no address then', async () => {
    const applicant = await apply(test);
    expect(boxOf((await getPage(test, applicant.path)).html)).toBeUndefined();
    const answer = await correct(applicant, 'other@mail.example');
    expect([answer.status, answer.location]).toEqual([303, applicant.path]);
    expect((await emailOf(applicant)).email).toBe('nino@example.org');
  });

  it('takes another address, sends the receipt there, and ends the trouble', async () => {
    const applicant = await applyRefused();
    const trouble = await countMailTrouble(test.deps.db);
    const answer = await correct(applicant, ' Nino.G@mail.example ');
    expect([answer.status, answer.location]).toEqual([303, `${applicant.path}?done=address`]);
    const { email, emailHash } = await emailOf(applicant);
    expect(email).toBe('Nino.G@mail.example');
    expect(emailHash).toEqual(test.deps.keys.lookup('email', 'nino.g@mail.example'));
    const mails = await listMailsOf(test, applicant);
    const receipts = mails.filter(({ template }) => template.startsWith('receipt'));
    expect(receipts.map(({ template }) => template)).toEqual(['receipt', 'receipt-again']);
    const [first, again] = receipts;
    expect(again).toMatchObject({ thread: 'applicant', state: 'queued' });
    expect(again!.inReplyTo).toBe(first!.messageId);
    expect(again!.content).toEqual({
      ...first!.content,
      to: { name: 'Nino Gelashvili', address: 'Nino.G@mail.example' },
    });
    expect(await listEventsOf(test, applicant)).toEqual([
      'applicant submitted draft screening',
      'applicant address-corrected',
    ]);
    expect(await countMailTrouble(test.deps.db)).toBe(trouble - 1);
    const page = plainText((await getPage(test, `${applicant.path}?done=address`)).html);
    expect(page).toContain('The address is changed. The receipt is on its way there.');
    expect(page).toContain('A receipt goes to Nino.G@mail.example.');
    const { reference } = applicant.application;
    const desktop = plainText((await desk.editor.get(`/admin/applications/${reference}`)).html);
    expect(desktop).toContain('Nino.G@mail.example');
    expect(await verify(test)).toEqual([]);
  });

  it.each([
    ['', 'Enter your e-mail address'],
    ['nino', 'Enter an e-mail address like name@example.org'],
    ['NINO@example.org', 'Mail to this address was refused. Enter another one'],
  ])('keeps %j in its box with what is wrong', async (typed, message) => {
    const applicant = await applyRefused();
    const answer = await correct(applicant, typed);
    expect(answer.status).toBe(422);
    expect(summaryOf(answer.html)).toEqual([{ field: 'newEmail', message }]);
    expect(boxOf(answer.html)).toMatchObject({ value: typed, 'aria-invalid': 'true' });
    expect((await emailOf(applicant)).email).toBe('nino@example.org');
  });

  it('shows a form again that is not to be carried out, and leads a reader of its address back', async () => {
    const applicant = await applyRefused();
    const answer = await correct(applicant, 'x@mail.example', 'save');
    expect([answer.status, boxOf(answer.html)!.value]).toEqual([200, 'x@mail.example']);
    const got = await getPage(test, `${applicant.path}/address`);
    expect([got.status, got.location]).toEqual([303, applicant.path]);
    expect((await postForm(test, `/en/applications/${'x'.repeat(43)}/address`)).status).toBe(404);
  });

  it('asks nothing of somebody who has withdrawn', async () => {
    const applicant = await applyRefused();
    await postForm(test, `${applicant.path}/withdraw`);
    expect(boxOf((await getPage(test, applicant.path)).html)).toBeUndefined();
  });

  it('is found by the new address from then on', async () => {
    const applicant = await applyRefused();
    await correct(applicant, 'findable@mail.example');
    const row = await test.deps.db
      .selectFrom('applicationSearch')
      .select('handles')
      .where('applicationId', '=', applicant.application.id)
      .executeTakeFirstOrThrow();
    expect(row.handles).toContain('findable@mail.example');
  });

  it('corrects once when it is pressed many times at once', async () => {
    const applicant = await applyRefused();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => correct(applicant, 'once@mail.example')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(303));
    const mails = await listMailsOf(test, applicant);
    expect(mails.filter(({ template }) => template === 'receipt-again')).toHaveLength(1);
  });

  it('keeps the address that was typed while the database is away', async () => {
    const applicant = await applyRefused();
    const proxy = await createDatabaseProxy(test.deps.db);
    const away = { app: createApp({ ...test.deps, db: proxy.db }), deps: test.deps };
    await proxy.cut();
    const answer = await postParts(away, `${applicant.path}/address`, [
      textPart('newEmail', 'kept@mail.example'),
      textPart('intent', 'correct'),
    ]);
    await proxy.stop();
    expect(answer.status).toBe(503);
    expect(boxOf(answer.html)).toMatchObject({ value: 'kept@mail.example' });
  });
});

it('five addresses a day are tried, and the sixth stays in its box', async () => {
  const limited = await createTestApp({ RATE_LIMITS: 'on' });
  const before = test;
  test = limited;
  try {
    const applicant = await apply(test);
    let address = 'nino@example.org';
    for (let count = 1; count <= 6; count += 1) {
      await refuse(applicant, address);
      address = `a${count}@mail.example`;
      const answer = await correct(applicant, address);
      expect([count, answer.status]).toEqual([count, count < 6 ? 303 : 429]);
      if (count < 6) continue;
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3600);
      expect(plainText(answer.html)).toContain('The address was changed often today.');
      expect(boxOf(answer.html)).toMatchObject({ value: address });
    }
  } finally {
    test = before;
    await limited.stop();
  }
});

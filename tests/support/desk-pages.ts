import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { createEnrolment } from '../../src/auth/enrolment.ts';
import type { Language } from '../../src/i18n.ts';
import type { TestApp } from './app.ts';
import { createSubmitted } from './factories.ts';
import { longAnswers } from './public-site.ts';
import { addEnrolled, addInvited, goodPassword } from './staff-app.ts';

/** A page of the desk in one of its states. */
export type DeskState = {
  name: string;
  /** Before anybody is signed in. */
  signedOut?: boolean;
  show(page: Page, desk: DeskFacts): Promise<unknown>;
};

export type DeskFacts = {
  email: string;
  reference: string;
  /** The path that enrols somebody. */
  enrolment: string;
  capturedMail: string;
};

/** Some applications, their mails, an admin who speaks `language`, and somebody who was invited. */
export async function prepareDesk(test: TestApp, language: Language = 'en'): Promise<DeskFacts> {
  const { deps } = test;
  const { db } = deps;
  const now = deps.clock.now();
  const kinds = ['cv', 'coverLetter', 'writingSample'] as const;
  const files = kinds.map((kind) => ({ kind, name: `${kind}-${'Unterlage-'.repeat(8)}.pdf` }));
  const { fullName, latinName, penName, languages, placesOther, topics, links } = longAnswers;
  const values = { fullName, latinName, penName, languages, placesOther, topics, links };
  const { reference } = await createSubmitted(deps, {
    values,
    files,
    via: 'https://example.org/a',
  });
  for (const name of ['Hayk Sargsyan', 'Əli Quliyev']) {
    await createSubmitted(deps, { values: { fullName: name }, files });
  }
  await sql`update mails set captured = true, sent_at = ${now} where thread = 'applicant'`.execute(
    db,
  );
  const captured = await db.selectFrom('mails').select('id').where('captured', '=', true).execute();
  const { email } = await addEnrolled(db, { role: 'admin' });
  await db.updateTable('staff').set({ language }).where('email', '=', email).execute();
  const invited = await addInvited(db);
  const token = await createEnrolment(db, { staffId: invited.id, now });
  return {
    ...{ email, reference },
    enrolment: `/admin/enrol/${token}`,
    capturedMail: `/admin/outbox/${captured[0]!.id}`,
  };
}

/** Enters address and password; the list is shown. */
export async function signIn(page: Page, { email }: DeskFacts): Promise<void> {
  await page.goto('/admin/sign-in');
  await page.locator('[name=email]').fill(email);
  await page.locator('[name=password]').fill(goodPassword);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL('**/admin');
}

const at =
  (path: string | ((desk: DeskFacts) => string)): DeskState['show'] =>
  async (page, desk) =>
    await page.goto(typeof path === 'string' ? path : path(desk));

/** Sends a form of the page at `path` as it is. */
const refused =
  (path: string, form: string): DeskState['show'] =>
  async (page) => {
    await page.goto(path);
    await page.locator(form).locator('button[type=submit]').first().click();
    await page.locator('.error').first().waitFor();
  };

/** The pages of the desk; a new page is a new line. */
export const deskPages: readonly DeskState[] = [
  { name: 'sign-in', signedOut: true, show: at('/admin/sign-in') },
  { name: 'sign-in with mistakes', signedOut: true, show: refused('/admin/sign-in', 'main form') },
  { name: 'an invitation', signedOut: true, show: at(({ enrolment }) => enrolment) },
  { name: 'an invitation that has ended', signedOut: true, show: at('/admin/enrol/nothing') },
  { name: 'the list', show: at('/admin') },
  { name: 'the list with nothing in it', show: at('/admin?q=nobody&stage=decided') },
  { name: 'the list of a filter that there is not', show: at('/admin?stage=nothing') },
  { name: 'the list of a word in an answer', show: at('/admin?q=sargsyan&sort=waiting') },
  { name: 'the list of a name with a slip', show: at('/admin?q=Sarksyan') },
  { name: 'the list of a search for nothing', show: at('/admin?q=%3F%21') },
  { name: 'the export of the list', show: at('/admin/export?q=quliyev') },
  { name: 'an application', show: at(({ reference }) => `/admin/applications/${reference}`) },
  { name: 'the outbox', show: at('/admin/outbox') },
  { name: 'a captured mail', show: at(({ capturedMail }) => capturedMail) },
  { name: 'the account', show: at('/admin/account') },
  {
    name: 'the account with mistakes',
    show: refused('/admin/account', 'form[action="/admin/account/password"]'),
  },
  { name: 'the second factor', show: at('/admin/account/second-factor') },
  { name: 'nothing (404)', show: at('/admin/applications/F-222222') },
];

import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { askApplicant } from '../../src/actions/ask-applicant.ts';
import { addTag } from '../../src/actions/change-tags.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { saveOwnDetails } from '../../src/actions/save-contributor.ts';
import { unsealIdentity } from '../../src/actions/unseal-identity.ts';
import { writeFromApplicant, writeFromEditor } from '../../src/actions/write-message.ts';
import { writeNote } from '../../src/actions/write-note.ts';
import { createEnrolment } from '../../src/auth/enrolment.ts';
import { findByReference, lockApplication } from '../../src/db/applications.ts';
import { type NewDocumentText, storeDocumentText } from '../../src/db/document-texts.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { recordTransition } from '../../src/db/stages.ts';
import { listTagsOf } from '../../src/db/tags.ts';
import type { Deps } from '../../src/deps.ts';
import { activeContents } from '../../src/domain/document-texts.ts';
import { found } from '../../src/errors.ts';
import type { Language } from '../../src/i18n.ts';
import type { TestApp } from './app.ts';
import { setBlind as makeBlind } from './blind.ts';
import { storeCopies } from './copies.ts';
import { decide } from './decide.ts';
import { createStaff, createSubmitted, notSealed } from './factories.ts';
import { longAnswers } from './public-site.ts';
import { claim, claimAndReview, review } from './reviewing.ts';
import { sampleTexts } from './sample-texts.ts';
import { renderSignInPages, type SignInState, signInStates } from './sign-in-pages.ts';
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
  /** Of a reviewer with work in a call that `setBlind` makes blind. */
  reviewerEmail: string;
  reference: string;
  /** The id of a tag that it has. */
  tag: string;
  /** Addresses of its documents' texts, by what reading made of them. */
  texts: Readonly<Record<'read' | 'failed' | 'waiting', string>>;
  /** One that the admin reviews, beside a colleague who has done so. */
  reviewed: string;
  /** One that the admin has reviewed. */
  done: string;
  /** The page of a colleague. */
  member: string;
  /** The path that enrols somebody. */
  enrolment: string;
  capturedMail: string;
  /** References of an application with messages of both sides, and of one that was withdrawn. */
  written: string;
  withdrawn: string;
  /** A contributor with a long entry and a legal name. */
  contributor: string;
  /** One that was declined, whose letter is still held. */
  declined: string;
  /** Reference of a discreet application, whose identity the admin may see for some minutes. */
  discreet: string;
  /** The same, which nobody has opened. */
  sealed: string;
  /** Pages of signing in that need more than this desk has. */
  signIn: Readonly<Record<SignInState, string>>;
};

const heldOf = async ({ db }: Deps, { reference }: { reference: string }) =>
  found(await findByReference(db, reference));

/** Some applications, their mails, an admin who speaks `language`, and somebody who was invited. */
export async function prepareDesk(test: TestApp, language: Language = 'en'): Promise<DeskFacts> {
  const { deps } = test;
  const { db } = deps;
  const now = deps.clock.now();
  const kinds = ['cv', 'coverLetter', 'writingSample'] as const;
  const files = kinds.map((kind) => ({ kind, name: `${kind}-${'Unterlage-'.repeat(8)}.pdf` }));
  const { fullName, latinName, penName, languages, placesOther, topics, links } = longAnswers;
  const values = { fullName, latinName, penName, languages, placesOther, topics, links };
  const { id, reference } = await createSubmitted(deps, {
    values,
    files,
    via: 'https://example.org/a',
  });
  const texts = await storeTexts(deps, id);
  const others = [];
  for (const name of ['Hayk Sargsyan', 'Əli Quliyev', 'Անի Սարգսյան']) {
    others.push(await createSubmitted(deps, { values: { fullName: name }, files }));
  }
  const [written, withdrawn] = [others[1]!, others[2]!];
  const author = await createStaff(deps, { role: 'editor' });
  const asked = { body: 'Könnten Sie eine zweite Probe schicken?', language: 'de' as const };
  const page = await openPrivatePage(deps, await findPrivateToken(deps, written, written.key));
  await writeFromEditor(deps, page.application, { ...asked, authorId: author.id });
  const answer = { body: 'გმადლობთ!\n\nმეორე ნიმუში მოვა.', language: 'ka' as const };
  await writeFromApplicant(deps, page, answer);
  await db.transaction().execute(async (trx) => {
    const locked = await lockApplication(trx, withdrawn.id);
    await recordTransition(trx, locked!, { name: 'withdraw', actor: 'applicant', now });
  });
  await sql`update mails set captured = true, sent_at = ${now} where thread = 'applicant'`.execute(
    db,
  );
  const captured = await db.selectFrom('mails').select('id').where('captured', '=', true).execute();
  const admin = await addEnrolled(db, { role: 'admin' });
  const { email } = admin;
  for (const typed of ['კულტურა და საზოგადოება კავკასიაში', 'Ədəbiyyat', 'x'.repeat(40)]) {
    await addTag(deps, { id, typed, staffId: admin.id });
  }
  const tag = (await listTagsOf(db, id))[0]!.id;
  const samples = others.slice(0, 2);
  const told = {
    body: `@Edda, ${'ganzlangeswort'.repeat(8)}: lesen wir es zusammen?`,
    tell: [author.id],
  };
  await writeNote(deps, { id: written.id, author: admin }, told);
  const note = { body: 'Die Probe ist noch nicht da.', tell: [admin.id] };
  await writeNote(deps, { id: written.id, author }, note);
  const wish = { body: 'Bitte noch eine Probe.', language: 'de' as const, dueOn: '2027-01-15' };
  const asking = { ...wish, kinds: ['writingSample'] as const, authorId: author.id };
  await askApplicant(deps, page.application, asking);
  const [reviewed, done] = samples.map((one) => one.reference);
  const colleague = await addEnrolled(db, { role: 'reviewer' });
  const text = 'Eine starke Szene, aber nur eine Quelle. '.repeat(8);
  for (const { id } of samples) await claimAndReview(deps, id, colleague, { text });
  await claim(deps, samples[0]!.id, admin);
  await claimAndReview(deps, samples[1]!.id, admin, { recommendation: 2 });
  await review(deps, samples[1]!.id, admin, { content: { text } });
  await claim(deps, id, colleague);
  const secret = { ...values, discreet: true, contactChannel: 'signal', contactHandle: '@სახელი' };
  const discreet = await createSubmitted(deps, { values: secret, files });
  await unsealIdentity(deps, await heldOf(deps, discreet), {
    reason: 'Für den Vertrag. '.repeat(6),
    staffId: admin.id,
  });
  const sealed = await createSubmitted(deps, { values: secret, files });
  const declined = await createSubmitted(deps, { values: { fullName: 'თამარ ბერიძე' }, files });
  await decide(deps, declined, 'decline', admin, {
    reasonWords: 'Zu nah an Gesehenem. '.repeat(9),
  });
  const accepted = await createSubmitted(deps, { values: { ...values, penName: '' } });
  await decide(deps, accepted, 'accept', admin, { withLetter: false });
  await sql`update decision_acts set told_at = ${now} where application_id = ${accepted.id}`.execute(
    db,
  );
  const itsToken = await findPrivateToken(deps, accepted, accepted.key);
  const entry = { byline: fullName, places: ['georgia'], languages, beats: topics };
  const when = { availability: 'sometimes', availabilityNote: 'Nach dem Sommer wieder.' };
  const mine = await openPrivatePage(deps, itsToken);
  await saveOwnDetails(deps, mine, { ...entry, ...when }, 'ნინო წერეთელი');
  await db.updateTable('staff').set({ language }).where('email', '=', email).execute();
  const invited = await addInvited(db);
  const token = await createEnrolment(db, { staffId: invited.id, now });
  return {
    reviewerEmail: colleague.email,
    ...{ email, reference, tag, texts, written: written.reference, withdrawn: withdrawn.reference },
    ...{ reviewed: reviewed!, done: done! },
    declined: declined.reference,
    discreet: discreet.reference,
    sealed: sealed.reference,
    signIn: await renderSignInPages(test, language),
    contributor: accepted.reference,
    member: `/admin/staff/${colleague.id}`,
    enrolment: `/admin/enrol/${token}`,
    capturedMail: `/admin/outbox/${captured[0]!.id}`,
  };
}

/** What reading made of two of its three documents: a long text with active content, and a failure. */
async function storeTexts(deps: TestApp['deps'], applicationId: string) {
  const { db, clock } = deps;
  const [first, second, third] = await listDocuments(db, applicationId);
  const { title, paragraphs } = sampleTexts.ka!;
  const text = [title, ...paragraphs, 'ძალიანგრძელისიტყვა'.repeat(20), ...paragraphs].join('\n\n');
  const active = [...activeContents];
  const rows: Omit<NewDocumentText, 'applicationId'>[] = [
    {
      ...{ documentId: first!.id, state: 'read', reason: null, text, language: 'ka' },
      ...{ words: 1234, pages: 12, active, cut: true },
    },
    {
      ...{ documentId: second!.id, state: 'failed', reason: 'crashed', text: '', language: null },
      ...{ words: null, pages: null, active: null, cut: false },
    },
  ];
  await db.transaction().execute(async (trx) => {
    for (const row of rows) {
      await storeDocumentText(trx, { applicationId, ...row }, clock.now(), notSealed);
    }
  });
  await storeCopies(deps, applicationId);
  const path = (document: typeof first) => `/documents/${document!.id}/text`;
  return { read: path(first), failed: path(second), waiting: path(third) };
}

const originalOf = (text: string): string => text.replace(/text$/, 'original');

/** Enters address and password; the list is shown. */
export async function signIn(page: Page, { email }: Pick<DeskFacts, 'email'>): Promise<void> {
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
  (path: string | ((desk: DeskFacts) => string), form: string): DeskState['show'] =>
  async (page, desk) => {
    await at(path)(page, desk);
    await page.locator(form).locator('button[type=submit]').first().click();
    await page.locator('.error').first().waitFor();
  };

const call = '/admin/calls/regional-experts';
const sections = ['texts/ka', 'places', 'documents', 'fee', 'newsroom', 'languages'];
const lists = ['questions', 'questions/ai', 'questions/new', 'questions/ai/remove'];

/** A section of the editor with `value` in one of its fields, which is refused. */
const mistaken =
  (path: string, field: string, value: string): DeskState['show'] =>
  async (page) => {
    await page.goto(path);
    await page.locator(field).first().fill(value);
    await page.locator('main form button[type=submit]').last().click();
    await page.locator('.error').first().waitFor();
  };

/** A message on the page that shows it before it is sent. */
const checked =
  (box: string, text: string): DeskState['show'] =>
  async (page, { written }) => {
    await page.goto(`/admin/applications/${written}`);
    await page.locator(box).fill(text);
    await page.locator('form.message button[value=preview]').first().click();
    await page.locator('main button[value=send]').waitFor();
  };

/** Calls and the publication, and the pages on which they are edited. */
const callPages: readonly DeskState[] = [
  { name: 'the calls', show: at('/admin/calls') },
  { name: 'a new call', show: at('/admin/calls/new') },
  { name: 'a call', show: at(call) },
  ...[...sections, ...lists, 'criteria', 'criteria/new'].map((part) => ({
    name: `a call’s ${part}`,
    show: at(`${call}/${part}`),
  })),
  {
    name: 'a call’s texts with mistakes',
    show: mistaken(`${call}/texts/de`, 'main input[type=text]', ' '),
  },
  { name: 'a call’s fee with mistakes', show: mistaken(`${call}/fee`, '#from', 'x') },
  { name: 'closing a call', show: at(`${call}/opening/close`) },
  { name: 'the dates of a call', show: at(`${call}/opening/schedule`) },
  { name: 'a call for the article', show: at(`${call}/article`) },
  { name: 'the preview of a call', show: at(`${call}/preview/ka`) },
  { name: 'the preview of a form', show: at(`${call}/preview/hy/apply`) },
  { name: 'the publication', show: at('/admin/publication') },
  {
    name: 'the publication with mistakes',
    show: mistaken('/admin/publication', '[name=name]', ' '),
  },
  { name: 'the privacy notice', show: at('/admin/publication/notice/de') },
  { name: 'the privacy notice in another language', show: at('/admin/publication/notice/ka') },
];

/** Sends a step as it is, but for a text. */
const stepWith =
  (act: string, body: string, next: string): DeskState['show'] =>
  async (page, { written }) => {
    await page.goto(`/admin/applications/${written}/decide/${act}`);
    await page.locator('#body').fill(body);
    await page.locator('main form button[type=submit]').click();
    await page.locator(next).first().waitFor();
  };

/** The directory and one entry. */
const contributorPages: readonly DeskState[] = [
  { name: 'the directory', show: at('/admin/contributors') },
  { name: 'the directory with nobody', show: at('/admin/contributors?q=nobody') },
  {
    name: 'a contributor',
    show: at(({ contributor }) => `/admin/contributors/${contributor}?done=saved`),
  },
  {
    name: 'a contributor with mistakes',
    async show(page, desk) {
      await page.goto(`/admin/contributors/${desk.contributor}`);
      await page.locator('#byline').fill('');
      await page.locator('main form button').first().click();
      await page.locator('.error').first().waitFor();
    },
  },
];

/** Decisions, their letters, and what letters begin with. */
const decisionPages: readonly DeskState[] = [
  {
    name: 'a decision that is being made',
    show: at(({ written }) => `/admin/applications/${written}/decide/decline`),
  },
  { name: 'a decision with mistakes', show: stepWith('decline', 'Dear {nmae}', '.error') },
  { name: 'a decision before the last word', show: stepWith('accept', 'Dear {name}', 'iframe') },
  {
    name: 'a decision that can’t be made',
    show: at(({ withdrawn }) => `/admin/applications/${withdrawn}/decide/accept`),
  },
  {
    name: 'an application whose letter is held',
    show: at(({ declined }) => `/admin/applications/${declined}`),
  },
  {
    name: 'a held letter that is being changed',
    show: at(({ declined }) => `/admin/applications/${declined}/decide/decline`),
  },
  { name: 'response templates', show: at(`${call}/templates`) },
  { name: 'a response template', show: at(`${call}/templates/decline/ka`) },
  {
    name: 'a response template with mistakes',
    show: mistaken(`${call}/templates/accept/hy`, '#subject', '{nothing}'),
  },
];

/** Makes the call blind that everybody applied to, and has what reviewers read of it made. */
export async function setBlind({ deps }: TestApp, { email }: DeskFacts): Promise<void> {
  const { db } = deps;
  const author = await db
    .selectFrom('staff')
    .select(['id', 'role'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  await makeBlind(deps, author);
}

/** Pages of a call that `setBlind` made blind, as a reviewer sees them, or with `toEditors` an editor. */
export const blindPages: readonly (DeskState & { toEditors?: boolean })[] = [
  { name: 'the list without names', show: at('/admin') },
  {
    name: 'an application without a name',
    show: at(({ reference }) => `/admin/applications/${reference}`),
  },
  {
    name: 'a masked text',
    show: at(({ reference, texts }) => `/admin/applications/${reference}${texts.read}`),
  },
  { name: 'what waits for a review, without names', show: at('/admin/reviewing') },
  {
    name: 'revealing an identity',
    toEditors: true,
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.locator('form[action$="/reveal"]').waitFor({ state: 'attached' });
    },
  },
];

/** The pages of the desk; a new page is a new line. */
export const deskPages: readonly DeskState[] = [
  {
    name: 'the original of a document',
    show: at(({ reference, texts }) => `/admin/applications/${reference}${originalOf(texts.read)}`),
  },
  {
    name: 'the original of a document, without a reason',
    async show(page, { reference, texts }) {
      await page.goto(`/admin/applications/${reference}${originalOf(texts.read)}`);
      await page.locator('main form button').click();
      await page.locator('#error-summary').waitFor();
    },
  },
  { name: 'sign-in', signedOut: true, show: at('/admin/sign-in') },
  { name: 'sign-in with mistakes', signedOut: true, show: refused('/admin/sign-in', 'main form') },
  ...signInStates.map(
    (name): DeskState => ({
      ...{ name, signedOut: true },
      async show(page, desk) {
        const answer = { contentType: 'text/html; charset=utf-8', body: desk.signIn[name] };
        await page.route('**/shown', (route) => route.fulfill(answer), { times: 1 });
        await page.goto('/shown');
      },
    }),
  ),
  { name: 'an invitation', signedOut: true, show: at(({ enrolment }) => enrolment) },
  { name: 'an invitation that has ended', signedOut: true, show: at('/admin/enrol/nothing') },
  { name: 'the list', show: at('/admin') },
  { name: 'the list with nothing in it', show: at('/admin?q=nobody&stage=decided') },
  { name: 'the list of a filter that there is not', show: at('/admin?stage=nothing') },
  { name: 'the list of a word in an answer', show: at('/admin?q=sargsyan&sort=waiting') },
  { name: 'the list of a name with a slip', show: at('/admin?q=Sarksyan') },
  { name: 'the list of a search for nothing', show: at('/admin?q=%3F%21') },
  {
    name: 'the list with rows that are ticked',
    show: async (page) => {
      await page.goto('/admin');
      await page.locator('[name=pick]').first().check();
    },
  },
  {
    name: 'the list of a tag',
    show: at(({ tag }) => `/admin?tag=${tag}`),
  },
  { name: 'acting on many: what would happen', show: at('/admin/bulk?scope=all&act=shortlist') },
  {
    name: 'acting on many: how it went',
    show: async (page) => {
      await page.goto('/admin/bulk?scope=all&act=tag-add&target=Reportage');
      await page.locator('main form button').click();
      await page.locator('.notice').first().waitFor();
    },
  },
  { name: 'acting on many: with whom', show: at('/admin/bulk?scope=all&act=reviewer') },
  { name: 'acting on many: with a mistake', show: at('/admin/bulk?scope=all&act=tag-add&target=') },
  { name: 'declining many: the reason', show: at('/admin/bulk?scope=all&act=decline') },
  {
    name: 'declining many: with a mistake',
    show: at('/admin/bulk?scope=all&act=decline&target='),
  },
  {
    name: 'declining many: the letters',
    show: at('/admin/bulk?scope=all&act=decline&target=capacity'),
  },
  { name: 'acting on none', show: at('/admin/bulk?act=review') },
  { name: 'the tags', show: at('/admin/tags') },
  {
    name: 'the tags with a mistake',
    show: async (page) => {
      await page.goto('/admin/tags');
      const form = page.locator('.managed form').first();
      await form.locator('input[type=text]').fill(' ');
      await form.locator('button').first().click();
      await page.locator('.error').first().waitFor();
    },
  },
  { name: 'keeping a view', show: at('/admin/views?place=georgia') },
  {
    name: 'keeping a view with a mistake',
    show: refused('/admin/views?place=georgia', 'form.keep'),
  },
  { name: 'the export of the list', show: at('/admin/export?q=quliyev') },
  {
    name: 'a discreet application',
    show: at(({ discreet }) => `/admin/applications/${discreet}`),
  },
  {
    name: 'an identity that is open',
    show: at(({ discreet }) => `/admin/applications/${discreet}/identity`),
  },
  {
    name: 'an identity asked for without a reason',
    show: refused(({ sealed }) => `/admin/applications/${sealed}/identity`, 'main form'),
  },
  { name: 'looks at what is sealed', show: at('/admin/looks') },
  { name: 'an application', show: at(({ reference }) => `/admin/applications/${reference}`) },
  {
    name: 'who opened an application',
    show: at(({ reference }) => `/admin/applications/${reference}/access`),
  },
  {
    name: 'an application with messages',
    show: at(({ written }) => `/admin/applications/${written}`),
  },
  {
    name: 'an application with a message that is missing',
    show: async (page, { written }) => {
      await page.goto(`/admin/applications/${written}`);
      await page.locator('form.message button[value=send]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'a message before it is sent',
    show: checked('#message', 'Dear {name},\n\nwould a second sample be possible?\n\n{signature}'),
  },
  {
    name: 'a message before it is sent, with a mistake',
    show: async (page, desk) => {
      await checked('#message', 'Dear {name}')(page, desk);
      await page.locator('#message').fill('Dear {nmae}');
      await page.locator('main button[value=preview]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'a request before it is sent',
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.locator('.asking summary').click();
      await page.locator('#request').fill('ახალი ნიმუში');
      await page.locator('.asking button[value=preview]').click();
      await page.locator('main button[value=ask]').waitFor();
    },
  },
  {
    name: 'a review that is being written',
    show: at(({ reviewed }) => `/admin/applications/${reviewed}?waiting=me`),
  },
  {
    name: 'a review with mistakes',
    show: async (page, { reviewed }) => {
      await page.goto(`/admin/applications/${reviewed}`);
      await page.locator('#scorecard button[value=submit]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'an application that was withdrawn',
    show: at(({ withdrawn }) => `/admin/applications/${withdrawn}`),
  },
  ...(['read', 'failed', 'waiting'] as const).map((state) => ({
    name: `the text of a document: ${state}`,
    show: at(({ reference, texts }) => `/admin/applications/${reference}${texts[state]}`),
  })),
  {
    name: 'reviews beside one’s own',
    show: at(({ done }) => `/admin/applications/${done}`),
  },
  {
    name: 'a conflict with a colleague',
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.evaluate(() => {
        for (const input of document.querySelectorAll<HTMLInputElement>('[name=from]')) {
          input.value = 'shortlist';
        }
      });
      await page.locator('button[value=review]').click();
      await page.locator('.notice.bad').first().waitFor();
    },
  },
  {
    name: 'a note that is missing',
    show: async (page, { written }) => {
      await page.goto(`/admin/applications/${written}`);
      await page.locator('form.note-form button').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'a request with mistakes',
    show: async (page, { reference }) => {
      await page.goto(`/admin/applications/${reference}`);
      await page.locator('.asking summary').click();
      await page.locator('.asking button[value=ask]').click();
      await page.locator('.error').first().waitFor();
    },
  },
  {
    name: 'one’s own note',
    show: async (page, { written }) => {
      await page.goto(`/admin/applications/${written}`);
      await page.locator('.note a').first().click();
      await page.locator('h1').waitFor();
    },
  },
  { name: 'the notes that mention one', show: at('/admin/mentions') },
  { name: 'what waits for a review', show: at('/admin/reviewing') },
  ...contributorPages,
  ...decisionPages,
  { name: 'the overview', show: at('/admin/overview') },
  { name: 'the overview of one day', show: at('/admin/overview?period=all') },
  { name: 'the outbox', show: at('/admin/outbox') },
  { name: 'the outbox of mails to colleagues', show: at('/admin/outbox/staff') },
  {
    name: 'the outbox of an application',
    show: at(({ declined }) => `/admin/outbox?application=${declined}`),
  },
  { name: 'a captured mail', show: at(({ capturedMail }) => capturedMail) },
  { name: 'the account', show: at('/admin/account') },
  {
    name: 'the account with mistakes',
    show: refused('/admin/account', 'form[action="/admin/account/password"]'),
  },
  { name: 'what waits', show: at('/admin/waiting') },
  { name: 'what is late, which is nothing', show: at('/admin/waiting?show=late') },
  { name: 'the staff', show: at('/admin/staff') },
  { name: 'the staff with mistakes', show: refused('/admin/staff', 'section.invite form') },
  { name: 'one of the staff', show: at(({ member }) => member) },
  { name: 'changing a role', show: at(({ member }) => `${member}/role`) },
  { name: 'disabling an account', show: at(({ member }) => `${member}/disable`) },
  { name: 'what was done to accounts', show: at('/admin/staff/log') },
  { name: 'who may do what', show: at('/admin/staff/permissions') },
  { name: 'what one gets mails of', show: at('/admin/account/notifications') },
  {
    name: 'what one gets mails of, with a mistake',
    show: mistaken('/admin/account/notifications', '#signature', 'x'.repeat(600)),
  },
  { name: 'the keys', show: at('/admin/keys') },
  { name: 'what is deleted next', show: at('/admin/retention') },
  { name: 'the second factor', show: at('/admin/account/second-factor') },
  ...callPages,
  { name: 'nothing (404)', show: at('/admin/applications/F-222222') },
];

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
import { renderSignInPages, type SignInState } from './sign-in-pages.ts';
import { addEnrolled, addInvited, goodPassword } from './staff-app.ts';

/** What is on a prepared desk, by what tests look for. */
export type DeskFacts = Pick<TestApp, 'place'> & {
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
    place: test.place,
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

/** Enters address and password; the list is shown. */
export async function signIn(page: Page, { email }: Pick<DeskFacts, 'email'>): Promise<void> {
  await page.goto('/admin/sign-in');
  await page.locator('[name=email]').fill(email);
  await page.locator('[name=password]').fill(goodPassword);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL('**/admin');
}

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

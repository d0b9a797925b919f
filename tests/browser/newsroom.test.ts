import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translatorFor } from '../../src/i18n.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import {
  chainOf,
  findMail,
  linkIn,
  listThread,
  mailsByMailbox,
  type Newsroom,
  press,
  reloadUntil,
  seatNewsroom,
  startNewsroom,
  turnTo,
} from '../support/newsroom.ts';
import { filePart } from '../support/send-form.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser?.close());

const nino = {
  language: 'ka',
  email: 'nino@mail.example',
  fullName: 'ნინო გელაშვილი',
  latinName: 'Nino Gelashvili',
  place: 'საქართველო',
  consent: /^წავიკითხე/,
} as const;
const hayk = {
  language: 'hy',
  email: 'hayk@mail.example',
  fullName: 'Հայկ Սարգսյան',
  latinName: 'Hayk Sargsyan',
  place: 'Հայաստան',
  consent: /^Կարդացել եմ/,
} as const;
type Person = typeof nino | typeof hayk;

const file = (field: string, name: string) => {
  const { bytes } = filePart(field, name);
  return { name, mimeType: 'application/octet-stream', buffer: bytes };
};

/** Applies by the form in the person's language, in a browser of their own. */
async function applyAs(
  { url }: Newsroom,
  person: Person,
  javaScriptEnabled: boolean,
): Promise<WatchedPage> {
  const seat = await openPage(browser, url, { locale: person.language, javaScriptEnabled });
  const { page } = seat;
  const t = translatorFor(person.language);
  await page.goto(`/${person.language}/calls/regional-experts`);
  await page
    .getByRole('link', { name: t('call.apply') })
    .first()
    .click();
  await page.getByLabel(t('field.fullName')).fill(person.fullName);
  await page.getByLabel(t('field.latinName')).fill(person.latinName);
  await page.getByLabel(t('field.email')).fill(person.email);
  await page.getByRole('checkbox', { name: person.place, exact: true }).check();
  await page.getByRole('checkbox', { name: t('field.keepOnFile') }).check();
  await page.getByRole('checkbox', { name: person.consent }).check();
  await page.locator('#cv').setInputFiles(file('cv', 'cv.pdf'));
  await page.locator('#coverLetter').setInputFiles(file('coverLetter', 'letter.docx'));
  await page.locator('#writingSample').setInputFiles(file('writingSample', 'sample.odt'));
  await page
    .getByRole('button', { name: t('apply.check') })
    .last()
    .click();
  await page.waitForURL('**/check');
  await press(page, t('check.submit'));
  await page.waitForURL('**/applications/**');
  return seat;
}

/** The public reference that the page of an application shows. */
const readReference = async (page: Page): Promise<string> =>
  /F-\w{6}/.exec(await page.getByRole('main').innerText())![0];

/** From the list to an application. */
async function open(page: Page, { fullName }: Person): Promise<void> {
  await turnTo(page, 'Applications');
  await page.getByRole('link', { name: fullName }).first().click();
  await page.getByRole('heading', { level: 1, name: fullName }).waitFor();
}

/** Sees the letter as it will be read, and lets it wait. */
async function decide(
  page: Page,
  act: string,
  step: { reason?: string; words?: string; letter?: (text: string) => string } = {},
): Promise<void> {
  await page.getByRole('link', { name: act, exact: true }).click();
  if (step.reason) await page.getByLabel('Main reason').selectOption({ label: step.reason });
  if (step.words) await page.getByLabel('In your own words').fill(step.words);
  const body = page.getByLabel('Text', { exact: true });
  if (step.letter) await body.fill(step.letter(await body.inputValue()));
  await press(page, 'See it as it will be read');
  await press(page, `${act}, with this letter`);
  await page.getByText('The letter is held.').waitFor();
}

/** Lets a held letter leave, and waits until it has. */
const sendNow = async (page: Page): Promise<void> => {
  await press(page, 'Send now');
  await page.getByText('The letter leaves now.').waitFor();
  await reloadUntil(page, 'The letter left');
};

/** What the log on the page says, the oldest first. */
const readLog = async (page: Page): Promise<string[]> =>
  await page
    .getByRole('region', { name: 'What happened' })
    .getByRole('listitem')
    .evaluateAll((items) => items.map((one) => one.firstChild?.textContent ?? ''));

const review = async (page: Page, text: string): Promise<void> => {
  await page
    .getByRole('group', { name: 'Knowledge of the place' })
    .getByRole('radio', { name: 'deep' })
    .check();
  await page
    .getByRole('group', { name: 'Reporting and sources' })
    .getByRole('radio', { name: 'good' })
    .check();
  await page
    .getByRole('group', { name: 'Recommendation' })
    .getByRole('radio', { name: 'yes', exact: true })
    .check();
  await page.getByLabel('What should the others know?').fill(text);
  await press(page, 'Submit review');
  await page.getByText('Your review was submitted.').waitFor();
};

type Seats = Awaited<ReturnType<typeof seatNewsroom>> & { applicant: WatchedPage };

/** Note, mention, message and request, each answered by the one whom it reached. */
async function talk({ smtp }: Newsroom, seats: Seats, reference: string): Promise<void> {
  const [editor, reviewer, applicant] = [
    seats.editor.page,
    seats.reviewer.page,
    seats.applicant.page,
  ];
  const t = translatorFor('ka');
  await open(editor, nino);
  await editor.getByText('Change who reads it').click();
  const handling = editor.getByLabel('Handling editor');
  await handling.selectOption({ label: 'Edda Editor' });
  await editor.locator('form', { has: handling }).getByRole('button', { name: 'Set' }).click();
  await editor.getByText('The handling editor was set.').waitFor();

  await editor.getByLabel('Note for colleagues').fill('Knows the valley. Rea, what do you think?');
  await editor.getByRole('checkbox', { name: 'Rea Reviewer' }).check();
  await press(editor, 'Keep the note');
  await editor.getByText('Told: Rea Reviewer').waitFor();
  await findMail(smtp, 'rea@newsroom.example', `[${reference}] Nino Gelashvili – Georgien`);
  await turnTo(reviewer, 'Mentions');
  await reviewer.getByRole('link', { name: 'Nino Gelashvili' }).click();
  await reviewer.getByText('Knows the valley.').waitFor();
  await reviewer.getByLabel('Note for colleagues').fill('I would read it.');
  await press(reviewer, 'Keep the note');
  await reviewer.getByText('I would read it.').waitFor();

  await editor.getByLabel('Message to Nino Gelashvili').fill('როდის შეგიძლიათ დაწყება?');
  await press(editor, 'Put it into the template');
  await press(editor, 'See it as it will be read');
  await editor.getByText('Nothing has been sent yet.').waitFor();
  await press(editor, 'Send to the applicant');
  await editor.getByText('The message is on its way to the applicant.').waitFor();
  const message = await findMail(
    smtp,
    nino.email,
    `[${reference}] შეტყობინება გამოცემისგან Caucasus Watch`,
  );
  await applicant.goto(linkIn(message, '/ka/applications/'));
  await applicant.getByText('როდის შეგიძლიათ დაწყება?').waitFor();
  expect(await applicant.getByText('Knows the valley.').count()).toBe(0);
  await applicant.getByLabel(t('status.message.body')).fill('იანვრიდან.');
  await press(applicant, t('status.message.send'));
  await applicant.waitForURL('**?done=message#messages');

  await open(editor, nino);
  await editor.getByText('იანვრიდან.').waitFor();
  await editor.getByText('Ask for something by a date').click();
  await editor.getByLabel('What do you ask for?').fill('კიდევ ერთი ნიმუში, გერმანულად');
  await editor
    .getByRole('group', { name: 'Which files are to be sent again or added?' })
    .getByRole('checkbox', { name: 'Writing sample' })
    .check();
  await press(editor, 'Send the request to the applicant');
  await editor.getByText('Awaiting applicant').first().waitFor();
  const request = await findMail(
    smtp,
    nino.email,
    `[${reference}] თქვენი განაცხადი მოწვევაზე „რეგიონის ექსპერტები“: კიდევ ერთი თხოვნა`,
  );
  await applicant.goto(linkIn(request, '/ka/applications/'));
  await applicant
    .getByLabel(t('document.writingSample'), { exact: true })
    .setInputFiles(file('writingSample', 'muster.pdf'));
  await applicant.getByLabel(t('request.own.answer')).fill('ეს არის.');
  await press(applicant, t('request.own.send'));
  await applicant.getByText('ეს არის.').waitFor();
  await open(editor, nino);
  await editor.getByText('ეს არის.').waitFor();
  await editor.getByText('muster.pdf').first().waitFor();
}

/** Two reviews: one that was assigned, one that was taken. */
async function readTogether({ admin, editor, reviewer }: Seats): Promise<void> {
  await press(editor.page, 'Move to review');
  await editor.page.getByText('Change who reads it').click();
  await editor.page
    .getByLabel('Reviewer', { exact: true })
    .selectOption({ label: 'Rea Reviewer (0 open)' });
  await press(editor.page, 'Assign');
  await editor.page.getByText('The review was assigned.').waitFor();
  await turnTo(reviewer.page, 'Reviewing');
  await reviewer.page.getByRole('link', { name: nino.fullName }).click();
  await review(reviewer.page, 'One source too few.');
  await open(admin.page, nino);
  await press(admin.page, 'Take it for review');
  await admin.page.getByText('It is yours to review now.').waitFor();
  expect(await admin.page.getByText('One source too few.').count()).toBe(0);
  await review(admin.page, 'Close to the people.');
  await admin.page.getByText('One source too few.').waitFor();
  await open(editor.page, nino);
  await editor.page.getByText('2 of 2').waitFor();
  await press(editor.page, 'Put on the shortlist');
  await editor.page.getByText('Done. The application now stands at “Shortlist”.').waitFor();
}

/** The letter of acceptance waits, is called back for its mistake, and leaves without it. */
async function accept({ smtp }: Newsroom, { editor, applicant }: Seats): Promise<void> {
  const greeting = 'პატივისცემით';
  await decide(editor.page, 'Accept', {
    letter: (text) => text.replace(greeting, `დაწყება: 31 თებერვალი.\n\n${greeting}`),
  });
  await applicant.page.reload();
  expect(await applicant.page.getByText('31 თებერვალი').count()).toBe(0);
  await press(editor.page, 'Recall');
  await editor.page.getByText('the application stands at “Shortlist” again').waitFor();
  await decide(editor.page, 'Accept', {
    letter: (text) => text.replace('31 თებერვალი', '1 თებერვალი'),
  });
  await sendNow(editor.page);
  const letter = await findMail(
    smtp,
    nino.email,
    'თქვენი განაცხადი მოწვევაზე „რეგიონის ექსპერტები“',
  );
  expect(letter.parsed.text).toContain('დაწყება: 1 თებერვალი.');
  await applicant.page.goto(linkIn(letter, '/ka/applications/'));
  await applicant.page.getByText('დაწყება: 1 თებერვალი.').waitFor();
}

/** The new contributor says how they want to be named; the desk finds them by it. */
async function fillDetails({ editor, applicant }: Seats): Promise<void> {
  const t = translatorFor('ka');
  const own = applicant.page;
  await own.getByRole('link', { name: t('contributor.own.title') }).click();
  await own.getByLabel(t('contributor.byline')).fill('N. Pankisi');
  await own.getByLabel(t('contributor.beats')).fill('მდინარეები');
  await own
    .getByRole('combobox', { name: t('contributor.availability') })
    .selectOption({ label: t('contributor.availability.now') });
  await own.getByLabel(t('contributor.legalName')).fill('ნინო ივანეს ასული გელაშვილი');
  await own
    .getByRole('button', { name: t('contributor.own.save') })
    .last()
    .click();
  await own.getByText(t('status.done.details')).waitFor();

  await turnTo(editor.page, 'Contributors');
  await editor.page.getByRole('link', { name: 'N. Pankisi' }).click();
  await editor.page.getByRole('heading', { level: 1, name: 'N. Pankisi' }).waitFor();
  expect(await editor.page.getByText('ივანეს ასული').count()).toBe(0);
  await editor.page.getByLabel('Agreed fee').fill('150 €');
  await press(editor.page, 'Save');
  await editor.page.getByText('Saved.').waitFor();
  await editor.page.getByLabel('Why you need it').fill('The contract');
  await press(editor.page, 'Show the legal name');
  await editor.page.getByText('ნინო ივანეს ასული გელაშვილი').waitFor();
  await open(editor.page, nino);
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('a newsroom of three %s', (_, javaScriptEnabled) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await startNewsroom();
  });
  afterAll(() => room?.stop());

  it('goes from an unread application to a contributor; another person is declined, reversed and kept on file', async () => {
    const { smtp } = room;
    const desks = await seatNewsroom(browser, room, { javaScriptEnabled });
    const { page } = desks.editor;
    const applicant = await applyAs(room, nino, javaScriptEnabled);
    const seats = { ...desks, applicant };
    const reference = await readReference(applicant.page);
    await talk(room, seats, reference);
    await readTogether(seats);
    await accept(room, seats);
    await fillDetails(seats);
    expect(await readLog(page)).toEqual([
      'The application arrived by the form',
      'First opened by Edda Editor',
      'Edda Editor took over as handling editor',
      'Edda Editor wrote a note',
      'Rea Reviewer wrote a note',
      'Edda Editor wrote to the applicant',
      'The applicant wrote to the editors',
      'Edda Editor asked the applicant for more',
      'Added by the applicant: Writing sample',
      'The applicant answered what was asked for',
      'Edda Editor moved it from “Screening” to “In review”',
      'Edda Editor gave it to Rea Reviewer for review',
      'Rea Reviewer submitted a review',
      'Ada Admin took it for review',
      'Ada Admin submitted a review',
      'Edda Editor moved it from “In review” to “Shortlist”',
      'Edda Editor moved it from “Shortlist” to “Accepted”',
      'Edda Editor wrote a letter, which is held',
      'Edda Editor recalled the decision before it was told',
      'Edda Editor moved it from “Accepted” to “Shortlist”',
      'Edda Editor moved it from “Shortlist” to “Accepted”',
      'Edda Editor wrote a letter, which is held',
      'Edda Editor let the letter leave at once',
      'The contributor filled in their details',
      'Edda Editor changed the entry in the directory',
      'Edda Editor looked up the legal name',
    ]);

    const other = await applyAs(room, hayk, javaScriptEnabled);
    const otherReference = await readReference(other.page);
    await open(page, hayk);
    await decide(page, 'Decline', { reason: 'We have people for these topics' });
    await sendNow(page);
    await decide(page, 'Reopen the decision', { words: 'One of the two has left.' });
    await sendNow(page);
    await decide(page, 'Keep on file');
    await sendNow(page);
    expect(await readLog(page)).toEqual([
      'The application arrived by the form',
      'First opened by Edda Editor',
      'Edda Editor moved it from “Screening” to “Declined”',
      'Edda Editor wrote a letter, which is held',
      'Edda Editor let the letter leave at once',
      'Edda Editor moved it from “Declined” to “In review”',
      'Edda Editor wrote a letter, which is held',
      'Edda Editor let the letter leave at once',
      'Edda Editor moved it from “In review” to “Kept on file”',
      'Edda Editor wrote a letter, which is held',
      'Edda Editor let the letter leave at once',
    ]);
    await page.getByText('Reasons for the file').click();
    await page.getByText('Decline: We have people for these topics').waitFor();
    await page.getByText('One of the two has left.').waitFor();

    await turnTo(page, 'Contributors');
    const rows = await page.getByRole('row').allInnerTexts();
    expect(rows.slice(1).map((one) => one.split(/\s*[\n\t]\s*/))).toEqual([
      [
        ...['N. Pankisi', `ნინო გელაშვილი · ${reference}`, 'Georgia', '–'],
        ...['მდინარეები', 'Available now', expect.stringMatching(/^Accepted · Agreed until /)],
      ],
      [
        'Հայկ Սարգսյան',
        otherReference,
        'Armenia',
        '–',
        '–',
        '–',
        expect.stringMatching(/^Kept on file · Agreed until /),
      ],
    ]);
    await turnTo(page, 'Outbox');
    const states = page.getByRole('navigation', { name: 'States' }).getByRole('link');
    // Nothing is on its way any more.
    expect(await states.allTextContents()).toEqual([
      ...['All', 'Queued 0', 'Retrying 0', 'Parked 0', 'Sent 15'],
    ]);
    expect(mailsByMailbox(smtp)).toEqual({
      'nino@mail.example': [
        `ka: [${reference}] თქვენი განაცხადი შემოვიდა: რეგიონის ექსპერტები | თქვენი განაცხადი შემოვიდა`,
        `ka: [${reference}] შეტყობინება გამოცემისგან Caucasus Watch | გამოცემამ Caucasus Watch მოგწერათ`,
        `ka: [${reference}] თქვენი განაცხადი მოწვევაზე „რეგიონის ექსპერტები“: კიდევ ერთი თხოვნა | Caucasus Watch: თხოვნა თქვენთან`,
        'ka: თქვენი განაცხადი მოწვევაზე „რეგიონის ექსპერტები“ | თქვენი განაცხადი მოწვევაზე „რეგიონის ექსპერტები“',
      ],
      'hayk@mail.example': [
        `hy: [${otherReference}] Ձեր դիմումը ստացվել է՝ Տարածաշրջանի փորձագետներ | Ձեր դիմումը ստացվել է`,
        'hy: Ձեր դիմումը «Տարածաշրջանի փորձագետներ» հրավերին | Ձեր դիմումը «Տարածաշրջանի փորձագետներ» հրավերին',
        'hy: Ձեր դիմումը «Տարածաշրջանի փորձագետներ» հրավերին. կրկին քննում ենք | Ձեր դիմումը «Տարածաշրջանի փորձագետներ» հրավերին. կրկին քննում ենք',
        'hy: Ձեր դիմումը «Տարածաշրջանի փորձագետներ» հրավերին. պահում ենք պահուստում | Ձեր դիմումը «Տարածաշրջանի փորձագետներ» հրավերին. պահում ենք պահուստում',
      ],
      'desk@newsroom.example': [
        `de: [${reference}] Nino Gelashvili – Georgien | Nino Gelashvili`,
        `de: [${otherReference}] Hayk Sargsyan – Armenien | Hayk Sargsyan`,
      ],
      'edda@newsroom.example': [
        'en: Your account at Caucasus Watch | Your account at Caucasus Watch',
        `en: [${reference}] Nino Gelashvili – Georgien | The applicant writes a message`,
        `en: [${reference}] Nino Gelashvili – Georgien | The applicant answers a request`,
        `en: [${reference}] Nino Gelashvili – Georgien | All reviews are in`,
      ],
      'rea@newsroom.example': [
        'en: Your account at Caucasus Watch | Your account at Caucasus Watch',
        `en: [${reference}] Nino Gelashvili – Georgien | A colleague mentions you in a note`,
        `en: [${reference}] Nino Gelashvili – Georgien | A review is asked of you`,
      ],
    });
    // A new application, three mails to Edda, two to Rea.
    expect(listThread(smtp, reference, /@newsroom/)).toEqual(chainOf(6));
    expect(listThread(smtp, reference, /@mail/)).toEqual(chainOf(4));
    expect(listThread(smtp, otherReference, /@newsroom/)).toEqual(chainOf(1));
    expect(listThread(smtp, otherReference, /@mail/)).toEqual(chainOf(4));

    const watched = [...Object.values(seats), other];
    expect(watched.flatMap(({ complaints }) => complaints)).toEqual([]);
    await Promise.all(watched.map(({ close }) => close()));
  }, 180_000);
});

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { saveTemplate } from '../../src/actions/save-template.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { withdrawApplication } from '../../src/actions/withdraw-application.ts';
import { findByReference } from '../../src/db/applications.ts';
import { openActContent } from '../../src/db/decision-acts.ts';
import { letterActLimit } from '../../src/domain/bulk-acts.ts';
import { found } from '../../src/errors.ts';
import type { Language } from '../../src/i18n.ts';
import { decide, decideByPages } from '../support/decide.ts';
import { claimMails, deliverMails } from '../support/deliver.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { elementsOf, plainText } from '../support/html.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

let smtp: TestSmtp;
let desk: Desk;
beforeAll(async () => {
  smtp = await startSmtp();
  desk = await createDesk({
    SMTP_URL: smtp.url,
    EDITORIAL_INBOX: 'desk@news.example',
    MAIL_FROM: 'News <feder@news.example>',
  });
});
afterAll(async () => {
  await desk.stop();
  await smtp.stop();
});

type Made = { id: string; reference: string; key: Buffer; email: string };
let made: Made[];
let round = 0;
const write = async (fullName: string, language: Language = 'en', keepOnFile = false) => {
  desk.clock.advance(1);
  const email =
    `${fullName.replace(/\P{ASCII}|\W/gu, '')}${made.length}@mail.example`.toLowerCase();
  const values = { fullName, email, keepOnFile };
  const application = { ...(await createSubmitted(desk.deps, { values })), email };
  const { db } = desk.deps;
  await db.updateTable('applications').set({ language }).where('id', '=', application.id).execute();
  made.push(application);
  return application;
};
beforeEach(async () => {
  round += 1;
  made = [];
  smtp.refuse.clear();
  await write(`Ana R${round}`, 'en');
  await write(`Besik R${round}`, 'ka');
  await write(`Doris R${round}`, 'de');
  await deliverMails(desk.deps);
  smtp.mails.length = 0;
});

const address = (act: string, target?: string, chosen: readonly Made[] = made): string =>
  `/admin/bulk?${new URLSearchParams([
    ...chosen.map(({ reference }): [string, string] => ['pick', reference]),
    ['act', act],
    ...(target === undefined ? [] : [['target', target] as [string, string]]),
  ])}`;
const declining = (chosen?: readonly Made[]) => address('decline', 'capacity', chosen);
const textOf = (html: string): string => plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ');
const formOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    elementsOf(/<form method="post" action="\/admin\/bulk.*?<\/form>/s.exec(html)![0], 'input').map(
      ({ name, value }) => [name!, value!],
    ),
  );
const confirm = async (path: string, seat: Seat = desk.editor) => {
  const page = await seat.get(path);
  expect(page.status).toBe(200);
  const answer = await seat.post('/admin/bulk', formOf(page.html));
  expect(answer.status).toBe(303);
  return answer.location!;
};
const undo = async (result: string) => {
  const answer = await desk.editor.post(result.replace('?', '/undo?'));
  expect(answer.status).toBe(303);
  return textOf((await desk.editor.get(answer.location!)).html);
};
const standings = async () =>
  (
    await desk.deps.db
      .selectFrom('applications')
      .select(['stage', 'decision'])
      .where(
        'id',
        'in',
        made.map(({ id }) => id),
      )
      .orderBy('id')
      .execute()
  ).map(({ stage, decision }) => decision ?? stage);
const actsOf = async ({ id }: Made) =>
  await desk.deps.db
    .selectFrom('decisionActs')
    .selectAll()
    .where('applicationId', '=', id)
    .where('state', '<>', 'draft')
    .orderBy('id')
    .execute();
const lettersTo = ({ email }: Made) =>
  smtp.mails.filter(({ recipients }) => recipients.includes(email));
const verify = async (): Promise<string[]> => {
  const lines: string[] = [];
  await verifyDatabase(desk.deps, {
    report({ rule, subject, problem }) {
      if (['stages', 'mails', 'letters'].includes(rule)) lines.push(`${subject}: ${problem}`);
    },
  });
  return lines;
};
const liveActOf = async (application: Made): Promise<string> =>
  (await actsOf(application)).find(({ state }) => state === 'live')!.id;
const withdraw = async (application: Made) => {
  const token = await findPrivateToken(desk.deps, application, application.key);
  await withdrawApplication(desk.deps, await openPrivatePage(desk.deps, token));
};

it('check 39: declining many asks for one reason of the list, and says so where none was chosen', async () => {
  const step = await desk.editor.get(address('decline'));
  expect(step.status).toBe(200);
  expect(textOf(step.html)).toContain('One reason for all, for the file only');
  expect(step.html).not.toContain('value="other"');
  for (const target of ['', 'other', 'nothing']) {
    const wrong = await desk.editor.get(address('decline', target));
    expect([target, wrong.status]).toEqual([target, 422]);
    expect(wrong.html).toContain('<a href="#target">');
    expect(wrong.html).toMatch(/<title>Error: Decline/);
  }
});

it('check 39: each letter is shown in its language before, leaves on its own after its time, and once', async () => {
  const page = await desk.editor.get(declining());
  const text = textOf(page.html);
  expect(text).toContain('3 people each get a letter of their own:');
  expect(text).toContain(`Dear Ana R${round}, thank you for your application`);
  expect(text).toContain(`Guten Tag Doris R${round},`);
  expect(page.html.match(/<div class="paper" lang="(\w+)"/g)).toEqual([
    '<div class="paper" lang="en"',
    '<div class="paper" lang="ka"',
    '<div class="paper" lang="de"',
  ]);
  // The first one lies open.
  expect(page.html.match(/<details( open="")?>/g)).toEqual([
    '<details open="">',
    '<details>',
    '<details>',
  ]);
  const shown = [...page.html.matchAll(/<div class="paper" lang="\w+">(.*?)<\/div>/gs)].map(
    ([, inside]) => plainText(inside!).replace(/\s+/g, ' ').split('…')[0]!,
  );
  // Nothing has happened yet.
  expect(await standings()).toEqual(['screening', 'screening', 'screening']);
  const form = formOf(page.html);
  const send = () => desk.editor.post('/admin/bulk', form);
  const [first, second] = await Promise.all([send(), send()]);
  expect([first.status, second.location]).toEqual([303, first.location]);
  await send();
  expect(await standings()).toEqual(['declined', 'declined', 'declined']);
  for (const application of made) {
    const [act, ...more] = await actsOf(application);
    expect(more).toEqual([]);
    expect(act).toMatchObject({ act: 'decline', state: 'live', reason: 'capacity' });
    expect(openActContent(application.key, act!).reasonWords).toBe('');
  }
  const result = textOf((await desk.editor.get(first.location!)).html);
  expect(result).toContain('3 applications were decided; each letter is held on its own.');
  await deliverMails(desk.deps);
  desk.clock.advance(599);
  await deliverMails(desk.deps);
  expect(smtp.mails).toEqual([]);
  desk.clock.advance(1);
  await deliverMails(desk.deps);
  await deliverMails(desk.deps);
  for (const [index, application] of made.entries()) {
    const letters = lettersTo(application);
    expect(letters).toHaveLength(1);
    const arrived = letters[0]!.parsed.text!.replace(/\s+/g, ' ');
    const begin = shown[index]!.split('http')[0]!.trim();
    expect(begin.length).toBeGreaterThan(200);
    expect(arrived.startsWith(begin)).toBe(true);
  }
  expect(await verify()).toEqual([]);
});

it('check 39: keeping many on file leaves those out who did not agree to it, and says so beside them', async () => {
  await write(`Eka R${round}`, 'ru', true);
  const text = textOf((await desk.editor.get(address('keep-on-file'))).html);
  expect(text).toContain('1 person gets this letter: Eka');
  expect(text).toContain('Left out: 3 applications');
  expect(text).toMatch(/Ana R\d+ F-\w{6} did not agree to stay on file/);
  await confirm(address('keep-on-file'));
  expect(await standings()).toEqual(['screening', 'screening', 'screening', 'kept-on-file']);
});

it('check 39: the withdrawn, those with a held letter, with a refused address and those who moved since are left out and told', async () => {
  const [ana, besik, doris] = made as [Made, Made, Made];
  await withdraw(ana);
  await decide(desk.deps, besik, 'accept', desk.admin.staff);
  await decide(desk.deps, besik, 'reopen', desk.admin.staff);
  const letters = async () =>
    (await desk.deps.db.selectFrom('decisionActs').select('state').execute()).length;
  const before = await letters();
  const eka = await write(`Eka R${round}`);
  smtp.refuse.set(eka.email, 550);
  await deliverMails(desk.deps);
  smtp.refuse.clear();
  const page = await desk.editor.get(declining());
  const text = textOf(page.html);
  expect(text).toContain('1 person gets this letter: Doris');
  expect(text).toMatch(/Ana R\d+ F-\w{6} withdrawn by the applicant/);
  expect(text).toMatch(/Eka R\d+ F-\w{6} mail to this address is refused/);
  await decide(desk.deps, doris, 'accept', desk.admin.staff);
  const answer = await desk.editor.post('/admin/bulk', formOf(page.html));
  const result = textOf((await desk.editor.get(answer.location!)).html);
  expect(result).toContain('Nothing was decided.');
  expect(result).toMatch(/Doris R\d+ F-\w{6} changed meanwhile/);
  expect((await standings())[2]).toBe('accepted');
  expect(await letters()).toBe(before + 1);
  expect(await verify()).toEqual([]);
});

it('check 39: an earlier letter that can still be recalled comes before another decision', async () => {
  const [ana] = made as [Made, Made, Made];
  await decide(desk.deps, ana, 'accept', desk.admin.staff);
  await desk.editor.post(`/admin/applications/${ana.reference}/letter/hurry`, {
    act: await liveActOf(ana),
  });
  await deliverMails(desk.deps);
  await decide(desk.deps, ana, 'reopen', desk.admin.staff);
  const text = textOf((await desk.editor.get(declining([ana]))).html);
  expect(text).toContain('This can’t be done to any of them.');
  expect(text).toMatch(/Ana R\d+ F-\w{6} the letter of an earlier decision has not left yet/);
});

it('check 39: a value that a letter lacks is told beside whom it concerns, before anything is sent', async () => {
  const [ana, besik] = made as [Made, Made, Made];
  const { callId } = found(await findByReference(desk.deps.db, ana.reference));
  const save = (seen: number, body: string) =>
    saveTemplate(desk.deps, {
      ...{ callId, kind: 'decline', language: 'ka', seen, staffId: desk.admin.staff.id },
      text: { subject: 'Answer', body },
    });
  await save(0, 'Hello {name}, {words}');
  const text = textOf((await desk.editor.get(declining([ana, besik]))).html);
  expect(text).toContain('1 person gets this letter: Ana');
  expect(text).toMatch(/Besik R\d+ F-\w{6} the letter can’t be written .*\{words\}/);
  // Somebody mends the template after the letter was shown: it would not be the one.
  await save(1, 'Hello {name}.');
  const page = await desk.editor.get(declining([ana, besik]));
  await save(2, 'Hello again, {name}.');
  const answer = await desk.editor.post('/admin/bulk', formOf(page.html));
  const result = textOf((await desk.editor.get(answer.location!)).html);
  expect(result).toMatch(/Besik R\d+ F-\w{6} the letter would not be the one that was shown/);
  expect((await standings()).slice(0, 2)).toEqual(['declined', 'screening']);
  await desk.deps.db.deleteFrom('responseTemplates').execute();
});

it('check 39: undo recalls the letters that are held, and tells which have left and what others changed', async () => {
  const [ana, besik, doris] = made as [Made, Made, Made];
  const result = await confirm(declining());
  await desk.admin.post(`/admin/applications/${ana.reference}/letter/hurry`, {
    act: await liveActOf(ana),
  });
  await deliverMails(desk.deps);
  await desk.admin.post(`/admin/applications/${besik.reference}/letter/recall`, {
    act: await liveActOf(besik),
  });
  await decideByPages(desk.admin, besik, 'accept');
  const text = await undo(result);
  expect(text).toContain('Undone for 1 application.');
  expect(text).toMatch(
    /Not undone, the letter has left: 1 application The decision stands\. .*Ana/,
  );
  expect(text).toMatch(/Left as it is: 1 application Somebody has changed them since\. Besik/);
  expect(await standings()).toEqual(['declined', 'accepted', 'screening']);
  desk.clock.advance(601);
  await deliverMails(desk.deps);
  expect([ana, besik, doris].map((one) => lettersTo(one).length)).toEqual([1, 1, 0]);
  expect(lettersTo(besik)[0]!.parsed.text).not.toContain('not to go on');
  expect(await verify()).toEqual([]);
});

it('check 39: a letter that leaves in the moment of undo wins, and the result says so', async () => {
  const result = await confirm(declining());
  desk.clock.advance(600);
  const claim = await claimMails(desk.deps);
  expect(claim.count).toBe(3);
  const text = await undo(result);
  expect(text).toContain('Nothing could be undone.');
  expect(text).toContain('Not undone, the letters have left: 3 applications');
  await claim.deliver();
  expect(made.map((one) => lettersTo(one).length)).toEqual([1, 1, 1]);
  expect(await standings()).toEqual(['declined', 'declined', 'declined']);
});

it('check 39: once the letters have had their time, nothing is undone, and the answer says why', async () => {
  const result = await confirm(declining());
  desk.clock.advance(601);
  const page = await desk.editor.get(result);
  expect(page.html).not.toContain('/undo');
  const late = await desk.editor.post(result.replace('?', '/undo?'));
  expect(late.status).toBe(409);
  expect(await standings()).toEqual(['declined', 'declined', 'declined']);
});

it('check 39: two editors who decide about the same ones at once decide once', async () => {
  const [mine, theirs] = [
    formOf((await desk.editor.get(declining())).html),
    formOf((await desk.admin.get(declining())).html),
  ];
  const [first, second] = await Promise.all([
    desk.editor.post('/admin/bulk', mine),
    desk.admin.post('/admin/bulk', theirs),
  ]);
  expect([first.status, second.status]).toEqual([303, 303]);
  for (const application of made) expect(await actsOf(application)).toHaveLength(1);
  const told = await Promise.all([
    desk.editor.get(first.location!),
    desk.admin.get(second.location!),
  ]);
  const left = told.flatMap(({ html }) => textOf(html).match(/changed meanwhile/g) ?? []);
  expect(left).toHaveLength(3);
  desk.clock.advance(601);
  await deliverMails(desk.deps);
  expect(made.map((one) => lettersTo(one).length)).toEqual([1, 1, 1]);
});

it('check 39: what somebody had begun to write by hand stays', async () => {
  const [ana] = made as [Made, Made, Made];
  const path = `/admin/applications/${ana.reference}/decide/decline`;
  const page = await desk.editor.get(path);
  const { from, seen } = Object.fromEntries(
    elementsOf(page.html, 'input').map(({ name, value }) => [name, value]),
  );
  await desk.editor.post(path, {
    ...{ from: from!, seen: seen!, reason: 'sample', reasonWords: '', letter: 'yes' },
    ...{ subject: 'By hand', body: 'Dear {name}, by hand.' },
  });
  const result = await confirm(declining([ana]));
  await undo(result);
  expect((await desk.editor.get(path)).html).toContain('Dear {name}, by hand.');
});

it('the number of queries does not grow with the letters', async () => {
  const count = async (chosen: readonly Made[]) => {
    desk.countQueries();
    expect((await desk.editor.get(declining(chosen))).status).toBe(200);
    return desk.countQueries();
  };
  expect(await count(made)).toBe(await count(made.slice(0, 1)));
});

it('more letters than can be read at once are refused, in the address and in a form', async () => {
  const references = Array.from({ length: letterActLimit + 1 }, (_, index) => ({
    ...made[0]!,
    reference: `F-${String(100_000 + index)}`,
  }));
  const page = await desk.editor.get(declining(references));
  expect(page.status).toBe(422);
  expect(textOf(page.html)).toContain('At most 100 letters at once');
  const form = formOf((await desk.editor.get(declining())).html);
  const [row] = form.rows!.split(' ');
  const rows = [
    Array.from({ length: letterActLimit + 1 }, () => row).join(' '),
    row!.replace(/\.[^.]*$/, ''),
    `${row}x`,
  ];
  for (const one of rows) {
    expect((await desk.editor.post('/admin/bulk', { ...form, rows: one })).status).toBe(422);
  }
  for (const target of ['', 'other', made[0]!.id]) {
    const answer = await desk.editor.post('/admin/bulk', { ...form, target });
    expect([target, answer.status]).toEqual([target, 422]);
  }
  expect(await standings()).toEqual(['screening', 'screening', 'screening']);
});

it('reviewers find neither the step nor the act', async () => {
  const form = formOf((await desk.editor.get(declining())).html);
  const answers = [
    await desk.reviewer.get(address('decline')),
    await desk.reviewer.get(declining()),
    await desk.reviewer.post('/admin/bulk', form),
  ];
  const { status } = await desk.reviewer.get(address('shortlist'));
  expect(answers.map((one) => one.status)).toEqual([status, status, status]);
  expect(await standings()).toEqual(['screening', 'screening', 'screening']);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { openContent } from '../../src/db/mails.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { hrefsOf, plainText } from '../support/html.ts';
import { filePart, fillDraft, submit } from '../support/send-form.ts';
import { addEnrolled, openSession } from '../support/staff-app.ts';

let test: TestApp;
let cookie: string;
beforeAll(async () => {
  test = await createTestApp();
  const { email } = await addEnrolled(test.deps.db, { role: 'admin' });
  cookie = await openSession(test, email);
});
afterAll(() => test.stop());

/** Tags with the names of their attributes, sorted: what a page is built of, whatever stands in it. */
const skeletonOf = (html: string): string[] =>
  [...html.matchAll(/<(\/?[a-z][a-z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/gi)]
    .map(([, tag, attributes]) => {
      const names = [...attributes!.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, name]) => name);
      return `${tag} ${names}`;
    })
    .sort();

/** Applies with `text` in every field; every page and every mail that then shows it. */
async function applyWith(text: string): Promise<Record<string, string>> {
  const files = ['cv', 'coverLetter', 'writingSample'].map((field) => ({
    ...filePart(field, 'a.pdf'),
    name: `${text}.pdf`,
  }));
  const values = {
    ...{ fullName: text, latinName: text, penName: text, basedIn: text, placesOther: text },
    ...{ contactChannel: 'signal', contactHandle: text, topics: text },
    ...{ cvText: text, coverLetterText: text, writingSampleText: text },
    ...{ links: [`https://example.org/${text}`], via: `https://example.org/?${text}` },
  };
  const token = await fillDraft(test.app, values, files);
  const getPage = async (path: string, headers = {}): Promise<string> => {
    const answer = await test.app.request(path, { headers });
    expect([path, answer.status]).toEqual([path, 200]);
    return await answer.text();
  };
  const form = await getPage(`/en/drafts/${token}`);
  const check = await getPage(`/en/drafts/${token}/check`);
  const receipt = (await submit(test.app, token)).headers.get('location')!;
  const { application, key } = await findDraft(test.deps, token);
  const mails = await test.deps.db
    .selectFrom('mails')
    .selectAll()
    .where('applicationId', '=', application.id)
    .orderBy('thread')
    .execute();
  const [toApplicant, toEditors] = mails.map((mail) => openContent(key, mail));
  for (const { subject, to, replyTo } of [toApplicant!, toEditors!]) {
    expect([subject, to?.name, replyTo?.name].join()).not.toMatch(/[\r\n\0\u202e]/);
  }
  const seen = { cookie };
  const shown = {
    ...{ form, check, receipt: await getPage(receipt) },
    ...{ 'receipt mail': toApplicant!.html, 'notification mail': toEditors!.html },
    list: await getPage(`/admin?q=${application.reference}`, seen),
    application: await getPage(`/admin/applications/${application.reference}`, seen),
    outbox: await getPage('/admin/outbox', seen),
  };
  await test.deps.db.deleteFrom('jobs').execute();
  await test.deps.db.deleteFrom('applications').execute();
  return shown;
}

const naughty = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '" autofocus onfocus="alert(1)',
  '</textarea></title></style></template><script>alert(1)</script>',
  '<!-- --!> <![CDATA[ ]]> <?php ?>',
  '&lt;script&gt;&#60;script&#62;&amp;',
  '{{7*7}} <%= 7 %> $(7) #{7} {count, plural, other {x}} <link>x</link>',
  'javascript:alert(1)//',
  "'; drop table applications; -- \\' OR 1=1",
  '%s%n%x %00 ../../../etc/passwd \\\\host\\share $(touch x) `id`',
  '=1+1+cmd|x +1 -1 @sum(1)',
  'Bcc: x@example.org =?utf-8?B?QmNjOiB4?=',
  'Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤ ﷽ 👩‍👩‍👧‍👦 🏳️‍🌈',
  '\u202eevil\u202c \u2066x\u2069 \ufeff\u200b null undefined NaN true',
  'هاذا نص عربي و עברית',
];

it('1.2.1, attack 14: no naughty string in any field changes what a page or a mail is built of', async () => {
  const plain = await applyWith('harmless');
  for (const text of naughty) {
    const shown = await applyWith(text);
    for (const [where, html] of Object.entries(shown)) {
      expect([text, where, skeletonOf(html)]).toEqual([text, where, skeletonOf(plain[where]!)]);
      for (const href of hrefsOf(html)) expect(href).toMatch(/^(https?:\/\/|\/|#|\?|mailto:)/);
    }
    // And it is shown, not swallowed.
    const visible = text.replace(/[\u202e\u202c\u2066\u2069\ufeff\u200b]/g, '').slice(0, 12);
    expect(plainText(shown.check!)).toContain(visible.normalize('NFC').slice(0, 5));
  }
});

it('2.2.1: 100 KB in any line or text are told beside the field, kept as typed, and store no half', async () => {
  const long = 'ნ'.repeat(34_000);
  const fields = ['fullName', 'latinName', 'penName', 'placesOther', 'basedIn', 'topics'] as const;
  const body = new FormData();
  for (const field of [...fields, 'contactHandle', 'links']) body.set(field, long);
  body.set('email', `${'a'.repeat(100_000)}@example.org`);
  body.set('contactChannel', long);
  body.set('places', long);
  body.set('languages', long);
  const answer = await test.app.request('/en/calls/regional-experts/apply', {
    method: 'POST',
    body,
  });
  const html = await answer.text();
  expect(answer.status).toBe(422);
  for (const field of [...fields, 'email', 'contactHandle', 'contactChannel', 'links']) {
    expect(html).toContain(`id="${field}-error"`);
  }
  expect(html.split(long).length - 1).toBeGreaterThanOrEqual(fields.length);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { createId } from '../../src/crypto.ts';
import { recordDownloaded } from '../../src/db/access-log.ts';
import { getPublication } from '../../src/db/calls.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { languages, translatorFor } from '../../src/i18n.ts';
import { decide } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { decode, elementsOf, textOf } from '../support/html.ts';
import { askQuestions } from '../support/questions.ts';
import { fillDraft, goodFiles, submit, submitFilled } from '../support/send-form.ts';

const root = path.join(import.meta.dirname, '../..');
const doc = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const get = async (address: string): Promise<string> =>
  await (await desk.app.request(address)).text();

const form = '/en/calls/regional-experts/apply';

describe('duty 1', () => {
  test('duty 1: the notice tells the legal basis in every language, and an application keeps which one was read', async () => {
    for (const language of languages) {
      const t = translatorFor(language);
      const page = decode(await get(`/${language}/privacy`));
      expect(page).toContain(t('seed.notice.basis.heading'));
      expect(page).toContain(t('seed.notice.basis.text'));
      expect(t('seed.notice.basis.text')).toMatch(/6/);
    }
    const { db, clock } = desk.deps;
    const { id } = await createSubmitted(desk.deps);
    const readNotice = async (applicationId: string) =>
      await db
        .selectFrom('applications as a')
        .innerJoin('privacyNotices as n', 'n.id', 'a.privacyNoticeId')
        .select(['n.number', 'n.texts', 'a.consentedAt'])
        .where('a.id', '=', applicationId)
        .executeTakeFirstOrThrow();
    const row = await readNotice(id);
    expect([row.number, row.consentedAt]).toEqual([1, desk.clock.now()]);
    expect(JSON.stringify(row.texts)).toContain('Article 6(1)(b) GDPR');
    expect(doc('privacy/processing-record.md')).toContain('| Legal basis |');

    const newer = { id: createId(clock.now()), number: 2, createdAt: clock.now() };
    const texts = JSON.stringify(row.texts);
    await db
      .insertInto('privacyNotices')
      .values({ ...newer, texts })
      .execute();
    const later = await createSubmitted(desk.deps);
    expect([(await readNotice(later.id)).number, (await readNotice(id)).number]).toEqual([2, 1]);
    await db.deleteFrom('applications').where('id', '=', later.id).execute();
    await db.deleteFrom('privacyNotices').where('id', '=', newer.id).execute();
  });
});

describe('duty 2', () => {
  const warning = 'Do not write about your health, religion or political views';
  /** Boxes of several lines that no warning is tied to. */
  const bare = (html: string): string[] =>
    elementsOf(html, 'textarea').flatMap(({ name = '', 'aria-describedby': tied = '' }) =>
      tied
        .split(' ')
        .some((id) =>
          new RegExp(`id="${id}"[^>]*>[^<]*${warning}`).test(
            html.replace(/<span[^>]*>|<\/span>/g, ''),
          ),
        )
        ? []
        : [name],
    );

  test('duty 2: a warning is tied to every box for free text, and no field asks for anything sensitive', async () => {
    const html = await get(form);
    expect(elementsOf(html, 'textarea').length).toBeGreaterThanOrEqual(4);
    expect(bare(html)).toEqual([]);
    const names = [...elementsOf(html, 'input'), ...elementsOf(html, 'select')].map(
      ({ name = '' }) => name,
    );
    expect(
      names.filter((name) =>
        /birth|gender|sex|religio|health|ethnic|nation|politic|union|photo/i.test(name),
      ),
    ).toEqual([]);

    const page = await submitFilled(desk.app);
    const status = await get(page);
    expect(elementsOf(status, 'textarea').map(({ name }) => name)).toEqual(['message']);
    expect(bare(status)).toEqual([]);
    const reference = /F-[0-9A-Z]{6}/.exec(status)![0];
    const wish = { request: 'One more sample', language: 'en', dueOn: '2027-01-15' };
    await desk.editor.post(`/admin/applications/${reference}/requests`, wish);
    const asked = await get(page);
    expect(elementsOf(asked, 'textarea').map(({ name }) => name)).toContain('answer');
    expect(bare(asked)).toEqual([]);

    const who = await createSubmitted(desk.deps);
    await decide(desk.deps, who, 'accept', desk.editor.staff, { withLetter: false });
    desk.clock.advance(601);
    const token = await findPrivateToken(desk.deps, who, who.key);
    const details = await get(`/en/applications/${token}/details`);
    expect(elementsOf(details, 'textarea').map(({ name }) => name)).toEqual([
      'beats',
      'availabilityNote',
    ]);
    expect(bare(details)).toEqual([]);
  });

  test('duty 2: a warning is tied to every long question that a call asks, with a hint of its own and without', async () => {
    const long = { type: 'long-text' as const, required: false };
    await askQuestions(desk.deps, [
      { ...long, key: 'plan', texts: { en: { label: 'Your plan', hint: 'For a year' } } },
      { ...long, key: 'why', texts: { en: { label: 'Why here?' } } },
    ]);
    const html = await get(form);
    expect(elementsOf(html, 'textarea').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['q-plan', 'q-why']),
    );
    expect(bare(html)).toEqual([]);
    expect(textOf(html, 'q-plan-hint')).toMatch(/^For a year Do not write about your health/);
  });
});

describe('duty 3', () => {
  test('duty 3: being kept on file is a box of its own that nobody has ticked, and consent alone does not give it', async () => {
    const boxes = elementsOf(await get(form), 'input').filter(({ type }) => type === 'checkbox');
    const of = (name: string) => boxes.filter((box) => box.name === name);
    for (const name of ['consent', 'keepOnFile']) {
      expect(of(name)).toHaveLength(1);
      expect(of(name)[0]!.checked).toBe(undefined);
    }
    const answer = await submit(desk.app, await fillDraft(desk.app, {}, goodFiles()));
    const token = answer.headers.get('location')!.split('/').at(-1)!;
    expect(token).toHaveLength(32);
    const { keepOnFile } = await desk.deps.db
      .selectFrom('applications')
      .select('keepOnFile')
      .where('stage', '=', 'screening')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(keepOnFile).toBe(false);
  });
});

describe('duty 4', () => {
  test('duty 4: the form leads to the notice in its own language, which says its version', async () => {
    for (const language of languages) {
      const html = await get(`/${language}/calls/regional-experts/apply`);
      const main = html.split('</main>')[0]!.split('<main')[1]!;
      expect(main).toContain(`href="/${language}/privacy`);
      const notice = await get(`/${language}/privacy`);
      expect(notice).toMatch(new RegExp(`<html[^>]* lang="${language}"`));
      const version = translatorFor(language)('privacy.version', { version: 1, since: '|' });
      expect(decode(notice)).toContain(version.split('|')[0]);
      expect(decode(notice)).toContain(translatorFor(language)('seed.notice.rights.text'));
    }
  });
});

describe('duty 7, 11 and 13', () => {
  test('duty 7: the documentation says when backups expire and what they still hold until then', () => {
    const operating = doc('operating.md');
    expect(operating).toContain('find /backups -mtime +30 -delete');
    expect(operating).toContain('backup forget');
    expect(doc('privacy/processing-record.md')).toContain('| **backups** | **[30 days]**');
  });

  test('duty 11: a template of the processing record answers every point of Article 30(1), and marks what is left to fill in', () => {
    const record = doc('privacy/processing-record.md');
    for (const point of [
      ...['Controller', 'Data protection officer', 'Purposes', 'Whose data', 'To whom it goes'],
      ...['third countries', 'How long', 'How it is protected (Article 32)'],
    ]) {
      expect(record).toContain(point);
    }
    expect(record.match(/\*\*\[[^\]]+\]\*\*/g)!.length).toBeGreaterThan(10);
  });

  test('duty 13: a template of the impact assessment has the four parts of Article 35(7)', () => {
    const dpia = doc('privacy/dpia.md');
    for (const part of [
      '1. What happens',
      '2. Is it necessary',
      '3. What may happen',
      '4. Result',
    ]) {
      expect(dpia).toContain(`## ${part}`);
    }
    expect(dpia.match(/\*\*\[[^\]]*\]\*\*/g)!.length).toBeGreaterThan(10);
  });
});

describe('duty 12', () => {
  test('duty 12: admins see who opened an application and its documents, and nobody else does', async () => {
    const files = [{ kind: 'cv' as const, name: 'Canary of a name.pdf' }];
    const { id, reference } = await createSubmitted(desk.deps, {
      values: { fullName: 'Canary Person' },
      files,
    });
    const address = `/admin/applications/${reference}/access`;
    const show = async (): Promise<string> =>
      (await desk.admin.get(address)).html.split('</main>')[0]!.split('<main')[1]!;
    expect(await show()).toContain('Nobody has opened it yet.');
    await desk.editor.get(`/admin/applications/${reference}`);
    const [document] = await listDocuments(desk.deps.db, id);
    const by = { staffId: desk.reviewer.staff.id, now: desk.clock.now() };
    await recordDownloaded(desk.deps.db, { applicationId: id, documentId: document!.id, ...by });
    const main = await show();
    expect(main).toContain(`<bdi>${desk.editor.staff.name}</bdi> · The application`);
    expect(main).toContain(`<bdi>${desk.reviewer.staff.name}</bdi> · File of CV`);
    expect(main.indexOf('File of CV')).toBeLessThan(main.indexOf('· The application'));
    expect(main).not.toContain('Canary');
    expect((await desk.admin.get(`/admin/applications/${reference}`)).html).toContain(
      `href="${address}"`,
    );
    // Looking at the log is no opening.
    expect((await show()).match(/· The application/g)).toHaveLength(2);
    for (const seat of [desk.editor, desk.reviewer]) {
      expect((await seat.get(address)).status).toBe(404);
      expect((await seat.get(`/admin/applications/${reference}`)).html).not.toContain(address);
    }
  });

  test('duty 12: a long log has pages, and a document that has gone is told as such', async () => {
    const { id, reference } = await createSubmitted(desk.deps);
    const { db } = desk.deps;
    await sql`insert into access_log (application_id, document_id, staff_id, type, at)
      select ${id}::uuid, case when n = 1 then gen_random_uuid() end, ${desk.editor.staff.id}::uuid, 'opened', now()
      from generate_series(1, 101) as n order by n`.execute(db);
    const address = `/admin/applications/${reference}/access`;
    const first = (await desk.admin.get(address)).html;
    expect(first.match(/· The application/g)).toHaveLength(100);
    const older = /href="([^"]*\?before=\d+)"/.exec(first)![1]!;
    const last = (await desk.admin.get(older)).html;
    expect(last).toContain('Text of a document that was replaced or removed');
    expect(last).not.toContain('?before=');
    const odd = await desk.admin.get(`${address}?before=abc`);
    expect([odd.status, odd.html.match(/· The application/g)!.length]).toEqual([200, 100]);
  });
});

describe('duty 14 and 15', () => {
  const pages = [
    ...['/en', form, '/en/calls/regional-experts', '/en/find', '/en/privacy', '/en/imprint'],
    ...['/en/accessibility', '/en/nothing-here', '/admin/sign-in'],
  ];

  test('duty 14: no page of applicants sets a cookie, and none carries a banner', async () => {
    const page = await submitFilled(desk.app);
    for (const address of [...pages, page, `${page}/erase`]) {
      const answer = await desk.app.request(address);
      expect([address, answer.headers.getSetCookie()]).toEqual([address, []]);
      // The notice says which there are.
      const main = (await answer.text()).replace(/<main[\s\S]*<\/main>/, '');
      expect(main).not.toMatch(/cookie|banner|dialog/i);
    }
  });

  test('duty 15: imprint and privacy notice stand on every page, those of the desk and of errors included', async () => {
    const page = await submitFilled(desk.app);
    const draft = await fillDraft(desk.app);
    const { reference } = await createSubmitted(desk.deps);
    const open = [
      ...pages,
      page,
      `${page}/withdraw`,
      `/en/drafts/${draft}`,
      `/en/drafts/${draft}/check`,
    ];
    const shown = await Promise.all(
      open.map(async (address) => [address, await get(address)] as const),
    );
    for (const address of [
      ...['/admin', '/admin/outbox', '/admin/calls', '/admin/publication'],
      ...[`/admin/applications/${reference}`, `/admin/applications/${reference}/access`],
    ]) {
      shown.push([address, (await desk.admin.get(address)).html]);
    }
    for (const [address, html] of shown) {
      const hrefs = elementsOf(html, 'a').map(({ href }) => href);
      expect([address, hrefs]).toEqual([
        address,
        expect.arrayContaining(['/en/privacy', '/en/imprint']),
      ]);
    }
    expect((await getPublication(desk.deps.db)).imprint).toEqual({ lines: [] });
  });
});

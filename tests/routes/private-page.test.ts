import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFromEditor } from '../../src/actions/write-message.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText, titleOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listMailsOf,
  openAs,
  postForm,
  postParts,
  textPart,
} from '../support/private-page.ts';
import { goodFiles } from '../support/send-form.ts';
import { listZip } from '../support/zip.ts';

let test: TestApp;
let applicant: Applicant;
beforeAll(async () => {
  test = await createTestApp();
  applicant = await apply(test, { topics: 'Water & <b>roads</b>', cvText: 'Pasted ტექსტი' });
});
afterAll(() => test.stop());

const documentsOf = async ({ application: { id } }: Applicant) =>
  await listDocuments(test.deps.db, id);
const codeOf = (html: string): string =>
  /<strong data-receipt-code[^>]*>([^<]*)</.exec(html)?.[1] ?? '';

describe('the private page', () => {
  it('shows where it stands, by when there is a reply and in which time zone', async () => {
    const shown = plainText((await getPage(test, applicant.path)).html);
    expect(shown).toMatch(/Status\s+Received/);
    expect(shown).toMatch(
      /Reply by\s+8 December 2026\s+end of the day, Central European Standard Time/,
    );
    expect(shown).toContain('Until the editors open your application, you can replace');
    expect(shown).toMatch(/What do you write about\?\s+Water & <b>roads<\/b>/);
  });

  it('says that it is being read from the first opening on', async () => {
    const other = await apply(test);
    await openAs(test, other);
    const { html } = await getPage(test, other.path.replace('/en/', '/de/'));
    expect(titleOf(html)).toBe('Ihre Bewerbung wird gelesen – Caucasus Watch');
    expect(hrefsOf(html)).toContain(`${other.path.replace('/en/', '/de/')}/withdraw`);
  });

  it('is for nobody else: not stored, not found by search engines', async () => {
    const { headers, html } = await getPage(test, applicant.path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(elementsOf(html, 'meta')).toContainEqual({ name: 'robots', content: 'noindex' });
  });
});

describe('its documents', () => {
  it('come back byte by byte, as attachments that can do nothing', async () => {
    for (const document of await documentsOf(applicant)) {
      const answer = await test.app.request(`${applicant.path}/documents/${document.id}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(createHash('sha256').update(bytes).digest()).toEqual(document.sha256);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store, no-transform',
        'content-length': String(document.size),
      });
    }
    const sample = (await documentsOf(applicant)).at(-1)!;
    const { headers } = await test.app.request(`${applicant.path}/documents/${sample.id}`);
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="document.odt"; filename*=UTF-8''${encodeURIComponent('პანკისი.odt')}`,
    );
  });

  it('are not logged as an opening', async () => {
    const other = await apply(test);
    const [document] = await documentsOf(other);
    await getPage(test, `${other.path}/documents/${document!.id}`);
    expect(plainText((await getPage(test, other.path)).html)).toMatch(/Status\s+Received/);
  });
});

describe('everything of another application', () => {
  it('is not found, whatever is asked and whoever asks', async () => {
    const [mine, other] = [applicant, await apply(test)];
    const [foreign] = await documentsOf(other);
    const none = mine.path.replace(mine.token, 'A'.repeat(32));
    const receipt = codeOf((await getPage(test, other.path)).html);
    const paths = [
      `${mine.path}/documents/${foreign!.id}`,
      `${mine.path}/documents/${other.application.id}`,
      `${mine.path}/documents/${foreign!.id.toUpperCase()}`,
      `${mine.path}/documents/x%00`,
      `/en/applications/${other.application.id}`,
      `/en/applications/${other.application.reference}`,
      `/en/applications/${receipt}`,
      ...['', '/documents', '/export', '/withdraw', '/erase'].map((rest) => `${none}${rest}`),
    ];
    for (const path of paths)
      expect([path, (await getPage(test, path)).status]).toEqual([path, 404]);
    for (const rest of ['/withdraw', '/withdraw/undo', '/erase']) {
      expect([rest, (await postForm(test, `${none}${rest}`)).status]).toEqual([rest, 404]);
    }
    for (const rest of ['/messages', '/documents']) {
      const answer = await postParts(test, `${none}${rest}`, [textPart('message', 'x')]);
      expect([rest, answer.status]).toEqual([rest, 404]);
    }
  });
});

describe('the receipt code', () => {
  it('stands on the page and in no mail, whatever was done', async () => {
    const person = await apply(test);
    const code = codeOf((await getPage(test, person.path)).html);
    expect(code).toMatch(/^(?:[2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
    await postParts(test, `${person.path}/documents`, [textPart('cvText', 'More')]);
    await postParts(test, `${person.path}/messages`, [textPart('message', 'Hello')]);
    await postForm(test, `${person.path}/withdraw`);
    const mails = await listMailsOf(test, person);
    expect(mails).toHaveLength(6);
    for (const { content } of mails) {
      const said = JSON.stringify(content);
      expect(said).not.toContain(code);
      expect(said).not.toContain(code.replaceAll('-', ''));
    }
  });
});

describe('the export', () => {
  it('duty 5: is one archive with everything, the documents as they were sent', async () => {
    const person = await apply(test, { links: ['https://example.org/a'], keepOnFile: 'yes' });
    await postParts(test, `${person.path}/messages`, [textPart('message', 'Hello <b>')]);
    const { id: authorId } = await createStaff(test.deps, { role: 'editor' });
    const reply = { authorId, language: 'de', body: 'Guten Tag' } as const;
    await writeFromEditor(test.deps, person.application, reply);
    await test.deps.db
      .updateTable('mails')
      .set({ sentAt: test.clock.now() })
      .where('applicationId', '=', person.application.id)
      .execute();
    const answer = await test.app.request(`${person.path}/export`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const { reference } = person.application;
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    expect(answer.headers.get('content-disposition')).toContain(`filename="${reference}.zip"`);
    const entries = await listZip(bytes);
    expect([...entries.keys()]).toEqual([
      'application.json',
      'documents/01-cv-cv.pdf',
      'documents/02-coverLetter-letter.docx',
      'documents/03-writingSample-პანკისი.odt',
    ]);
    expect(entries.get('documents/01-cv-cv.pdf')).toEqual(goodFiles()[0]!.bytes);
    const exported = JSON.parse(entries.get('application.json')!.toString());
    expect(exported).toMatchObject({
      format: 'feder-application',
      version: 1,
      reference,
      publication: 'Caucasus Watch',
      call: { slug: 'regional-experts', version: 1 },
      answers: {
        fullName: 'ნინო გელაშვილი',
        email: 'nino@example.org',
        places: ['georgia'],
        links: ['https://example.org/a'],
      },
      consents: [
        { to: 'privacy-notice', noticeVersion: 1, given: true, at: '2026-11-24T09:00:00.000Z' },
        { to: 'keep-on-file', given: true },
      ],
      messages: [
        { from: 'applicant', language: 'en', text: 'Hello <b>' },
        { from: 'editors', language: 'de', text: 'Guten Tag' },
      ],
      events: [{ what: 'submitted', at: '2026-11-24T09:00:00.000Z' }],
      mails: [
        { kind: 'receipt', language: 'en' },
        { kind: 'message-to-applicant', language: 'en' },
      ],
    });
    expect(exported.documents.map((one: { sha256: string }) => one.sha256)).toEqual(
      (await documentsOf(person)).map(({ sha256 }) => sha256.toString('hex')),
    );
  });

  it('tells neither secrets nor where it stands inside', async () => {
    const person = await apply(test);
    const { db } = test.deps;
    const { id } = person.application;
    await db
      .insertInto('events')
      .values({
        ...{ applicationId: id, actor: 'staff', staffId: null, type: 'stage-changed' },
        ...{ fromValue: 'screening', toValue: 'decided:declined', at: test.clock.now() },
      })
      .execute();
    const code = codeOf((await getPage(test, person.path)).html);
    const answer = await test.app.request(`${person.path}/export`);
    const json = (await listZip(Buffer.from(await answer.arrayBuffer()))).get('application.json')!;
    for (const secret of [code, person.token, 'declined', 'screening', id]) {
      expect(json.toString()).not.toContain(secret);
    }
  });
});

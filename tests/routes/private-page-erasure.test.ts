import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { requestPrivateLink } from '../../src/actions/find-application.ts';
import type { ClaimedJob } from '../../src/db/jobs.ts';
import { mailJobKind } from '../../src/db/mails.ts';
import { capturedFile } from '../../src/mail/captured.ts';
import { createMailHandler } from '../../src/mail/deliver.ts';
import { createTransport } from '../../src/mail/transport.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { plainText, titleOf } from '../support/html.ts';
import {
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  openAs,
  postForm,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';
import { fillDraft } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

/** Every row of every table in which a text stands somewhere, by table. */
async function findInDatabase(texts: readonly string[]): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'keys')`.execute(test.deps.db);
  const hits: string[] = [];
  for (const { name } of tables.rows) {
    for (const text of texts) {
      const { rows } = await sql`select 1 from ${sql.raw(name)} as r
        where strpos(r::text, ${text}) > 0 limit 1`.execute(test.deps.db);
      if (rows.length > 0) hits.push(`${name}: ${text}`);
    }
  }
  return hits;
}

describe('erasing', () => {
  it('asks first, says what goes and what stays, and asking changes nothing', async () => {
    const applicant = await apply(test);
    const { html } = await getPage(test, `${applicant.path}/erase`);
    expect(titleOf(html)).toBe('Erase your application and your data? – Caucasus Watch');
    expect(plainText(html)).toMatch(/What is deleted.*What stays.*This can’t be undone/s);
    expect((await getPage(test, applicant.path)).status).toBe(200);
  });

  it('duty 6: leaves no row of the person, no file and no mail that could still leave', async () => {
    const { db, config } = test.deps;
    const applicant = await apply(test, {
      fullName: 'Vanishing Person',
      email: 'gone@example.net',
    });
    const other = await apply(test);
    const { path: page, application } = applicant;
    await openAs(test, applicant);
    await postParts(test, `${page}/messages`, [textPart('message', 'Last words')]);
    await postForm(test, `${page}/withdraw`);
    await requestPrivateLink(test.deps, {
      reference: application.reference,
      email: 'gone@example.net',
    });
    const mails = await listMailsOf(test, applicant);
    mkdirSync(path.join(config.dataDir, 'mail'), { recursive: true });
    const files = mails.map(({ id }) => capturedFile(config.dataDir, id));
    const kept = capturedFile(config.dataDir, (await listMailsOf(test, other))[0]!.id);
    for (const file of [...files, kept]) writeFileSync(file, 'a mail');
    const before = await findInDatabase(['Vanishing Person', 'Last words', application.reference]);
    expect(before.length).toBeGreaterThan(2);

    const answer = await postForm(test, `${page}/erase`);
    expect([answer.status, answer.location]).toEqual([303, '/en/erased']);
    expect(titleOf((await getPage(test, '/en/erased')).html)).toBe(
      'Everything is erased – Caucasus Watch',
    );
    const { token } = applicant;
    expect(
      await findInDatabase([
        ...['Vanishing Person', 'gone@example.net', 'Last words'],
        ...[application.reference, token],
      ]),
    ).toEqual([]);
    // What is left are ids, closed words and times.
    expect((await findInDatabase([application.id])).sort()).toEqual([
      `public.access_log: ${application.id}`,
      `public.events: ${application.id}`,
    ]);
    const tokens = await db
      .selectFrom('applicationTokens')
      .select(['kind', 'sealed'])
      .where('applicationId', 'is', null)
      .orderBy('kind')
      .execute();
    expect(tokens).toEqual(['draft', 'private', 'receipt'].map((kind) => ({ kind, sealed: null })));
    expect((await listEventsOf(test, applicant)).at(-1)).toBe('applicant erased');
    const jobs = await db
      .selectFrom('jobs')
      .select('id')
      .where('subjectId', 'in', [...mails.map(({ id }) => id), application.id])
      .execute();
    expect(jobs).toEqual([]);
    expect(files.filter((file) => existsSync(file))).toEqual([]);
    expect(existsSync(kept)).toBe(true);
    expect(await verify(test)).toEqual([]);
  });

  it('makes every one of its addresses say that it is gone', async () => {
    const applicant = await apply(test);
    await postForm(test, `${applicant.path}/erase`);
    for (const rest of ['', '/documents', '/export', '/withdraw', '/erase']) {
      const { status } = await getPage(test, `${applicant.path}${rest}`);
      expect([rest, status]).toEqual([rest, 410]);
    }
    for (const rest of ['/withdraw', '/withdraw/undo', '/erase']) {
      expect((await postForm(test, `${applicant.path}${rest}`)).status).toBe(410);
    }
    const message = [textPart('message', 'x')];
    expect((await postParts(test, `${applicant.path}/messages`, message)).status).toBe(410);
    expect((await postParts(test, `${applicant.path}/documents`, message)).status).toBe(410);
  });

  it('takes a mail with it that is being captured at that moment', async () => {
    const applicant = await apply(test);
    const { db, keys, config, log } = test.deps;
    const [mail] = await listMailsOf(test, applicant);
    const transport = createTransport(config, log);
    const handler = createMailHandler({
      ...{ db, keys, config },
      transport: {
        ...transport,
        async send(outgoing, signal) {
          const sent = await transport.send(outgoing, signal);
          expect(existsSync(capturedFile(config.dataDir, outgoing.id))).toBe(true);
          await eraseApplication(test.deps, { id: applicant.application.id, actor: 'system' });
          // As if the file had been written a moment after the erasure.
          writeFileSync(capturedFile(config.dataDir, outgoing.id), 'late');
          return sent;
        },
      },
    });
    const ids = { id: randomUUID(), leaseId: randomUUID(), subjectId: mail!.id };
    const job = { kind: mailJobKind, ...ids } as ClaimedJob;
    const sent = await handler(job, new AbortController().signal);
    if (!sent || !('conclude' in sent)) throw new Error('nothing to conclude');
    await sent.conclude(db, job, test.deps.clock.now());
    expect(existsSync(capturedFile(config.dataDir, mail!.id))).toBe(false);
  });

  it('of a draft works the same way', async () => {
    const token = await fillDraft(test.app, { fullName: 'Never Sent' });
    const asked = await getPage(test, `/de/drafts/${token}/erase`);
    expect(titleOf(asked.html)).toBe('Diesen Entwurf löschen? – Caucasus Watch');
    const answer = await postForm(test, `/de/drafts/${token}/erase`);
    expect([answer.status, answer.location]).toEqual([303, '/de/erased']);
    expect(await findInDatabase(['Never Sent', token])).toEqual([]);
    expect((await getPage(test, `/de/drafts/${token}`)).status).toBe(410);
    expect(await verify(test)).toEqual([]);
  });

  it('by a draft’s link does not reach what was submitted', async () => {
    const token = await fillDraft(test.app);
    await postForm(test, `/en/drafts/${token}/submit`);
    expect((await postForm(test, `/en/drafts/${token}/erase`)).status).toBe(409);
    expect((await getPage(test, `/en/drafts/${token}`)).status).toBe(303);
  });
});

import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.tsx';
import { isConnectionError } from '../../src/db/client.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDatabaseProxy, type DatabaseProxy } from '../support/database-proxy.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import {
  applyPath,
  draftTokenOf,
  fieldParts,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
} from '../support/send-form.ts';

let test: TestApp;
let proxy: DatabaseProxy;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  test = await createTestApp({ RATE_LIMITS: 'on' });
  proxy = await createDatabaseProxy(test.deps.db);
  app = createApp({ ...test.deps, db: proxy.db });
});
afterEach(async () => {
  await proxy.cut();
  await proxy.restore();
});
afterAll(async () => {
  await proxy.stop();
  await test.stop();
});

const typed = {
  ...goodFields,
  fullName: '  ნინო "<b>',
  email: 'not yet',
  places: ['armenia', 'georgia'],
  topics: 'one\r\ntwo',
  links: ['example.org', ''],
  cvText: 'pasted\r\n\r\ntext',
};
/** What the page carries: [type, name, value] of each input. */
const carriedBy = (html: string): string[][] =>
  elementsOf(html, 'input').map(({ type, name, value }) => [type!, name!, value!]);
const asHidden = (values: Record<string, string | readonly string[]>): string[][] =>
  fieldParts(values).map(({ field, bytes }) => ['hidden', field, bytes.toString()]);

describe('a database that is away', () => {
  it('is told on every page, with the time to wait', async () => {
    await proxy.cut();
    for (const path of ['/', '/en', '/en/calls/regional-experts', applyPath(), '/de/privacy']) {
      const answer = await app.request(path);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(answer.headers.get('retry-after')).toBe('10');
    }
    const page = await (await app.request('/de/privacy')).text();
    expect(titleOf(page)).toBe('Gleich wieder da – Caucasus Watch');
  });

  it('before a form arrived costs nothing of what was typed', async () => {
    await proxy.cut();
    const answer = await sendForm(app, { ...typed, intent: 'save' }, goodFiles(), {
      path: applyPath('de'),
    });
    const html = await answer.text();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(answer.headers.get('content-language')).toBe('de');
    expect(titleOf(html)).toBe('Fehler: Gleich wieder da – Caucasus Watch');
    expect(carriedBy(html)).toEqual(asHidden(typed));
    expect(elementsOf(html, 'form')).toEqual([
      { method: 'post', enctype: 'multipart/form-data', action: applyPath('de') },
    ]);
    expect(elementsOf(html, 'button')).toEqual([
      expect.objectContaining({ name: 'intent', value: 'save' }),
    ]);
    expect(plainText(html)).toContain('Noch einmal senden');
  });

  it('takes the same form once it is back', async () => {
    const token = await fillDraft(app);
    await proxy.cut();
    const refused = await sendForm(app, { draft: token, ...typed }, goodFiles());
    const html = await refused.text();
    await proxy.restore();
    const { contentType, body } = createMultipart(
      carriedBy(html).map(([, field, value]) => ({ field: field!, bytes: Buffer.from(value!) })),
    );
    const answer = await app.request(elementsOf(html, 'form')[0]!.action!, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
    });
    expect(answer.status).toBe(422);
    const again = await answer.text();
    expect(plainText(again)).toContain('Enter an e-mail address like name@example.org');
    expect(plainText(again)).toContain('cv.pdf');
    expect(again).toContain(`value="${token}"`);
  });

  it('in the middle of a file loses that file and nothing typed', async () => {
    const { body } = createMultipart([
      ...fieldParts(typed),
      filePart('cv', 'cv.pdf', 2_000_000),
      ...fieldParts({ consent: 'yes', coverLetterText: 'after the file' }),
    ]);
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent > body.length / 2) await proxy.cut();
        controller.enqueue(new Uint8Array(body.subarray(sent, sent + 100_000)));
        sent += 100_000;
        if (sent >= body.length) controller.close();
      },
    });
    const answer = await app.request(applyPath(), {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    const html = await answer.text();
    expect(answer.status).toBe(503);
    expect(carriedBy(html)).toEqual([
      ...asHidden({ ...typed, consent: ['yes', 'yes'] }),
      ...asHidden({ coverLetterText: 'after the file' }),
    ]);
  });

  it('lets somebody remove a file later on', async () => {
    const token = await fillDraft(app);
    await proxy.cut();
    const answer = await sendForm(app, { draft: token, ...typed, remove: 'some-id' });
    const [button] = elementsOf(await answer.text(), 'button');
    expect(button).toMatchObject({ name: 'remove', value: 'some-id' });
  });

  it('while submitting changes nothing, and the same request works afterwards', async () => {
    const token = await fillDraft(app);
    await proxy.cut();
    expect((await submit(app, token, { revision: 2 })).status).toBe(503);
    await proxy.restore();
    expect((await submit(app, token, { revision: 2 })).status).toBe(303);
  });
});

describe('a database that takes what is sent and never answers', () => {
  // Long enough for a slow machine, and short enough for a test.
  const answerWithinMs = 700;
  let hanging: DatabaseProxy;
  let patient: ReturnType<typeof createApp>;
  beforeAll(async () => {
    hanging = await createDatabaseProxy(test.deps.db, { answerWithinMs });
    patient = createApp({ ...test.deps, db: hanging.db });
  });
  afterAll(() => hanging.stop());

  it('is told like one that is away, what was typed is kept, and all goes on once it answers', async () => {
    const token = await fillDraft(patient);
    hanging.hang();
    const [page, form, submitted] = await Promise.all([
      patient.request('/de/privacy'),
      sendForm(patient, { ...typed, intent: 'save' }, goodFiles()),
      submit(patient, token, { revision: 2 }),
    ]);
    expect([page.status, form.status, submitted.status]).toEqual([503, 503, 503]);
    expect(form.headers.get('retry-after')).toBe('10');
    expect(carriedBy(await form.text())).toEqual(asHidden(typed));
    await hanging.restore();
    expect((await submit(patient, token, { revision: 2 })).status).toBe(303);
  });

  it('in the middle of a transaction lets go of the request, and of its connection', async () => {
    const failed = hanging.db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      hanging.hang();
      await sql`select 2`.execute(trx);
    });
    await expect(failed).rejects.toThrow();
    await hanging.restore();
    expect((await patient.request('/de/privacy')).status).toBe(200);
  });

  it('or is only slow: the server gives the statement up, and the connection stays', async () => {
    const slow = sql`select pg_sleep(600)`.execute(hanging.db);
    const error = await slow.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: '57014' });
    expect(isConnectionError(error)).toBe(true);
  });

  it('lets those who are not in a hurry wait', async () => {
    const slow = sql<{ done: number }>`select 1 as done, pg_sleep(${answerWithinMs / 500})`;
    expect((await slow.execute(proxy.db)).rows[0]?.done).toBe(1);
  });
});

describe('a connection that breaks inside of a request', () => {
  it('is answered and forgotten: the next request has another one', async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => sendForm(app, goodFields, goodFiles())),
      proxy.cut().then(() => proxy.restore()),
    ]);
    for (const answer of answers) if (answer) expect([303, 503]).toContain(answer.status);
    const token = draftTokenOf(
      (await sendForm(app, goodFields, goodFiles())).headers.get('location')!,
    );
    expect((await submit(app, token)).status).toBe(303);
  });
});

describe('a flood from one address', () => {
  it('gets 429, and a form keeps what was typed', async () => {
    for (let count = 0; count < 600; count += 1) {
      await app.request('/en/drafts/x/submit', { method: 'POST' });
    }
    const answer = await sendForm(app, typed, goodFiles());
    const html = await answer.text();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(titleOf(html)).toBe('Error: Wait a little – Caucasus Watch');
    expect(carriedBy(html)).toEqual(asHidden(typed));
    expect((await app.request(applyPath())).status).toBe(200);
  });
});

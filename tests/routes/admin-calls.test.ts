import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCalls } from '../../src/db/calls.ts';
import { edit, fillForm, openCall, prepareCall, readForm } from '../support/call-desk.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { hrefsOf, idsOf, plainText, summaryOf, titleOf } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const seeded = '/admin/calls/regional-experts';
const publicStatus = async (path: string, init?: RequestInit): Promise<number> =>
  (await desk.app.request(path, init)).status;

describe('the list of calls', () => {
  it('tells state, period, applications and languages of each', async () => {
    const { status, html } = await desk.admin.get('/admin/calls');
    const text = plainText(html).replace(/\s+/g, ' ');
    expect([status, titleOf(html)]).toEqual([200, 'Calls – Feder']);
    expect(text).toContain('Regional experts regional-experts open, no closing date');
    expect(text).toContain('From 24 November 2026, 10:00 CET, no closing date');
    expect(text).toContain('0 applications');
    expect(text).toContain(
      'Complete: English, German, Russian, Georgian, Armenian and Azerbaijani',
    );
  });
});

describe('roles', () => {
  const reading = ['', '/preview/en', '/preview/en/apply', '/article', '/qr.svg'];
  const writing = [
    ...['/texts/de', '/places', '/documents', '/fee', '/newsroom', '/languages'],
    ...['/questions', '/questions/new', '/criteria', '/criteria/new', '/opening/close'],
  ];
  const statuses = async (role: 'admin' | 'editor' | 'reviewer', paths: string[]) =>
    new Set(await Promise.all(paths.map(async (one) => (await desk[role].get(one)).status)));

  it('admins read and edit, editors read, reviewers see none of it', async () => {
    const read = ['/admin/calls', ...reading.map((one) => seeded + one)];
    const write = [
      ...['/admin/calls/new', '/admin/publication', '/admin/publication/notice/de'],
      ...writing.map((one) => seeded + one),
    ];
    expect(await statuses('admin', [...read, ...write])).toEqual(new Set([200]));
    expect(await statuses('editor', read)).toEqual(new Set([200]));
    expect(await statuses('editor', write)).toEqual(new Set([404]));
    expect(await statuses('reviewer', [...read, ...write])).toEqual(new Set([404]));
  });

  it('only admins send: everybody else is answered 404 and nothing happens', async () => {
    const posts = [
      '/admin/calls',
      `${seeded}/fee`,
      `${seeded}/texts/de`,
      `${seeded}/questions/new`,
      `${seeded}/questions/any/order`,
      `${seeded}/opening/close`,
      '/admin/publication',
      '/admin/publication/notice/de',
    ];
    for (const seat of [desk.editor, desk.reviewer]) {
      for (const path of posts) expect((await seat.post(path, {})).status).toBe(404);
    }
    const [call, ...others] = await listCalls(desk.deps.db);
    expect([call!.number, call!.closesAt, others]).toEqual([1, null, []]);
  });

  it('editors are shown no way to edit', async () => {
    const { html } = await desk.editor.get(seeded);
    const ways = hrefsOf(html).filter((one) => /texts|places|fee|opening/.test(one));
    expect(ways).toEqual([]);
    expect(hrefsOf(html)).not.toContain('/admin/publication');
    expect(hrefsOf((await desk.reviewer.get('/admin')).html)).not.toContain('/admin/calls');
  });
});

describe('a new call', () => {
  it('is in preparation: nobody but staff can find it, on any route', async () => {
    const created = await desk.admin.post('/admin/calls', {
      slug: 'hidden-call',
      title: 'Verborgener Aufruf',
      lead: 'Noch nicht fertig.',
    });
    expect([created.status, created.location]).toEqual([
      303,
      '/admin/calls/hidden-call?done=created',
    ]);
    for (const language of ['de', 'en', 'ka']) {
      const call = `/${language}/calls/hidden-call`;
      expect(await publicStatus(call)).toBe(404);
      expect(await publicStatus(`${call}/apply`)).toBe(404);
      const body = new FormData();
      body.set('fullName', 'Somebody');
      expect(await publicStatus(`${call}/apply`, { method: 'POST', body })).toBe(404);
      const list = await (await desk.app.request(`/${language}`)).text();
      expect(list).not.toContain('Verborgener');
      expect(list).not.toContain('hidden-call');
    }
    const metadata = ['call', 'kind', 'filename'].map(
      (name, index) =>
        `${name} ${Buffer.from(['hidden-call', 'cv', 'cv.pdf'][index]!).toString('base64')}`,
    );
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-length': '100',
      'upload-metadata': metadata.join(','),
    };
    expect(await publicStatus('/uploads', { method: 'POST', headers })).toBe(404);
    // The front door leads to the only open call still.
    const front = await desk.app.request('/', { headers: { 'accept-language': 'de' } });
    expect(front.headers.get('location')).toBe('/de/calls/regional-experts');
    expect((await listCalls(desk.deps.db)).map(({ slug }) => slug)).toEqual(['regional-experts']);
    expect((await desk.admin.get('/admin')).html).not.toContain('hidden-call');
    const drafts = await desk.deps.db.selectFrom('applications').select('id').execute();
    expect(drafts).toEqual([]);
  });

  it.each([
    ['', 'Fill in “Address”'],
    [
      'Regional',
      'Use lower-case letters a to z, digits and single hyphens for “Address”, 60 characters at most',
    ],
    [
      'a--b',
      'Use lower-case letters a to z, digits and single hyphens for “Address”, 60 characters at most',
    ],
    [
      'new',
      'Use lower-case letters a to z, digits and single hyphens for “Address”, 60 characters at most',
    ],
    [
      'a'.repeat(61),
      'Use lower-case letters a to z, digits and single hyphens for “Address”, 60 characters at most',
    ],
    ['regional-experts', '“regional-experts” is taken. Choose another one'],
  ])('is refused with the address %j, what was typed kept', async (slug, message) => {
    const answer = await desk.admin.post('/admin/calls', { slug, title: 'Titel', lead: 'Kurz' });
    expect([answer.status, titleOf(answer.html)]).toEqual([422, 'Error: New call – Feder']);
    expect(summaryOf(answer.html)).toEqual([{ field: 'slug', message }]);
    expect(readForm(answer.html)).toMatchObject({ slug, title: 'Titel', lead: 'Kurz' });
  });

  it('opens only when its parts are finished', async () => {
    const path = '/admin/calls/half-call';
    await desk.admin.post('/admin/calls', { slug: 'half-call', title: 'Halb', lead: '' });
    const { html } = await desk.admin.get(path);
    expect(plainText(html)).toContain(
      'Before this call can open, these parts have to be finished: Texts, Places and Contact and promises.',
    );
    expect((await desk.admin.get(`${path}/opening/open`)).location).toBe(path);
    expect((await desk.admin.post(`${path}/opening/open`, { stamp: '-' })).status).toBe(409);
    expect(await publicStatus('/de/calls/half-call')).toBe(404);
  });
});

describe('opening and closing', () => {
  it('goes from preparation to open, closed and open again, and is recorded', async () => {
    const path = await prepareCall(desk, 'black-sea');
    expect((await desk.admin.get(`${path}/opening/open`)).html).toContain('From this moment');
    expect(await publicStatus('/de/calls/black-sea')).toBe(404);
    await openCall(desk, path);
    expect(await publicStatus('/de/calls/black-sea/apply')).toBe(200);
    desk.clock.advance(60);
    expect((await edit(desk.admin, `${path}/opening/close`, {})).location).toBe(
      `${path}?done=closed`,
    );
    expect(await publicStatus('/de/calls/black-sea/apply')).toBe(410);
    desk.clock.advance(60);
    const reopened = await edit(desk.admin, `${path}/opening/reopen`, {
      closesAt: '2027-01-31T18:00',
    });
    expect(reopened.location).toBe(`${path}?done=reopened`);
    expect(await publicStatus('/de/calls/black-sea/apply')).toBe(200);
    const events = await desk.deps.db
      .selectFrom('callEvents as e')
      .innerJoin('calls as c', 'c.id', 'e.callId')
      .where('c.slug', '=', 'black-sea')
      .select(['e.type', 'e.staffId', 'e.closesAt'])
      .orderBy('e.id')
      .execute();
    const staffId = desk.admin.staff.id;
    expect(events).toEqual([
      { type: 'created', staffId, closesAt: null },
      { type: 'opened', staffId, closesAt: null },
      { type: 'closed', staffId, closesAt: new Date('2026-11-24T09:01:00Z') },
      { type: 'reopened', staffId, closesAt: new Date('2027-01-31T17:00:00Z') },
    ]);
    const history = plainText((await desk.admin.get(path)).html).replace(/\s+/g, ' ');
    expect(history).toContain('Closed Ada Admin · 24 November 2026, 10:01 CET');
    desk.clock.reset();
  });

  it('is scheduled in the publication’s time zone, and judged', async () => {
    const path = await prepareCall(desk, 'spring-call');
    const act = `${path}/opening/schedule`;
    const refused = async (changes: Record<string, string>) => {
      const answer = await edit(desk.admin, act, changes);
      expect([answer.status, readForm(answer.html)]).toEqual([
        422,
        expect.objectContaining(changes),
      ]);
      return summaryOf(answer.html);
    };
    expect(await refused({ opensAt: '', closesAt: '' })).toEqual([
      { field: 'opensAt', message: 'Fill in “Opens”' },
    ]);
    // The clocks skip this hour in Berlin.
    expect(await refused({ opensAt: '2027-03-28T02:30', closesAt: '' })).toEqual([
      {
        field: 'opensAt',
        message:
          'Enter day and time for “Opens” like 2027-01-31 18:00, and a time that there is on that day',
      },
    ]);
    expect(await refused({ opensAt: '2027-03-01T09:00', closesAt: '2027-02-01T09:00' })).toEqual([
      { field: 'closesAt', message: 'The call closes after it opens. Choose a later closing date' },
    ]);
    const answer = await edit(desk.admin, act, {
      opensAt: '2027-03-01T09:00',
      closesAt: '2027-07-01T09:00',
    });
    expect(answer.location).toBe(`${path}?done=scheduled`);
    const call = await desk.app.request('/en/calls/spring-call');
    expect(plainText(await call.text())).toContain('This call opens on 1 March 2027, 09:00 CET.');
    expect(await publicStatus('/en/calls/spring-call/apply')).toBe(410);
    const { closesAt } = await desk.deps.db
      .selectFrom('calls')
      .where('slug', '=', 'spring-call')
      .select('closesAt')
      .executeTakeFirstOrThrow();
    expect(closesAt).toEqual(new Date('2027-07-01T07:00:00Z'));
  });

  it('does nothing when somebody else changed the dates meanwhile', async () => {
    const path = await prepareCall(desk, 'race-call');
    await openCall(desk, path);
    const first = await fillForm(desk.admin, `${path}/opening/close`);
    const dates = await fillForm(desk.admin, `${path}/opening/schedule`);
    const closesAt = '2027-02-01T12:00';
    await desk.admin.post(`${path}/opening/schedule`, { ...dates, closesAt });
    const late = await desk.admin.post(`${path}/opening/close`, first);
    expect(late.status).toBe(409);
    expect(plainText(late.html)).toContain('The dates were changed while this page was open');
    expect(await publicStatus('/de/calls/race-call/apply')).toBe(200);
    expect((await desk.admin.post(`${path}/opening/open`, { stamp: 'x' })).status).toBe(409);
  });
});

describe('the preview', () => {
  it('shows a call in preparation and its form, marked, without a way to send', async () => {
    const path = await prepareCall(desk, 'preview-call');
    const call = await desk.editor.get(`${path}/preview/de`);
    expect(call.status).toBe(200);
    expect(titleOf(call.html)).toBe('Stimmen vom Schwarzen Meer – Caucasus Watch');
    expect(plainText(call.html)).toContain('Nothing can be sent from here.');
    expect(hrefsOf(call.html)).toContain(`${path}/preview/de/apply`);
    expect(hrefsOf(call.html).filter((one) => one.includes('/de/calls/'))).toEqual([]);
    const form = await desk.editor.get(`${path}/preview/de/apply`);
    expect(idsOf(form.html)).toContain('fullName');
    const buttons = [...form.html.matchAll(/<button[^>]*type="submit"[^>]*>/g)].map(String);
    expect(buttons.filter((one) => !one.includes('disabled'))).toEqual([]);
    expect(form.html).not.toContain('<script');
    expect((await desk.admin.post(`${path}/preview/de/apply`, {})).status).toBe(404);
  });

  it('shows a language that is finished but not offered, and the fallback with its language', async () => {
    const path = await prepareCall(desk, 'preview-two');
    const missing = await desk.admin.get(`${path}/preview/ka`);
    expect(missing.html).toContain('<html lang="ka"');
    expect(missing.html).toContain('<h1 lang="de">Stimmen vom Schwarzen Meer</h1>');
    await edit(desk.admin, `${path}/texts/ka`, {
      ...{ title: 'ხმები', lead: 'მოკლედ', seek: 'ვინ', readers: 'რედაქცია' },
    });
    expect((await desk.admin.get(`${path}/preview/ka`)).html).toContain('<h1>ხმები</h1>');
  });
});

describe('for the article', () => {
  it('gives link, button and QR code with the article’s address', async () => {
    const via = 'https://example.org/a?b="c"&d=<e>';
    const query = new URLSearchParams({ language: 'ka', via });
    const { status, html } = await desk.editor.get(`${seeded}/article?${query}`);
    const link = `http://localhost:3000/ka/calls/regional-experts?via=${encodeURIComponent(via)}`;
    const text = (id: string): string =>
      new RegExp(`<textarea[^>]*id="${id}"[^>]*>(.*?)</textarea>`, 's').exec(html)?.[1] ?? '';
    expect(status).toBe(200);
    expect(plainText(text('link'))).toBe(link);
    expect(text('snippet')).toContain('&lt;p&gt;&lt;a href=');
    expect(text('snippet')).toContain('hreflang=&quot;ka&quot;');
    const svg = await desk.editor.get(`${seeded}/qr.svg?${query}`);
    expect(svg.headers.get('content-type')).toBe('image/svg+xml');
    expect(svg.headers.get('content-disposition')).toContain('regional-experts-ka.svg');
    expect(svg.html).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
    // What the code says is what the page shows.
    expect(html).toContain(/<path d="([^"]+)"/.exec(svg.html)![1]!);
  });

  it('refuses an address that the call page would not keep', async () => {
    const via = `https://example.org/${'a'.repeat(300)}`;
    const { status, html } = await desk.editor.get(`${seeded}/article?via=${via}`);
    expect(status).toBe(422);
    expect(summaryOf(html)).toEqual([
      { field: 'via', message: 'Shorten “Address of the article” to 300 characters' },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.tsx';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, hrefsOf, titleOf } from '../support/html.ts';
import {
  applyPath,
  fieldParts,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
  submitFilled,
} from '../support/send-form.ts';

let test: TestApp;
let paths: string[];
/** Not by the last letter: a token may end with any. */
const isProbe = (path: string): boolean => path === '/healthz' || path === '/readyz';
const sameForAll = ['/de/calls/regional-experts', applyPath()];
beforeAll(async () => {
  test = await createTestApp({
    PUBLIC_URL: 'https://apply.example.org',
    RATE_LIMITS: 'on',
  });
  const token = await fillDraft(test.app);
  paths = [
    '/',
    '/en',
    '/de/calls/regional-experts',
    applyPath(),
    `/en/drafts/${token}`,
    `/en/drafts/${token}/check`,
    await submitFilled(test.app),
    '/en/privacy',
    '/de/imprint',
    '/en/nothing',
    '/fr',
    '/healthz',
    '/readyz',
  ];
});
afterAll(() => test.stop());

describe('every public answer', () => {
  it('3.4.1, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 14.3.2: carries the security headers, errors and redirects too', async () => {
    for (const path of paths) {
      const { headers } = await test.app.request(path);
      const policy = headers.get('content-security-policy') ?? '';
      for (const rule of [
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
      ]) {
        expect([path, policy]).toEqual([path, expect.stringContaining(rule)]);
      }
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': 'max-age=63072000',
        // What is the same for everybody may be kept, and is asked for each time.
        'cache-control': sameForAll.includes(path) ? 'no-cache' : 'no-store',
      });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('4.1.1: says its type and charset', async () => {
    for (const path of paths) {
      const answer = await test.app.request(path);
      if (answer.status === 303) continue;
      expect([path, answer.headers.get('content-type')?.toLowerCase()]).toEqual([
        path,
        isProbe(path) ? 'application/json' : 'text/html; charset=utf-8',
      ]);
    }
  });

  it('14.2.3, check 22: refers to nothing but this site, and runs nothing that stands in the page', async () => {
    for (const path of paths) {
      const html = await (await test.app.request(path)).text();
      const loaded = [
        ...elementsOf(html, 'script').map((one) => one.src),
        ...elementsOf(html, 'link')
          // These name the page itself; nothing is fetched.
          .filter(({ rel }) => rel !== 'canonical' && rel !== 'alternate')
          .map((one) => one.href),
        ...elementsOf(html, 'img').map((one) => one.src),
      ];
      for (const address of loaded) expect(address).toMatch(/^\/assets\/[a-z]+\.[0-9a-f]+\.\w+$/);
      expect(html).not.toMatch(/<style|<script>|\sstyle="|\son\w+="/);
      for (const href of hrefsOf(html)) expect(href).toMatch(/^(\/|#|mailto:)/);
    }
  });

  it('3.4.2: gives no other site leave to read it', async () => {
    for (const path of paths) {
      const { headers } = await test.app.request(path, {
        headers: { origin: 'https://evil.example' },
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    const preflight = await test.app.request(applyPath(), {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('keeps private pages out of search engines, and only those', async () => {
    for (const path of paths.filter((one) => !isProbe(one) && one !== '/')) {
      const html = await (await test.app.request(path)).text();
      const hidden = elementsOf(html, 'meta').some((one) => one.name === 'robots');
      const open = /^\/(en|de\/calls\/regional-experts|en\/privacy|de\/imprint)$/.test(path);
      expect([path, hidden]).toEqual([path, !open]);
    }
  });

  it('attack 20: does not believe the Host header', async () => {
    const host = 'evil.example';
    // This one keeps no page yet that somebody else asked for under another name.
    const app = createApp(test.deps);
    for (const path of paths) {
      // The server makes the address of a request of its Host header.
      const answer = await app.request(`https://${host}${path}`, {
        headers: { host, 'x-forwarded-host': host, forwarded: `host=${host}` },
      });
      expect([path, answer.status < 500]).toEqual([path, true]);
      expect(await answer.text()).not.toContain(host);
      expect(answer.headers.get('location') ?? '').not.toContain(host);
    }
  });

  it('lets assets be kept, and compresses them when asked', async () => {
    const html = await (await test.app.request('/en')).text();
    const [css] = elementsOf(html, 'link').map((one) => one.href!);
    const plain = await test.app.request(css!);
    const packed = await test.app.request(css!, { headers: { 'accept-encoding': 'gzip' } });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    expect((await test.app.request('/assets/public.000000000000.css')).status).toBe(404);
  });
});

describe('without https', () => {
  it('no browser is told to insist on it', async () => {
    const plain = await createTestApp();
    const { headers } = await plain.app.request('/en');
    await plain.stop();
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

describe('the origin of a POST', () => {
  const post = async (origin: string | undefined): Promise<number> => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    return (await sendForm(test.app, goodFields, [], { headers })).status;
  };

  it('3.5.1: is ours or absent', async () => {
    expect(await post('https://apply.example.org')).toBe(422);
    expect(await post(undefined)).toBe(422);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://apply.example.org',
    'https://apply.example.org:8443',
    'https://apply.example.org.evil.example',
    'http://localhost:3000',
    '',
  ])('%j is refused with 403 and stores nothing', async (origin) => {
    const count = async () =>
      (await test.deps.db.selectFrom('applications').select('id').execute()).length;
    const before = await count();
    expect(await post(origin)).toBe(403);
    expect(await count()).toBe(before);
  });

  it.each(['https://evil.example', 'null'])(
    '%j gives back what was typed, and leads to a draft of its own only',
    async (origin) => {
      const token = await fillDraft(test.app);
      const typed = { ...goodFields, topics: 'one <b>\r\ntwo', draft: token };
      const answer = await sendForm(test.app, typed, goodFiles(), { headers: { origin } });
      const html = await answer.text();
      expect(answer.status).toBe(403);
      expect(titleOf(html)).toBe('Error: The form came from elsewhere – Caucasus Watch');
      const carried = elementsOf(html, 'input').map(({ name, value }) => [name, value]);
      const { draft: _, ...kept } = typed;
      expect(carried).toEqual(
        fieldParts(kept).map(({ field, bytes }) => [field, bytes.toString()]),
      );
      expect(elementsOf(html, 'button')).toEqual([
        expect.objectContaining({ name: 'intent', value: 'save' }),
      ]);
    },
  );

  it('3.5.8: a browser’s word that another site sends or embeds is believed; a link from there is followed', async () => {
    const ask = async (path: string, method: string, site: string, mode: string) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode };
      return (await test.app.request(path, { method, headers })).status;
    };
    const page = paths.find((path) => path.includes('/applications/'))!;
    for (const mode of ['no-cors', 'cors', 'websocket']) {
      expect(await ask(page, 'GET', 'cross-site', mode)).toBe(403);
      expect(await ask('/admin', 'GET', 'cross-site', mode)).toBe(403);
    }
    expect(await ask(page, 'GET', 'cross-site', 'navigate')).toBe(200);
    expect(await ask(page, 'GET', 'same-origin', 'cors')).toBe(200);
    expect(await ask(page, 'GET', 'none', 'navigate')).toBe(200);
    expect(await ask('/admin', 'GET', 'cross-site', 'navigate')).toBe(303);
    expect(await ask(`${page}/withdraw`, 'POST', 'cross-site', 'navigate')).toBe(403);
    const { headers } = await test.app.request(page);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('is asked of submitting as well', async () => {
    const token = await fillDraft(test.app);
    const answer = await test.app.request(`/en/drafts/${token}/submit`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
    expect((await submit(test.app, token)).status).toBe(303);
  });

  it('may have each of this machine’s names while no address is configured', async () => {
    const local = await createTestApp();
    const url = new URL(await local.listen());
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      const headers = { origin: `http://${host}:${url.port}` };
      expect((await sendForm(local.app, goodFields, [], { headers })).status).toBe(422);
    }
    const headers = { origin: `http://localhost:${Number(url.port) + 1}` };
    expect((await sendForm(local.app, goodFields, [], { headers })).status).toBe(403);
    await local.stop();
  });
});

describe('GET', () => {
  it('changes nothing', async () => {
    const count = async (): Promise<number[]> =>
      await Promise.all(
        (['applications', 'documents', 'events', 'mails', 'accessLog'] as const).map(
          async (table) => (await test.deps.db.selectFrom(table).select('id').execute()).length,
        ),
      );
    const before = await count();
    for (const path of paths) await test.app.request(path);
    expect(await count()).toEqual(before);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  applyPath,
  filePart,
  fillDraft,
  goodFiles,
  sendForm,
  submit,
} from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

type Line = { msg: string; method: string; route: string; status: number };
const requests = (): Line[] =>
  test.logged.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'request');

describe('the log', () => {
  it('14.2.1: has one line for each request, with the route’s pattern and never its path', async () => {
    const token = await fillDraft(test.app);
    await test.app.request(`/en/drafts/${token}/check`);
    const location = (await submit(test.app, token)).headers.get('location')!;
    await test.app.request(`${location}?secret=canary`);
    await test.app.request(`/en/drafts/${'x'.repeat(32)}`);
    await test.app.request('/canary/canary/canary');
    await test.app.request('/fr/calls/canary');
    await test.app.request('/en/calls/canary');
    expect(requests().map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'POST /:language/calls/:slug/apply 303',
      'GET /:language/drafts/:token/check 200',
      'POST /:language/drafts/:token/submit 303',
      'GET /:language/applications/:token 200',
      'GET /:language/drafts/:token 404',
      'GET /:language/* 404',
      'GET /:language/* 404',
      'GET /:language/calls/:slug 404',
    ]);
    expect(test.logged.join()).not.toContain(token);
    expect(test.logged.join()).not.toContain(location.split('/').at(-1));
    expect(test.logged.join()).not.toContain('canary');
  });

  it('14.2.1, 16.2.5: knows no person: not by name, address, answers, file names or texts', async () => {
    test.logged.length = 0;
    const canary = {
      fullName: 'Canary Name',
      latinName: 'Canary Latin',
      penName: 'Canary Pen',
      email: 'canary@example.org',
      contactChannel: 'signal',
      contactHandle: '+1 202 555 0199',
      placesOther: 'Canary Islands',
      places: ['canary'],
      topics: 'canary\n{"level":50,"msg":"forged"}',
      links: ['https://canary.example/'],
      cvText: 'canary text',
      via: 'https://canary.example/article',
      'q-canary': 'canary',
    };
    await sendForm(test.app, canary, [filePart('cv', 'canary-file.pdf'), ...goodFiles().slice(1)]);
    await test.app.request('/en/calls/regional-experts?via=canary', {
      headers: {
        'user-agent': 'canary agent',
        referer: 'https://canary.example',
        'x-forwarded-for': '203.0.113.77',
        cookie: 'canary=1',
      },
    });
    await sendForm(test.app, canary, [], { headers: { origin: 'https://canary.example' } });
    expect(test.logged).toHaveLength(3);
    expect(test.logged.join()).not.toMatch(/canary|555 0199|203\.0\.113|forged/i);
  });

  it('names each request by the id that its answer carries', async () => {
    test.logged.length = 0;
    const answer = await test.app.request('/en', { headers: { 'x-request-id': 'forged' } });
    const line = JSON.parse(test.logged[0]!) as { requestId: string };
    expect(line.requestId).toBe(answer.headers.get('x-request-id'));
    expect(line.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('16.4.1: has one JSON object on each line, whatever an address or a header tries to add', async () => {
    test.logged.length = 0;
    const forged = '{"level":50,"msg":"forged"}';
    const forgedPath = encodeURIComponent(`\r\n${forged}\n`);
    for (const path of [
      `/en/${forgedPath}`,
      `/${forgedPath}`,
      `/en/drafts/${forgedPath}?q=${forgedPath}`,
    ]) {
      await test.app.request(path, {
        headers: { 'user-agent': forged, 'x-request-id': forged, referer: forged },
      });
    }
    const body = new FormData();
    body.set('fullName', `x\r\n${forged}`);
    await test.app.request(applyPath(), { method: 'POST', body });
    expect(test.logged).toHaveLength(4);
    for (const line of test.logged) {
      expect(line.trimEnd().split(/[\r\n\u2028\u2029]/)).toHaveLength(1);
      expect(JSON.parse(line).msg).toBe('request');
      expect(line).not.toContain('forged');
    }
  });
});

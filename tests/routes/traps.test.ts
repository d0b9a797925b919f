import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { applyPath, fillDraft, goodFiles } from '../support/send-form.ts';

let test: TestApp;
let lax: TestApp;
let others = 0;
beforeAll(async () => {
  test = await createTestApp({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
  lax = await createTestApp();
});
afterAll(async () => {
  await test.stop();
  await lax.stop();
});
beforeEach(() => test.clock.advance(24 * 3600));

const fromElsewhere = () => {
  others += 1;
  return { headers: { 'x-forwarded-for': `192.0.2.${others}` } };
};
type Sending = { headers: Record<string, string> };
const fill = async (changes: Record<string, string> = {}, from: Sending = fromElsewhere()) => {
  const email = `nino${Math.random()}@example.org`;
  return await fillDraft(test.app, { email, ...changes }, goodFiles(), from);
};
const press = async (token: string, fields: Record<string, string>, from = fromElsewhere()) =>
  await test.app.request(`/en/drafts/${token}/submit`, {
    ...{ method: 'POST', body: new URLSearchParams(fields) },
    ...from,
  });
const boxOf = (html: string) => elementsOf(html, 'input').filter(({ name }) => name === 'person');

describe('the field that people do not see', () => {
  it('has a label for who sees it all the same, and no place in the order of the keys', async () => {
    const html = await (await test.app.request(applyPath())).text();
    expect(elementsOf(html, 'input').find(({ name }) => name === 'homepage')).toMatchObject({
      ...{ id: 'homepage', type: 'text', autocomplete: 'off', tabindex: '-1' },
    });
    expect(plainText(html)).toContain('Leave this empty.');
    expect(elementsOf(html, 'label').map((one) => one.for)).toContain('homepage');
  });

  it('check 26: filled in, has a person confirm on the check page, and everything is kept', async () => {
    const token = await fill({ homepage: 'https://spam.example' });
    test.clock.advance(60);
    const check = await (await test.app.request(`/en/drafts/${token}/check`)).text();
    expect(boxOf(check)).toHaveLength(1);
    const refused = await press(token, {});
    const html = await refused.text();
    expect([refused.status, titleOf(html)]).toEqual([
      422,
      'Error: Check your answers – Caucasus Watch',
    ]);
    expect(plainText(html)).toContain('Nothing was sent yet. Tick the box above the button');
    expect(boxOf(html)).toHaveLength(1);
    expect((await press(token, { person: 'maybe' })).status).toBe(422);
    const sent = await press(token, { person: 'yes' });
    expect(sent.headers.get('location')).toContain('/en/applications/');
  });

  it('is forgotten with the day, and stands nowhere near the application', async () => {
    const token = await fill({ homepage: 'x' });
    const { rows } = await test.deps.db
      .selectFrom('rateLimitCounters')
      .selectAll()
      .where('bucket', '=', 'draft-trapped')
      .execute()
      .then((all) => ({ rows: all.map(({ subject }) => subject.length) }));
    expect(rows).toEqual([32]);
    test.clock.advance(24 * 3600);
    expect((await press(token, {})).status).toBe(303);
  });

  it('left empty, or full of spaces, asks for nothing', async () => {
    const token = await fill({ homepage: '  ' });
    test.clock.advance(60);
    const check = await (await test.app.request(`/en/drafts/${token}/check`)).text();
    expect(boxOf(check)).toHaveLength(0);
    expect((await press(token, {})).status).toBe(303);
  });
});

describe('submitting within three seconds of the draft', () => {
  it('passes three times an hour from one address, then a person confirms', async () => {
    const here = fromElsewhere();
    for (let count = 0; count < 3; count += 1) {
      expect((await press(await fill({}, here), {}, here)).status).toBe(303);
    }
    const token = await fill({}, here);
    const asked = await press(token, {}, here);
    expect([asked.status, boxOf(await asked.text()).length]).toEqual([422, 1]);
    expect((await press(token, { person: 'yes' }, here)).status).toBe(303);
    // From elsewhere, or after a look at the answers, nobody is asked.
    expect((await press(await fill(), {})).status).toBe(303);
    const slow = await fill({}, here);
    test.clock.advance(3);
    expect((await press(slow, {}, here)).status).toBe(303);
  });
});

it('with RATE_LIMITS off there is no trap', async () => {
  for (let count = 0; count < 5; count += 1) {
    const changes = { homepage: 'x', email: `n${count}@example.org` };
    const token = await fillDraft(lax.app, changes);
    const sent = await lax.app.request(`/en/drafts/${token}/submit`, { method: 'POST' });
    expect(sent.status).toBe(303);
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getPublication } from '../../src/db/calls.ts';
import type { Challenge } from '../../src/domain/proof-of-work.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { solve } from '../support/proof.ts';
import { applyPath, goodFields, goodFiles, sendForm } from '../support/send-form.ts';
import { createTus } from '../support/tus.ts';

let test: TestApp;
let url: string;
let others = 0;
beforeAll(async () => {
  test = await createTestApp({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
  url = await test.listen();
});
afterAll(() => test.stop());
beforeEach(async () => {
  test.clock.advance(24 * 3600);
  await guard({ floodGuard: 'auto', floodUntil: null });
});

const guard = async (changes: { floodGuard?: 'auto' | 'on'; floodUntil?: Date | null }) => {
  await test.deps.db.updateTable('publication').set(changes).execute();
};
/** As somebody from an address that nobody has asked from. */
const fromElsewhere = () => {
  others += 1;
  return { headers: { 'x-forwarded-for': `198.51.${others >> 8}.${others & 255}` } };
};
const begin = async (fields: Record<string, string> = {}): Promise<number> =>
  (await sendForm(test.app, { ...fields, intent: 'save' }, [], fromElsewhere())).status;
const countDrafts = async (): Promise<number> =>
  (await test.deps.db.selectFrom('applications').select('id').execute()).length;
const ask = async (): Promise<Challenge> => {
  const answer = await test.app.request('/proof');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return (await answer.json()) as Challenge;
};
const prove = async (): Promise<string> => solve(await ask());
/** Uses up what those without proof share. */
const spendShared = async (): Promise<void> => {
  for (let count = 0; count < 30; count += 1) expect(await begin()).toBe(303);
};

describe('without a flood', () => {
  it('check 26: nobody is asked for proof, and the form loads no script for it', async () => {
    expect((await test.app.request('/proof')).status).toBe(404);
    const html = await (await test.app.request(applyPath())).text();
    const scripts = elementsOf(html, 'script').map(({ src }) => src);
    expect(scripts.filter((src) => src?.includes('proof'))).toEqual([]);
    expect(await begin()).toBe(303);
  });

  it('2.4.1: more than 200 new drafts in ten minutes, from however many addresses, are one', async () => {
    for (let count = 0; count < 200; count += 1) expect(await begin()).toBe(303);
    expect((await getPublication(test.deps.db)).floodUntil).toBeNull();
    expect(await begin()).toBe(303);
    const { floodUntil } = await getPublication(test.deps.db);
    expect(floodUntil).toEqual(new Date(test.clock.now().getTime() + 30 * 60_000));
    expect(test.logged.filter((line) => line.includes('proof of work is asked'))).toHaveLength(1);
    await spendShared();
    expect(await begin()).toBe(429);
    expect(await begin({ altcha: await prove() })).toBe(303);
    // It is put off while it goes on, and over half an hour after its last sign.
    test.clock.advance(9 * 60);
    await begin({ altcha: await prove() });
    expect((await getPublication(test.deps.db)).floodUntil).toEqual(floodUntil);
    test.clock.advance(22 * 60);
    expect((await test.app.request('/proof')).status).toBe(404);
    expect(await begin()).toBe(303);
  });
});

describe('in a flood', () => {
  beforeEach(() => guard({ floodGuard: 'on' }));

  it('the form says where proof is made, and again not once a draft is there', async () => {
    const html = await (await test.app.request(applyPath())).text();
    const scripts = elementsOf(html, 'script').map(({ src }) => src);
    expect(scripts.filter((src) => src?.startsWith('/assets/proof.'))).toHaveLength(1);
    const saved = await sendForm(test.app, { ...goodFields, intent: 'save' }, [], fromElsewhere());
    const page = await (await test.app.request(saved.headers.get('location')!)).text();
    expect(page).not.toContain('proof.');
  });

  it('a proof opens one draft, also behind files, and the next one not', async () => {
    await spendShared();
    const altcha = await prove();
    const opened = await sendForm(
      test.app,
      { altcha, ...goodFields },
      goodFiles(),
      fromElsewhere(),
    );
    expect(opened.status).toBe(303);
    const before = await countDrafts();
    expect(await begin({ altcha })).toBe(429);
    expect(await begin({ altcha: solve(await ask(), { number: 1 }) })).toBe(429);
    expect(await countDrafts()).toBe(before);
  });

  it('of one proof that comes twice at once, one draft is begun', async () => {
    await spendShared();
    const altcha = await prove();
    const answers = await Promise.all(Array.from({ length: 5 }, () => begin({ altcha })));
    expect(answers.toSorted()).toEqual([303, 429, 429, 429, 429]);
  });

  it('a page that saves by itself and an upload bring their proof too', async () => {
    await spendShared();
    const typed = async (fields: Record<string, string>) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return await test.app.request('/en/calls/regional-experts/typed', {
        ...{ method: 'POST', body },
        ...fromElsewhere(),
      });
    };
    const refused = await typed({ fullName: 'Nino' });
    expect([refused.status, refused.headers.get('proof')]).toEqual([429, 'wanted']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await typed({ fullName: 'Nino', altcha: await prove() })).status).toBe(201);

    const tus = createTus(url);
    const upload = (metadata: Record<string, string>) =>
      tus.create({ length: 10, metadata }, fromElsewhere().headers);
    const away = await upload({});
    expect([away.status, away.headers.get('proof')]).toEqual([429, 'wanted']);
    expect(await away.text()).toMatch(/^Very many forms are arriving, so only a few/);
    expect((await upload({ altcha: await prove() })).status).toBe(201);
  });

  it('2.4.1: without JavaScript thirty in ten minutes get in, and the others keep what they typed and learn when', async () => {
    await spendShared();
    const fields = { ...goodFields, topics: 'kept', altcha: 'x' };
    const answer = await sendForm(test.app, fields, goodFiles(), fromElsewhere());
    const html = await answer.text();
    expect([answer.status, titleOf(html)]).toEqual([
      429,
      'Error: Very many forms are arriving – Caucasus Watch',
    ]);
    expect(Number(answer.headers.get('retry-after'))).toBe(600);
    expect(plainText(html)).toContain('What you typed is kept on this page.');
    const carried = elementsOf(html, 'input').map(({ name, value }) => [name, value]);
    expect(carried).toContainEqual(['topics', 'kept']);
    expect(carried.map(([name]) => name)).not.toContain('altcha');
    test.clock.advance(600);
    expect(await begin()).toBe(303);
  });

  it('drafts that there are go on without', async () => {
    const saved = await sendForm(test.app, { ...goodFields, intent: 'save' }, [], fromElsewhere());
    const draft = /drafts\/([\w-]+)/.exec(saved.headers.get('location')!)![1]!;
    await spendShared().catch(() => {});
    expect(await begin()).toBe(429);
    expect(await begin({ draft, fullName: 'Nino' })).toBe(303);
  });

  it('an address begins sixty an hour, with whatever proof', async () => {
    const here = fromElsewhere();
    const send = async (): Promise<number> => {
      const fields = { intent: 'save', altcha: await prove() };
      return (await sendForm(test.app, fields, [], here)).status;
    };
    for (let count = 0; count < 60; count += 1) expect(await send()).toBe(303);
    expect(await send()).toBe(429);
  });
});

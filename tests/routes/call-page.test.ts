import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, hrefsOf, plainText, titleOf } from '../support/html.ts';

const path = '/calls/regional-experts';
const address = `https://apply.example.org/en${path}`;
const day = 86_400_000;
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ PUBLIC_URL: 'https://apply.example.org', RATE_LIMITS: 'on' });
});
afterAll(() => test.stop());
afterEach(async () => {
  const { db, clock } = test.deps;
  await db.deleteFrom('callVersions').where('number', '>', 1).execute();
  await db.deleteFrom('calls').where('slug', '!=', 'regional-experts').execute();
  await db.updateTable('calls').set({ opensAt: clock.now(), closesAt: null }).execute();
});

const read = async (where: string): Promise<string> => {
  const answer = await test.app.request(where);
  expect(answer.status).toBe(200);
  return await answer.text();
};

/** A newer version of the call, or another call, made of the seeded one. */
const addVersion = async (columns: string): Promise<void> => {
  await sql`insert into call_versions select (jsonb_populate_record(v,
      ${columns}::jsonb || jsonb_build_object('id', gen_random_uuid(), 'number', 2))).*
    from call_versions as v where number = 1`.execute(test.deps.db);
};
const addCall = async (slug: string, opensAt: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`insert into calls
    (id, slug, opens_at, created_at) values (gen_random_uuid(), ${slug}, ${opensAt}, now())
    returning id`.execute(test.deps.db);
  await addVersion(JSON.stringify({ call_id: rows[0]!.id }));
};
const setTimes = async (opensIn: number, closesIn: number | null): Promise<void> => {
  const now = test.clock.now().getTime();
  const closesAt = closesIn === null ? null : new Date(now + closesIn * day);
  const opensAt = new Date(now + opensIn * day);
  await test.deps.db.updateTable('calls').set({ opensAt, closesAt }).execute();
};

describe('the page of a call', () => {
  it('5.1.1: says what is asked for and how, who reads it, when they reply and delete, whom to ask', async () => {
    const text = plainText(await read(`/en${path}`)).replace(/\s+/g, ' ');
    for (const sentence of [
      'CV Two pages are enough',
      'Writing sample Up to three pieces, published or not, in any language',
      'PDF, DOCX, ODT, RTF or TXT, up to 10 MB each, at most 5 files in all.',
      'Any document can be pasted as text instead of sent as a file',
      'About ten minutes, no account needed',
      'Reply within 14 days',
      'Your receipt names the day. If we do not keep to it, we tell you so.',
      'Who reads it The editors of Caucasus Watch',
      'Deleted 6 months after a decline',
      'Questions: i.dostalik@caucasuswatch.de',
    ]) {
      expect(text).toContain(sentence);
    }
  });

  it('names the fee whole, or says that it is not there yet', async () => {
    const before = plainText(await read(`/en${path}`));
    expect(before).toContain('The newsroom has not entered its fees here yet.');
    const fee = { currency: 'EUR', from: 120, to: 250, expenses: true, killFeePercent: 50 };
    await addVersion(JSON.stringify({ fee: { ...fee, paidWithinDays: 30 } }));
    const text = plainText(await read(`/en${path}`));
    expect(text).toContain('120 to 250 EUR per published piece');
    expect(text).toContain('Expenses are paid');
    expect(text).toContain('50 % of the fee if an agreed piece is not published');
    expect(text).toContain('Paid within 30 days');
    expect(text).not.toContain('not entered its fees');
  });

  it('marks what is written in another language, and leaves search engines to that page', async () => {
    const { texts } = await test.deps.db
      .selectFrom('callVersions')
      .select('texts')
      .executeTakeFirstOrThrow();
    await addVersion(JSON.stringify({ texts: { de: texts.de, ru: texts.ru } }));
    const html = await read(`/ka${path}`);
    expect(elementsOf(html, 'h1')).toEqual([{ lang: 'de' }]);
    expect(elementsOf(html, 'h2').some(({ lang }) => lang !== undefined)).toBe(false);
    const links = elementsOf(html, 'link');
    expect(links.find(({ rel }) => rel === 'canonical')!.href).toBe(
      `https://apply.example.org/de${path}`,
    );
    const alternates = links.filter(({ rel }) => rel === 'alternate');
    expect(alternates.map(({ hreflang }) => hreflang)).toEqual(['de', 'ru', 'x-default']);
    expect(hrefsOf(html)).toContain(`/hy${path}`);
  });
});

describe('an article’s address', () => {
  const via = 'https://news.example/a?b=1&c=ü';
  const query = `?via=${encodeURIComponent(via)}`;

  it('goes along to the form and to every other language', async () => {
    const html = await read(`/en${path}${query}`);
    const links = hrefsOf(html).filter((href) => href.includes(path));
    const apply = `/en${path}/apply${query}`;
    expect(links.sort()).toEqual(
      [...languages.map((one) => `/${one}${path}${query}`), apply, apply].sort(),
    );
  });

  it('is left out when it is too long, and never stands in what previews show', async () => {
    const long = await read(`/en${path}?via=https://news.example/${'a'.repeat(300)}`);
    expect(long).not.toContain('via=');
    const html = await read(`/en${path}${query}`);
    for (const { content, href } of [...elementsOf(html, 'meta'), ...elementsOf(html, 'link')]) {
      expect(`${content} ${href}`).not.toContain('news.example');
    }
  });
});

describe('the state of a call', () => {
  const next = async (language = 'en') => {
    const html = await read(`/${language}${path}`);
    const links = hrefsOf(html);
    return {
      text: plainText(html),
      apply: links.some((href) => href.endsWith('/apply')),
      others: links.filter((href) => href === `/${language}`).length > 1,
    };
  };

  it.each([
    ['rolling', -1, null, 'Open without a closing date.', true, false],
    ['open', -1, 7, 'Open until 1 December 2026, 10:00 CET.', true, false],
    ['not open yet', 2, null, 'This call opens on 26 November 2026, 10:00 CET.', false, false],
    ['closed', -9, -2, 'This call closed on 22 November 2026, 10:00 CET.', false, true],
  ] as const)('%s: says so and what one can do', async (_state, opens, closes, said, ...steps) => {
    await setTimes(opens, closes);
    const { text, apply, others } = await next();
    expect(text).toContain(said);
    expect([apply, others]).toEqual(steps);
  });

  it('before and after it is open, tells what comes', async () => {
    await setTimes(2, null);
    expect((await next('de')).text).toContain('Von da an finden Sie hier das Formular.');
    await setTimes(-9, -2);
    expect((await next('de')).text).toContain('Das Formular ist geschlossen.');
  });
});

describe('the list of calls', () => {
  it('says where there is none, and what happens to those who have applied', async () => {
    await setTimes(-9, -2);
    const text = plainText(await read('/'));
    expect(text).toContain('There is no open call at the moment.');
    expect(text).toContain('Whoever has applied already keeps the private page');
    expect(text).not.toContain('Regional experts');
  });

  it('has those that are open, then those that will be', async () => {
    const now = test.clock.now().getTime();
    await addCall('soon', new Date(now + 3 * day));
    await addCall('second', new Date(now - day));
    const html = await read('/');
    expect(hrefsOf(html).filter((href) => href.includes('/calls/'))).toEqual([
      `/en${path}`,
      '/en/calls/second',
      '/en/calls/soon',
    ]);
    expect(plainText(html)).toContain('This call opens on 27 November 2026');
    expect(plainText(html)).not.toContain('There is no open call');
  });

  it('is passed over while one call is open, whatever will open later', async () => {
    await addCall('soon', new Date(test.clock.now().getTime() + day));
    const answer = await test.app.request('/', { headers: { 'accept-language': 'hy' } });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/hy${path}`]);
  });
});

describe('a link to a page that anybody may pass on', () => {
  const metaOf = (html: string): Record<string, string[]> => {
    const found: Record<string, string[]> = {};
    for (const { property, name, content = '' } of elementsOf(html, 'meta')) {
      const key = property ?? name;
      if (key) found[key] = [...(found[key] ?? []), content];
    }
    return found;
  };

  it('is shown elsewhere with title, lead and language', async () => {
    const html = await read(`/en${path}`);
    const lead =
      'We seek local experts from Georgia, Armenia, Azerbaijan and the North Caucasus who explain their region to readers across Europe.';
    const { viewport: _, ...meta } = metaOf(html);
    expect(meta).toEqual({
      description: [lead],
      'og:type': ['website'],
      'og:site_name': ['Caucasus Watch'],
      'og:title': ['Regional experts'],
      'og:description': [lead],
      'og:url': [address],
      'og:locale': ['en_GB'],
      'og:locale:alternate': ['de_DE', 'ru_RU', 'ka_GE', 'hy_AM', 'az_AZ'],
      'twitter:card': ['summary'],
      'twitter:title': ['Regional experts'],
      'twitter:description': [lead],
    });
    expect(titleOf(html)).toBe('Regional experts – Caucasus Watch');
  });

  it.each([path, '', '/privacy', '/imprint', '/accessibility'])(
    'says where %s is in each language',
    async (where) => {
      for (const language of languages) {
        const html = await read(`/${language}${where}`);
        const at = (one: string): string => `https://apply.example.org/${one}${where}`;
        const links = elementsOf(html, 'link').filter(({ rel }) => rel !== 'stylesheet');
        expect(links.filter(({ rel }) => rel === 'canonical')).toEqual([
          { rel: 'canonical', href: at(language) },
        ]);
        expect(links.filter(({ rel }) => rel === 'alternate')).toEqual([
          ...languages.map((one) => ({ rel: 'alternate', hreflang: one, href: at(one) })),
          { rel: 'alternate', hreflang: 'x-default', href: at('en') },
        ]);
        expect(html).not.toContain('noindex');
      }
    },
  );

  it('is told apart from what belongs to one person', async () => {
    const html = await read(`/en${path}/apply`);
    expect(html).toContain('<meta name="robots" content="noindex"/>');
    expect(html).not.toMatch(/og:|canonical|x-default/);
  });
});

describe('the page of a call and its blank form, which are the same for everybody', () => {
  const ask = async (where: string, tag: string, packed = false): Promise<Response> =>
    await test.app.request(where, {
      headers: { 'if-none-match': tag, ...(packed && { 'accept-encoding': 'gzip' }) },
    });
  const tagOf = async (where: string): Promise<string> =>
    (await test.app.request(where)).headers.get('etag')!;

  it.each([`/ka${path}`, `/ka${path}/apply`])('are not sent again: %s', async (where) => {
    const tag = await tagOf(where);
    const again = await ask(where, `"another", W/${tag}`);
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
    expect(again.headers.get('cache-control')).toBe('no-cache');
    // Packed they are other bytes.
    const packed = await ask(where, tag, true);
    expect([packed.status, packed.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect((await ask(where, packed.headers.get('etag')!, true)).status).toBe(304);
    expect((await ask(where, '"another"')).status).toBe(200);
  });

  it('are sent again in another language, after an edit, and once the call has closed', async () => {
    const tag = await tagOf(`/en${path}`);
    expect((await ask(`/de${path}`, tag)).status).toBe(200);
    expect((await ask(`/en${path}`, tag)).status).toBe(304);
    await addVersion(JSON.stringify({ reply_days: 21 }));
    const edited = await ask(`/en${path}`, tag);
    expect([edited.status, plainText(await edited.text()).replace(/\s+/g, ' ')]).toEqual([
      200,
      expect.stringContaining('Reply within 21 days'),
    ]);
    await setTimes(-2, -1);
    const closed = await ask(`/en${path}`, edited.headers.get('etag')!);
    expect([closed.status, plainText(await closed.text())]).toEqual([
      200,
      expect.stringContaining('closed'),
    ]);
  });

  it('are not kept where they carry the article that somebody came from', async () => {
    const { headers } = await test.app.request(`/en${path}?via=https://news.example/a`);
    expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store']);
  });
});

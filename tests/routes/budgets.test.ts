import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createSubmitted, type SentFile } from '../support/factories.ts';
import { elementsOf } from '../support/html.ts';
import { longAnswers } from '../support/public-site.ts';
import { applyPath, filePart, fillDraft, goodFiles } from '../support/send-form.ts';
import { addEnrolled, openSession } from '../support/staff-app.ts';

const kb = 1024;
/** The first congestion window. */
const firstFlight = 14 * kb;

let test: TestApp;
let url: string;
beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
});
afterAll(() => test.stop());

type Raw = { status: number; headers: NodeJS.Dict<string | string[]>; bytes: number };

/** An answer as it travels: the size is that of the compressed body. */
async function getRaw(path: string, headers: Record<string, string> = {}): Promise<Raw> {
  return await new Promise((resolve, reject) => {
    const options = { headers: { 'accept-encoding': 'gzip', ...headers } };
    get(url + path, options, (answer) => {
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode!, headers: answer.headers, bytes });
      });
    }).on('error', reject);
  });
}

/** What a first view of a page loads, by kind. */
async function weigh(path: string, headers: Record<string, string> = {}) {
  const html = await getRaw(path, headers);
  expect([path, html.status]).toEqual([path, 200]);
  expect(html.headers['content-encoding']).toBe('gzip');
  const text = await (await fetch(url + path, { headers })).text();
  const links = elementsOf(text, 'link').filter(
    (one) => one.rel !== 'alternate' && one.rel !== 'canonical',
  );
  const css = links.filter((one) => one.rel === 'stylesheet').map((one) => one.href!);
  const icons = links.filter((one) => one.rel === 'icon').map((one) => one.href!);
  const js = elementsOf(text, 'script').map((one) => one.src!);
  const sizeOf = async (paths: string[]): Promise<number> => {
    const answers = await Promise.all(paths.map((one) => getRaw(one)));
    return answers.reduce((sum, { bytes }) => sum + bytes, 0);
  };
  // Pictures, frames, fonts: whatever else a page could load.
  expect(links.length).toBe(css.length + icons.length);
  expect(text).not.toMatch(/<(img|iframe|picture|video|audio|object|embed|source)[\s>]/);
  const sizes = { html: html.bytes, css: await sizeOf(css), js: await sizeOf(js) };
  return {
    ...sizes,
    total: sizes.html + sizes.css + sizes.js + (await sizeOf(icons)),
    requests: 1 + css.length + js.length + icons.length,
  };
}

describe.each(languages)('the form in %s', (language) => {
  it('is within its budget, blank and filled', async () => {
    const files = [
      filePart('cv', `${'Lebenslauf-'.repeat(9)}.pdf`),
      ...goodFiles().slice(1),
      filePart('writingSample', 'second.txt'),
    ];
    const draft = await fillDraft(test.app, { ...longAnswers, cvText: '' }, files);
    for (const path of [applyPath(language), `/${language}/drafts/${draft}`]) {
      const { html, css, js, total, requests } = await weigh(path);
      expect(html).toBeLessThanOrEqual(10 * kb);
      expect(css).toBeLessThanOrEqual(8 * kb);
      expect(js).toBeLessThanOrEqual(6 * kb);
      expect(html + css).toBeLessThanOrEqual(firstFlight);
      expect(total).toBeLessThanOrEqual(24 * kb);
      expect(requests).toBeLessThanOrEqual(4);
    }
  });

  it('loads at most 20 KB more once a file was chosen', async () => {
    const text = await (await fetch(url + applyPath(language))).text();
    const script = /data-script="([^"]+)"/.exec(text)![1]!;
    expect((await getRaw(script)).bytes).toBeLessThanOrEqual(20 * kb);
  });

  it.each(['', '/calls/regional-experts', '/privacy', '/imprint'])(
    'has pages beside it that are no heavier: %s',
    async (path) => {
      const { total, requests } = await weigh(`/${language}${path}`);
      expect(total).toBeLessThanOrEqual(24 * kb);
      expect(requests).toBeLessThanOrEqual(4);
    },
  );
});

describe('assets', () => {
  it('are compressed, named by their content and kept for ever', async () => {
    const text = await (await fetch(url + applyPath())).text();
    const paths = [...new Set(text.match(/\/assets\/[\w.-]+/g))];
    expect(paths.map((path) => path.replace(/\.[0-9a-f]{12}\./, '.'))).toEqual([
      ...['/assets/icon.svg', '/assets/public.css', '/assets/form.js', '/assets/proof.js'],
      ...['/assets/upload.js', '/assets/autosave.js'],
    ]);
    for (const path of paths) {
      const { headers } = await getRaw(path);
      expect(path).toMatch(/\.[0-9a-f]{12}\./);
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-encoding': 'gzip',
        vary: 'Accept-Encoding',
      });
    }
  });

  it('load no fonts and no pictures', async () => {
    for (const name of ['public.css', 'desk.css'] as const) {
      const css = await (await fetch(url + test.deps.assets.href(name))).text();
      expect(css).not.toMatch(/url\(|@font-face|@import/);
    }
  });
});

describe('the desk', () => {
  it('is within its budget, with a full list and a full application', async () => {
    const { deps } = test;
    const kinds: SentFile['kind'][] = ['cv', 'coverLetter', 'writingSample'];
    const files = kinds.map((kind) => ({ kind, name: `${kind}.pdf` }));
    const { cvText, ...values } = longAnswers;
    const { reference } = await createSubmitted(deps, { values, texts: { cv: cvText }, files });
    for (let count = 0; count < 60; count += 1) {
      await createSubmitted(deps, {
        values: { ...values, fullName: `${values.fullName} ${count}` },
      });
    }
    const { email } = await addEnrolled(deps.db, { role: 'admin' });
    for (const language of ['en', 'ka', 'hy']) {
      await deps.db.updateTable('staff').set({ language }).where('email', '=', email).execute();
      const cookie = await openSession(test, email);
      for (const path of ['/admin', `/admin/applications/${reference}`, '/admin/outbox']) {
        const { html, css, js, total, requests } = await weigh(path, { cookie });
        expect(html).toBeLessThanOrEqual(25 * kb);
        expect(css).toBeLessThanOrEqual(14 * kb);
        expect(js).toBeLessThanOrEqual(30 * kb);
        expect(total).toBeLessThanOrEqual(70 * kb);
        expect(requests).toBeLessThanOrEqual(6);
      }
    }
  });
});

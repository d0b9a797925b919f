import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, hrefsOf, plainText, textareaOf } from '../support/html.ts';
import { fillDraft, goodFields, goodFiles, sendForm, submit } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();

describe('naughty strings', () => {
  const naughty = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</textarea><script>alert(1)</script>',
    '</title><script>alert(1)</script>',
    '{{7*7}} <%= 7 %> {count, plural, other {x}}',
    'javascript:alert(1)',
    '&lt;script&gt;',
    '\u202eevil\u202c',
    '%s%n %00 ../../etc/passwd',
  ].join(' ');

  const expectInert = (html: string): void => {
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/g)) {
      expect(tag).not.toMatch(/^<(img|b|svg|iframe)\b|^<script>/);
      expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/\son\w+/);
    }
    expect(elementsOf(html, 'script').every((one) => one.src?.startsWith('/assets/'))).toBe(true);
    for (const href of hrefsOf(html)) expect(href).not.toMatch(/^\s*javascript:/i);
  };

  it('1.2.1: are inert on the form, the check page and the receipt', async () => {
    const token = await fillDraft(
      test.app,
      {
        fullName: naughty.slice(0, 190),
        penName: naughty.slice(0, 190),
        basedIn: naughty.slice(0, 190),
        topics: naughty,
        placesOther: naughty,
        writingSampleText: naughty,
        links: ['https://example.org/"><script>alert(1)</script>'],
        via: 'javascript:alert(1)',
      },
      goodFiles().map((part) => ({ ...part, name: `<img src=x onerror=alert(1)>${part.name}` })),
    );
    const form = await getPage(`/en/drafts/${token}`);
    expectInert(form);
    expect(textareaOf(form, 'topics')).toBe(naughty.replace(/[\u202e\u202c]/g, ''));
    expectInert(await getPage(`/en/drafts/${token}/check`));
    const location = (await submit(test.app, token)).headers.get('location')!;
    expectInert(await getPage(location));
  });

  it('1.2.2: in a link become no link', async () => {
    const links = [
      'javascript:alert(1)//example.org',
      'javascript://example.org/%0aalert(1)',
      'ftp://example.org/cv.pdf',
    ];
    const answer = await sendForm(test.app, { ...goodFields, links, intent: 'save' }, goodFiles());
    const check = await getPage(answer.headers.get('location')!.replace(/\?.*/, '/check'));
    for (const link of links) expect(plainText(check)).toContain(link);
    expect(hrefsOf(check).filter((href) => /alert|cv\.pdf/.test(href))).toEqual([]);
    expectInert(check);
  });
});

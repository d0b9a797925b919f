import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDocument } from '../../src/documents/copying/copy-document.ts';
import { findActive, readText } from '../../src/documents/reading/read-document.ts';
import { openBrowser } from '../support/browser.ts';
import { sampleTexts } from '../support/sample-texts.ts';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
}, 120_000);
afterAll(() => browser?.close());

// Fonts that hold only the letters in use, compressed objects, lines broken by a program: what people send.
describe('a PDF that a browser has printed is read word for word', () => {
  it.each(Object.keys(sampleTexts))('in %s', async (language) => {
    const { title, paragraphs } = sampleTexts[language]!;
    const long = paragraphs.map((one) => `${one} ${one}`);
    const body = long.map((one) => `<p style="width: 20rem">${one}</p>`).join('');
    await page.setContent(`<html lang="${language}"><h1>${title}</h1>${body}</html>`);
    const bytes = await page.pdf();
    expect(await readText('pdf', bytes)).toMatchObject({
      ...{ text: [title, ...long].join('\n\n'), language, pages: 1 },
    });
    expect(await findActive('pdf', bytes)).toEqual([]);
    const { text } = await readText('pdf', bytes);
    // The browser says by which program and when it was made; that the copy says the same was checked.
    const copy = await copyDocument('pdf', bytes, text);
    expect(bytes.toString('latin1')).toContain('/CreationDate');
    expect(copy!.bytes.toString('latin1')).not.toMatch(/CreationDate|Producer|Chrom|Skia/);
  });
});

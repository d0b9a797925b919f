import { expect, test } from 'vitest';
import { type Language, languages } from '../../../src/i18n.ts';
import { renderEditorialNotification } from '../../../src/mail/templates/editorial-notification.tsx';
import { renderReceipt } from '../../../src/mail/templates/receipt.tsx';
import { documents, notification, receipt } from '../../support/mail-facts.ts';

/** What one reads in the HTML, without its head. */
const wordsOf = (html: string): string =>
  html
    .replace(/^.*?<body[^>]*>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
const wordList = (text: string): string[] =>
  text
    .split(/\s+/)
    .map((word) => word.replace(/^[-(]+|[:)]+$|,$/g, ''))
    .filter((word) => word !== '');

const hrefs = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map((found) => found[1]!);

const bothIn = (language: Language) => [
  renderReceipt(language, receipt),
  renderEditorialNotification(language, notification),
];

test.each(languages)(
  'in %s the HTML says the same words as the text, in the same order',
  (language) => {
    for (const { text, html } of bothIn(language)) {
      expect(wordList(wordsOf(html))).toEqual(wordList(text));
    }
  },
);

test.each(languages)(
  'in %s a mail has one link, ours and bare, and nothing that is fetched',
  (language) => {
    const [receiptMail, notificationMail] = bothIn(language).map(({ html }) => html);
    expect(hrefs(receiptMail!)).toEqual([receipt.link]);
    expect(hrefs(notificationMail!)).toEqual([notification.link]);
    for (const html of [receiptMail!, notificationMail!]) {
      expect(html).not.toMatch(/<(img|link|script|iframe|object|form)|url\(|@import|src=/i);
      expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${language}">`));
      expect(html).toContain('prefers-color-scheme: dark');
      expect(html).not.toContain('undefined');
    }
  },
);

test('what people wrote is text in the HTML, never markup', () => {
  const nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  const facts = {
    ...notification,
    fullName: nasty,
    latinName: nasty,
    penName: nasty,
    placesOther: nasty,
    topics: nasty,
    links: [`javascript:${nasty}`],
    via: nasty,
    documents: [{ ...documents[0]!, name: nasty }],
  };
  for (const { html } of [
    renderEditorialNotification('en', facts),
    renderReceipt('en', {
      ...receipt,
      fullName: nasty,
      callTitle: nasty,
      documents: facts.documents,
    }),
  ]) {
    expect(html).not.toMatch(/<script|<img/);
    expect(hrefs(html)).toHaveLength(1);
  }
});

test('usual mails are far below 20 KB and cut nothing', () => {
  for (const language of languages) {
    for (const { html } of bothIn(language)) {
      expect(Buffer.byteLength(html)).toBeLessThan(10_000);
      expect(html).not.toContain('…');
    }
  }
});

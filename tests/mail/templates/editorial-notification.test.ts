import { expect, test } from 'vitest';
import { renderEditorialNotification } from '../../../src/mail/templates/editorial-notification.tsx';
import { renderReceipt } from '../../../src/mail/templates/receipt.tsx';
import { documents, notification, receipt } from '../../support/mail-facts.ts';

test('the notification says who applied, with what, and where a reply goes', () => {
  const { subject, text } = renderEditorialNotification('en', notification);
  expect(subject).toBe('[F-7K3M9Q] Nino Beridze – Georgia, North Caucasus, Pankisi');
  expect(text).toBe(`Caucasus Watch

Nino Beridze

New application F-7K3M9Q to “Local experts”.

Name as written: ნინო ბერიძე
Name in Latin letters: Nino Beridze
Pen name: N. B.
Places: Georgia, North Caucasus
Also: Pankisi
Lives in: Tbilisi
Languages: Georgian, Russian
Topics: Rivers
  and <roads>
Link: https://nino.example/a?b=1&c=2
Did you use AI tools?: No
Came from: https://news.example/article
Reply by: 4 December 2026


Documents

- CV ნინო.pdf (CV, 212 kB)
- Pasted text (Cover letter, 900 bytes)
- a&b.docx (Writing sample, Georgian, 3.4 MB)


Read it in Feder

https://news.example/admin/applications/F-7K3M9Q


If you reply to this message, your reply goes to the applicant directly and Feder does not see it.
`);
});

test('what the applicant left empty is left out of the notification', () => {
  const { subject, text } = renderEditorialNotification('en', {
    ...notification,
    latinName: '',
    penName: '',
    places: [],
    placesOther: '',
    basedIn: '',
    languages: [],
    topics: '',
    links: [],
    answers: [],
    documents: [],
    via: null,
    repliesReachApplicant: false,
  });
  expect(subject).toBe('[F-7K3M9Q] ნინო ბერიძე');
  expect(text).toBe(`Caucasus Watch

ნინო ბერიძე

New application F-7K3M9Q to “Local experts”.

Name as written: ნინო ბერიძე
Reply by: 4 December 2026


Documents

No documents.


Read it in Feder

https://news.example/admin/applications/F-7K3M9Q


A reply to this message does not reach the applicant.
`);
});

test('subjects are one bounded line, whatever the names and places', () => {
  const long = `${'ნ'.repeat(300)}\r\nBcc: all@mail.example\u202e`;
  const { subject } = renderEditorialNotification('en', {
    ...notification,
    latinName: long,
    placesOther: long,
  });
  expect(subject).toBe(
    `[F-7K3M9Q] ${'ნ'.repeat(79)}… – Georgia, North Caucasus, ${'ნ'.repeat(74)}…`,
  );
  const receiptSubject = renderReceipt('en', { ...receipt, callTitle: long }).subject;
  expect(receiptSubject).toBe(`[F-7K3M9Q] Your application has arrived: ${'ნ'.repeat(119)}…`);
  const lines = renderEditorialNotification('en', { ...notification, latinName: 'A\r\nBcc: b' });
  expect(lines.subject).toBe('[F-7K3M9Q] A Bcc: b – Georgia, North Caucasus, Pankisi');
});

test('the longest answers keep the HTML under 20 KB while the text has all of them', () => {
  const quotes = (length: number): string => '"'.repeat(length);
  const { html, text } = renderEditorialNotification('de', {
    ...notification,
    fullName: quotes(200),
    latinName: quotes(200),
    penName: quotes(200),
    placesOther: quotes(500),
    basedIn: quotes(200),
    topics: quotes(2000),
    links: Array(5).fill(quotes(1000)),
    documents: Array(8).fill({ ...documents[0], name: quotes(150) }),
    via: quotes(300),
  });
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(20_000);
  expect(html).toContain(notification.link);
  expect(text).toContain(quotes(2000));
  expect(text.match(/"{1000}/g)!.length).toBeGreaterThanOrEqual(5);
});

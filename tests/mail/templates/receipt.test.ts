import { expect, test } from 'vitest';
import { createReceiptCode } from '../../../src/crypto.ts';
import { renderReceipt } from '../../../src/mail/templates/receipt.tsx';
import { receipt } from '../../support/mail-facts.ts';

test('the receipt says what arrived, what is next and by when, whom to ask and where to look', () => {
  const { subject, text } = renderReceipt('en', receipt);
  expect(subject).toBe('[F-7K3M9Q] Your application has arrived: Local experts');
  expect(text).toBe(`Caucasus Watch

Your application has arrived

Hello ნინო ბერიძე,

Caucasus Watch has received your application to “Local experts”.

Status: Received
Reply by: 4 December 2026
Submitted: 20 November 2026, 14:02 CET
Reference: F-7K3M9Q
Who reads it: Two editors


What happens next

The editors have been told. You will hear from us by 4 December 2026, even if the answer is no.

Questions? Write to questions@news.example and mention F-7K3M9Q.


What we received

- CV ნინო.pdf (CV, 212 kB)
- Pasted text (Cover letter, 900 bytes)
- a&b.docx (Writing sample, 3.4 MB)


Your page

On your page you see how your application stands. It is private: whoever has its address can read everything there, withdraw the application and erase it.

https://news.example/en/applications/token


This message was sent automatically, because this address was entered in an application to Caucasus Watch. If that was not you, tell questions@news.example.
`);
});

test('the receipt speaks the applicant’s language', () => {
  const { subject, text, html } = renderReceipt('de', receipt);
  expect(subject).toBe('[F-7K3M9Q] Ihre Bewerbung ist eingegangen: Local experts');
  expect(text).toContain('Guten Tag ნინო ბერიძე,');
  expect(text).toContain('Antwort bis: 4. Dezember 2026');
  expect(html).toContain('<html lang="de">');
});

test('no receipt code is in a receipt', () => {
  const shape = /[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}/;
  expect(createReceiptCode()).toMatch(shape);
  const { subject, text, html } = renderReceipt('en', receipt);
  expect([subject, text, html].join('\n')).not.toMatch(shape);
});

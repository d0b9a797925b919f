import { describe, expect, test } from 'vitest';
import { languages } from '../../../src/i18n.ts';
import { renderDocumentsChanged } from '../../../src/mail/templates/documents-changed.tsx';
import type { RenderedMail } from '../../../src/mail/templates/layout.tsx';
import { renderMessageToApplicant } from '../../../src/mail/templates/message-to-applicant.tsx';
import { renderMessageToEditors } from '../../../src/mail/templates/message-to-editors.tsx';
import { renderPrivateLink } from '../../../src/mail/templates/private-link.tsx';
import { renderWithdrawal } from '../../../src/mail/templates/withdrawal.tsx';
import { renderWithdrawalNotice } from '../../../src/mail/templates/withdrawal-notice.tsx';

const link = 'https://apply.example/ka/applications/tttttttttttttttttttttttttttttttt';
const shared = { publication: 'Tbilisi & Erevan', reference: 'F-7K3M9Q', link };
const applicant = {
  ...shared,
  fullName: 'ნინო <b>მაგალითი</b>',
  callTitle: 'Regional experts',
  contactEmail: 'desk@example.org',
  timeZone: 'Asia/Tbilisi',
};
const editors = { ...shared, name: 'Nino Example', repliesReachApplicant: true };
const message = { body: 'First line\n\n<i>Երկրորդ</i> line', language: 'hy' };
const undoUntil = new Date('2026-11-24T09:10:00Z');

const mails: Record<string, (language: (typeof languages)[number]) => RenderedMail> = {
  withdrawal: (language) => renderWithdrawal(language, { ...applicant, undoUntil }),
  'withdrawal notice': (language) => renderWithdrawalNotice(language, editors),
  'documents changed': (language) =>
    renderDocumentsChanged(language, {
      ...editors,
      changes: [{ kind: 'cv', change: 'document-replaced' }],
      documents: [{ kind: 'cv', origin: 'file', name: 'new.pdf', size: 1000 }],
    }),
  'message to the applicant': (language) =>
    renderMessageToApplicant(language, { ...applicant, message }),
  'message to the editors': (language) => renderMessageToEditors(language, { ...editors, message }),
  'private link': (language) => renderPrivateLink(language, applicant),
};

describe.each(Object.entries(mails))('the mail %s', (_, render) => {
  test.each(languages)(
    'says in %s the same in text and HTML, with one link and no markup',
    (language) => {
      const { subject, text, html } = render(language);
      expect(subject).toContain('[F-7K3M9Q]');
      expect(text.split(link)).toHaveLength(2);
      expect(html.split(`>${link}</a>`)).toHaveLength(2);
      expect(html).toContain(`<html lang="${language}">`);
      expect(html).not.toMatch(/<b>|<i>|<img|<script/);
      expect(Buffer.byteLength(html)).toBeLessThan(20_000);
      expect(text).not.toMatch(/\{\w+\}|undefined/);
    },
  );
});

describe('a message in a mail', () => {
  test('stands in its own language, with the solid blue edge', () => {
    const { text, html } = renderMessageToApplicant('de', { ...applicant, message });
    expect(text).toContain(message.body);
    expect(html).toMatch(
      /class="message" lang="hy" dir="auto" style="[^"]*border-left:4px solid #2d4f7c/,
    );
    expect(html).toContain('&lt;i&gt;Երկրորդ&lt;/i&gt; line');
  });

  test('of the greatest length is whole in HTML too, in any script', () => {
    const body = 'ა'.repeat(5000);
    const { html } = renderMessageToEditors('ka', {
      ...editors,
      message: { body, language: 'ka' },
    });
    expect(html).toContain(body);
    expect(Buffer.byteLength(html)).toBeLessThan(20_000);
  });

  test('tells beforehand where a reply goes', () => {
    const hidden = { ...editors, message, repliesReachApplicant: false };
    expect(renderMessageToEditors('en', hidden).text).toContain('does not reach the applicant');
    expect(renderMessageToEditors('en', { ...editors, message }).text).toContain(
      'your reply goes to the applicant directly',
    );
  });
});

test('a withdrawal names the time until which it can be undone, with its zone', () => {
  expect(renderWithdrawal('en', { ...applicant, undoUntil }).text).toContain(
    'Until 24 November 2026, 13:10 GMT+4 you can undo this on your page.',
  );
});

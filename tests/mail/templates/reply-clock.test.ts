import { expect, test } from 'vitest';
import { languages } from '../../../src/i18n.ts';
import { type LapseFacts, renderReplyLapse } from '../../../src/mail/templates/reply-lapse.ts';
import { type NudgeFacts, renderReplyNudge } from '../../../src/mail/templates/reply-nudge.ts';
import { notification, receipt } from '../../support/mail-facts.ts';

const nudge: NudgeFacts = {
  publication: 'Caucasus Watch',
  timeZone: 'Europe/Berlin',
  reference: 'F-7K3M9Q',
  name: 'Nino Beridze',
  callTitle: 'Local experts',
  stage: 'shortlist',
  submittedAt: receipt.submittedAt,
  replyBy: receipt.replyBy,
  link: notification.link,
  repliesReachApplicant: true,
  handled: true,
  discreet: false,
};
const lapse: LapseFacts = { ...receipt, status: 'being-read' };

test('the reminder says about whom, by when, what happens else, and why it came', () => {
  expect(renderReplyNudge('en', nudge).text).toBe(`Caucasus Watch

Reply promised by 4 December 2026

A reply to application F-7K3M9Q is promised by 4 December 2026, and the applicant has heard nothing yet.

Applicant: Nino Beridze
Call: Local experts
Submitted: 20 November 2026
Stage: Shortlist
Reply by: 4 December 2026

When that day is over without a reply, the applicant gets one note that the reply takes longer than promised.


Read it in Feder

https://news.example/admin/applications/F-7K3M9Q


This reminder comes once, because you handle this application. If you reply to this message, your reply goes to the applicant directly and Feder does not see it.
`);
});

test('the note says how it stands, that a promise was broken, what comes next and whom to ask', () => {
  const { subject, text } = renderReplyLapse('en', lapse);
  expect(subject).toBe('[F-7K3M9Q] Our reply takes longer than promised');
  expect(text).toBe(`Caucasus Watch

Our reply takes longer than promised

Hello ნინო ბერიძე,

We promised you a reply to your application “Local experts” by 4 December 2026. We have not kept that promise. The delay lies with us, not with you.

Status: Being read
Reply promised by: 4 December 2026
Submitted: 20 November 2026, 14:02 CET
Reference: F-7K3M9Q


What happens next

Your application is not forgotten: you will hear from us, even if the answer is no. We name no new day, because we do not want to promise again what we may not keep. We write about this delay only once.

Questions? Write to questions@news.example and mention F-7K3M9Q.


Your page

On your page you see how your application stands. It is private: whoever has its address can read everything there, withdraw the application and erase it.

https://news.example/en/applications/token


This message was sent automatically, because this address was entered in an application to Caucasus Watch. If that was not you, tell questions@news.example.
`);
});

test.each(languages)(
  'in %s both say the day, the reference and one link, within the size',
  (one) => {
    for (const mail of [renderReplyNudge(one, nudge), renderReplyLapse(one, lapse)]) {
      for (const part of [mail.text, mail.html]) {
        expect(part).toContain('2026');
        expect(part).toContain('F-7K3M9Q');
        expect(part).not.toMatch(/[{}](?![^<]*<\/style>)|undefined|null/);
      }
      expect(mail.html.match(/<a /g)).toHaveLength(1);
      expect(mail.html).toContain(`<html lang="${one}">`);
      expect(Buffer.byteLength(mail.html)).toBeLessThan(20_000);
    }
  },
);

test('what a person typed stays text', () => {
  const typed = '<b onclick="x">{name}</b>\r\nBcc: a@b.example';
  const mails = [
    renderReplyNudge('en', { ...nudge, name: typed, callTitle: typed }),
    renderReplyLapse('en', { ...lapse, fullName: typed, callTitle: typed }),
  ];
  for (const { html, text } of mails) {
    expect(html).not.toContain('<b ');
    expect(text).toContain('{name}');
  }
});

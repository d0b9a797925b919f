import { expect, test } from 'vitest';
import { languages } from '../../../src/i18n.ts';
import { type DraftLinkFacts, renderDraftLink } from '../../../src/mail/templates/draft-link.tsx';

const facts: DraftLinkFacts = {
  publication: 'Caucasus Watch',
  timeZone: 'Europe/Berlin',
  callTitle: 'Local experts',
  keptUntil: new Date('2026-12-24T09:00:00Z'),
  contactEmail: 'questions@news.example',
  link: 'https://news.example/en/drafts/token',
};

test('the mail with a draft’s link says what it opens, to whom, and until when', () => {
  const { subject, text } = renderDraftLink('en', facts);
  expect(subject).toBe('The link to your draft: Local experts');
  expect(text).toBe(`Caucasus Watch

The link to your draft

With this link you go on with your draft for “Local experts” at Caucasus Watch, on any device:

https://news.example/en/drafts/token

The link is private: whoever has it can read and change the draft. Nothing is sent to the editors before you press Submit.

If nobody touches the draft, it is deleted on 24 December 2026.


This message was sent automatically, because this address was entered on a form of Caucasus Watch. If that was not you, there is nothing to do; questions go to questions@news.example.
`);
});

test.each(languages)(
  'it holds its link once and no other in %s, as text and as HTML',
  (language) => {
    const { subject, text, html } = renderDraftLink(language, {
      ...facts,
      callTitle: '"><img src=x onerror=alert(1)>\r\nBcc: x@example.org {x}',
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text.match(/https?:\S+/g)).toEqual([facts.link]);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([facts.link]);
    expect(html).not.toContain('<img');
    expect(html).toContain(`<html lang="${language}">`);
  },
);

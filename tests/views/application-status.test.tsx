import { expect, test } from 'vitest';
import { readFormValues } from '../../src/domain/application-form.ts';
import { translatorFor } from '../../src/i18n.ts';
import { ApplicationStatusPage } from '../../src/views/pages/application-status.tsx';
import { hrefsOf, plainText, titleOf } from '../support/html.ts';

const base = '/en/applications/token';
const page = (props: Partial<Parameters<typeof ApplicationStatusPage>[0]>): string =>
  String(
    <ApplicationStatusPage
      frame={{ t: translatorFor('en'), siteName: 'News', asset: (name) => `/assets/${name}` }}
      base={base}
      reference="F-7K3M9Q"
      receiptCode="K7QM-3XPD-9R2V-HT4B"
      status="received"
      discreet={false}
      email="nino@example.org"
      submittedAt={new Date('2026-11-24T09:00:00Z')}
      replyBy={new Date('2026-12-08T09:00:00Z')}
      timeZone="Asia/Tbilisi"
      readers="Two editors"
      contactEmail="desk@example.org"
      documents={[]}
      lapsed={false}
      changeable="nothing"
      undoUntil={null}
      letters={[]}
      contributes={false}
      messages={[]}
      typed=""
      errors={[]}
      values={readFormValues(new Map())}
      placeNames={{}}
      questions={[]}
      languages={[]}
      {...props}
    />,
  );

test('once a decision was told nothing can be withdrawn or changed, and no date is promised', () => {
  const at = new Date('2026-12-01T09:00:00Z');
  const letter = { subject: 'Your application', body: 'Dear Nino', language: 'en', at };
  const html = page({ status: 'decision-made', letters: [letter] });
  expect(titleOf(html)).toBe('A decision was made – News');
  expect(plainText(html)).toContain('We have written to you; the letter stands below.');
  expect(plainText(html)).not.toMatch(/Reply by|can no longer be changed/);
  expect(hrefsOf(html).filter((href) => href.startsWith(base))).toEqual([
    `${base}/export`,
    `${base}/erase`,
  ]);
});

test('a withdrawal offers its way back only while there is one', () => {
  const undoUntil = new Date('2026-11-24T09:10:00Z');
  const undo = `action="${base}/withdraw/undo"`;
  const open = page({ status: 'withdrawn', undoUntil });
  expect(open).toContain(undo);
  expect(plainText(open)).toContain('You can undo this until 24 November 2026, 13:10 GMT+4.');
  expect(page({ status: 'withdrawn' })).not.toContain(undo);
});

test('the day of the reply names its time zone', () => {
  expect(plainText(page({}))).toMatch(/8 December 2026\s+end of the day, Georgia Standard Time/);
});

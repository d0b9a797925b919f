import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { findByReference } from '../../src/db/applications.ts';
import { openContent } from '../../src/db/mails.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { fillDraft } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

/** Submits with every header that could name another host; what the two mails say. */
async function submitAndRead(changes = {}) {
  const token = await fillDraft(test.app, changes);
  const host = 'evil.example';
  const answer = await test.app.request(`/de/drafts/${token}/submit`, {
    method: 'POST',
    headers: { host, 'x-forwarded-host': host, forwarded: `host=${host}` },
  });
  const location = answer.headers.get('location')!;
  const page = await (await test.app.request(location)).text();
  const receiptCode = /data-receipt-code[^>]*>([^<]*)/.exec(page)![1]!;
  const { application, key } = await findDraft(test.deps, token);
  const rows = await test.deps.db
    .selectFrom('mails')
    .selectAll()
    .where('applicationId', '=', application.id)
    .orderBy('thread')
    .execute();
  const [receipt, notification] = rows.map((row) => openContent(key, row));
  return { application, location, receiptCode, receipt: receipt!, notification: notification! };
}

describe('the mails of a submission', () => {
  it('attack 20: lead to our own address, whatever Host the request named', async () => {
    const { application, location, receipt, notification } = await submitAndRead();
    const { publicUrl } = test.deps;
    expect(receipt.text).toContain(`${publicUrl}${location}`);
    expect(receipt.html).toContain(`${publicUrl}${location}`);
    expect(notification.text).toContain(`${publicUrl}/admin/applications/${application.reference}`);
    expect(JSON.stringify([receipt, notification])).not.toContain('evil.example');
  });

  it('never carry the receipt code, and the editors’ no private link', async () => {
    const { location, receiptCode, receipt, notification } = await submitAndRead();
    expect(JSON.stringify([receipt, notification])).not.toContain(receiptCode);
    expect(JSON.stringify(notification)).not.toContain(location.split('/').at(-1));
  });

  it('are sealed in the database', async () => {
    await submitAndRead({ topics: 'canary topic' });
    const rows = await test.deps.db.selectFrom('mails').select('contentSealed').execute();
    expect(rows.some(({ contentSealed }) => contentSealed.includes('canary'))).toBe(false);
  });

  it('have subjects of one line, whatever was typed', async () => {
    const { receipt, notification } = await submitAndRead({
      fullName: 'Nino\r\nBcc: everyone@example.org',
      placesOther: 'a\r\nSubject: forged',
      email: 'nino@example.org',
    });
    for (const { subject } of [receipt, notification]) expect(subject).not.toMatch(/[\r\n]/);
    expect(receipt.to).toEqual({ name: 'Nino Gelashvili', address: 'nino@example.org' });
  });
});

describe('a submitted application', () => {
  it('is found by its reference, by folded names and by the hash of its address', async () => {
    const { application } = await submitAndRead({ email: 'Nino.G@Example.ORG' });
    expect(await findByReference(test.deps.db, application.reference)).toMatchObject({
      email: 'Nino.G@example.org',
      emailHash: test.deps.keys.lookup('email', 'nino.g@example.org'),
      language: 'de',
      submittedAt: test.clock.now(),
      stageSince: test.clock.now(),
    });
  });

  it('was not to be found by its reference while it was a draft', async () => {
    const { application } = await findDraft(test.deps, await fillDraft(test.app));
    expect(await findByReference(test.deps.db, application.reference)).toBeUndefined();
  });
});

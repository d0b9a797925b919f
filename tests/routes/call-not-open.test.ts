import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, hrefsOf, plainText, titleOf } from '../support/html.ts';
import {
  applyPath,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
} from '../support/send-form.ts';

const day = 86_400;
const start = new Date('2026-11-24T09:00:00Z');
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
beforeEach(() => test.clock.set(start));
afterAll(() => test.stop());

const request = async (path: string): Promise<{ status: number; html: string }> => {
  const answer = await test.app.request(path);
  return { status: answer.status, html: await answer.text() };
};
const closeCallAt = async (closesAt: Date | null): Promise<void> => {
  await test.deps.db.updateTable('calls').set({ closesAt }).execute();
};

describe('a call that is not open', () => {
  it('takes no application before it opens', async () => {
    test.clock.advance(-day);
    const { status, html } = await request(applyPath());
    expect([status, titleOf(html)]).toEqual([410, 'This call is not open – Caucasus Watch']);
    expect((await sendForm(test.app, goodFields)).status).toBe(410);
  });

  it('that closed between draft and submit keeps the draft and says so', async () => {
    await closeCallAt(new Date(start.getTime() + day * 1000));
    const token = await fillDraft(test.app);
    test.clock.advance(day);
    const answer = await submit(test.app, token, { language: 'de' });
    const html = await answer.text();
    expect(answer.status).toBe(410);
    expect(titleOf(html)).toBe('Dieser Aufruf ist nicht offen – Caucasus Watch');
    expect(hrefsOf(html)).toContain(`/de/drafts/${token}`);
    expect((await request(`/en/drafts/${token}`)).status).toBe(200);
    await closeCallAt(null);
    expect((await submit(test.app, token)).status).toBe(303);
  });

  it('keeps what somebody was writing when it closed', async () => {
    await closeCallAt(start);
    const answer = await sendForm(test.app, { ...goodFields, fullName: 'Too late' }, goodFiles());
    const html = await answer.text();
    expect(answer.status).toBe(410);
    const draft = hrefsOf(html).find((href) => href.includes('/drafts/'))!;
    const kept = await request(draft);
    expect(controlOf(kept.html, 'fullName').value).toBe('Too late');
    expect(plainText(kept.html)).toContain('cv.pdf');
    await closeCallAt(null);
  });

  it('shows no form', async () => {
    await closeCallAt(start);
    expect((await request(applyPath())).status).toBe(410);
    const call = await request('/en/calls/regional-experts');
    expect(call.status).toBe(200);
    expect(hrefsOf(call.html).some((href) => href.endsWith('/apply'))).toBe(false);
    await closeCallAt(null);
  });
});

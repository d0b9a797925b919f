import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeOpening } from '../../src/actions/open-call.ts';
import { createCall, saveCall } from '../../src/actions/save-call.ts';
import { findEditedCall } from '../../src/db/call-versions.ts';
import { findCall } from '../../src/db/calls.ts';
import { stampOf } from '../../src/domain/call-opening.ts';
import { startContent } from '../../src/domain/call-sections/new-call.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff } from '../support/factories.ts';

let test: TestApp;
let author: { id: string };
beforeAll(async () => {
  test = await createTestApp();
  author = await createStaff(test.deps, { role: 'admin' });
});
afterAll(() => test.stop());

const slug = 'regional-experts';
const stampNow = async (): Promise<string> => stampOf((await findCall(test.deps.db, slug))!);

describe('opening and closing', () => {
  it('is done once, however many ask at the same moment', async () => {
    const change = { slug, act: 'close', stamp: await stampNow(), dates: {} } as const;
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => changeOpening(test.deps, { ...change, staffId: author.id })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    const events = await test.deps.db.selectFrom('callEvents').select('type').execute();
    expect(events).toEqual([{ type: 'closed' }]);
  });

  it('does nothing about a period that nobody was shown', async () => {
    const change = { slug, act: 'reopen', stamp: '-', dates: { closesAt: null } } as const;
    await expect(changeOpening(test.deps, { ...change, staffId: author.id })).rejects.toThrow(
      'conflict',
    );
  });

  it('never opens what is not finished, whoever asks', async () => {
    const content = startContent({ title: 'Halb', lead: '' }, 'de');
    expect(await createCall(test.deps, { slug: 'half', content, author })).toBe(true);
    expect(await createCall(test.deps, { slug: 'half', content, author })).toBe(false);
    const change = { slug: 'half', act: 'open', stamp: '-', dates: {} } as const;
    await expect(changeOpening(test.deps, { ...change, staffId: author.id })).rejects.toThrow(
      'conflict',
    );
    expect((await findEditedCall(test.deps.db, 'half'))!.opensAt).toBe(null);
  });
});

describe('an edit', () => {
  it('that does not fit what the call has become is a conflict', async () => {
    const saved = await saveCall(test.deps, {
      ...{ slug, base: 1, author },
      part: () => 0,
      change: () => undefined,
    });
    expect(saved.outcome).toBe('conflict');
  });

  it('leaves what was shipped as it is: a version can’t be changed', async () => {
    const change = test.deps.db.updateTable('callVersions').set({ number: 9 } as never);
    await expect(change.execute()).rejects.toThrow('versions are immutable');
  });
});

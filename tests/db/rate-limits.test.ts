import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clearTokens, peekToken, returnToken, takeToken } from '../../src/db/rate-limits.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('rateLimitCounters').execute();
  await database.db.deleteFrom('rateLimitSecret').execute();
});

const morning = new Date('2026-11-24T09:00:00Z');
const secondsLater = (seconds: number) => new Date(morning.getTime() + seconds * 1000);
const take = (now = morning, subject = '203.0.113.7') =>
  takeToken(database.db, { bucket: 'try', subject, limit: 3, windowSeconds: 60, now });
const allowed = { allowed: true, retryAfter: 0 };
const counters = () => database.db.selectFrom('rateLimitCounters').selectAll().execute();
const secrets = () => database.db.selectFrom('rateLimitSecret').selectAll().execute();

describe('counting', () => {
  it('allows as many as the limit says and tells when to come back', async () => {
    expect([await take(), await take(secondsLater(10)), await take(secondsLater(20))]).toEqual([
      allowed,
      allowed,
      allowed,
    ]);
    expect(await take(secondsLater(20.5))).toEqual({ allowed: false, retryAfter: 40 });
    expect(await take(secondsLater(59.9))).toEqual({ allowed: false, retryAfter: 1 });
    expect(await take(secondsLater(60))).toEqual(allowed);
    expect((await counters()).map(({ count }) => count)).toEqual([1]);
  });

  it('does not wait longer for having tried in vain', async () => {
    for (let i = 0; i < 9; i += 1) await take();
    expect((await counters()).map(({ count }) => count)).toEqual([4]);
    expect(await take(secondsLater(60))).toEqual(allowed);
  });

  it('can be looked at without counting: refused once somebody was', async () => {
    const look = (now: Date) =>
      peekToken(database.db, {
        ...{ bucket: 'try', subject: '203.0.113.7', limit: 3, windowSeconds: 60, now },
      });
    expect(await look(morning)).toEqual(allowed);
    for (let i = 0; i < 3; i += 1) await take();
    expect([await look(morning), await look(morning)]).toEqual([allowed, allowed]);
    await take();
    expect(await look(secondsLater(20))).toEqual({ allowed: false, retryAfter: 40 });
    expect(await look(secondsLater(60))).toEqual(allowed);
    expect((await counters()).map(({ count }) => count)).toEqual([4]);
  });

  it('lets exactly the limit through when all come at once', async () => {
    const taken = await Promise.all(Array.from({ length: 12 }, () => take()));
    expect(taken.filter((one) => one.allowed)).toHaveLength(3);
  });

  it('keeps buckets and subjects apart', async () => {
    for (let i = 0; i < 4; i += 1) await take();
    expect(await take(morning, '203.0.113.8')).toEqual(allowed);
    const other = { bucket: 'other', subject: '203.0.113.7', limit: 3, windowSeconds: 60 };
    expect(await takeToken(database.db, { ...other, now: morning })).toEqual(allowed);
  });

  it('begins anew when the clock was set back by more than a window', async () => {
    for (let i = 0; i < 4; i += 1) await take(secondsLater(3600));
    expect(await take(secondsLater(3590))).toEqual({ allowed: false, retryAfter: 70 });
    expect(await take()).toEqual(allowed);
  });

  it('takes uses back, never below none, and forgets them', async () => {
    const counted = { bucket: 'try', subject: '203.0.113.7', now: morning };
    for (let i = 0; i < 3; i += 1) await take();
    await returnToken(database.db, counted);
    expect(await take()).toEqual(allowed);
    expect((await take()).allowed).toBe(false);
    for (let i = 0; i < 9; i += 1) await returnToken(database.db, counted);
    expect((await counters()).map(({ count }) => count)).toEqual([0]);
    await take();
    await clearTokens(database.db, counted);
    expect(await counters()).toEqual([]);
  });
});

describe('the secret', () => {
  it('hides the subject and is 32 random bytes of one day', async () => {
    await take();
    const [secret] = await secrets();
    expect(secret).toMatchObject({ id: 1, day: '2026-11-24' });
    expect(secret!.secret).toHaveLength(32);
    const [counter] = await counters();
    expect(counter!.subject).toHaveLength(32);
    expect(counter!.subject.includes('203.0.113.7')).toBe(false);
  });

  it('is overwritten with the counters on a new day', async () => {
    await take(new Date('2026-11-24T23:59:59Z'));
    await take(new Date('2026-11-24T23:59:59Z'), '203.0.113.8');
    const [before] = await secrets();
    const yesterday = (await counters()).map(({ subject }) => subject.toString('hex'));
    await take(new Date('2026-11-25T00:00:00Z'), '203.0.113.8');
    const now = await secrets();
    expect(now.map(({ day }) => day)).toEqual(['2026-11-25']);
    expect(now[0]!.secret.equals(before!.secret)).toBe(false);
    const [counter, ...others] = await counters();
    expect([counter!.count, others]).toEqual([1, []]);
    // The same address is another one today.
    expect(yesterday).not.toContain(counter!.subject.toString('hex'));
  });

  it('is made once when many come first, and they share one count', async () => {
    const taken = await Promise.all(Array.from({ length: 9 }, () => take()));
    expect(taken.filter((one) => one.allowed)).toHaveLength(3);
    expect(await secrets()).toHaveLength(1);
    expect(await counters()).toHaveLength(1);
    const tomorrow = new Date('2026-11-25T09:00:00Z');
    const again = await Promise.all(Array.from({ length: 9 }, () => take(tomorrow)));
    expect(again.filter((one) => one.allowed)).toHaveLength(3);
    expect(await counters()).toHaveLength(1);
  });

  it('of tomorrow serves a clock that is a little slow', async () => {
    await take(new Date('2026-11-25T00:00:01Z'));
    await take(new Date('2026-11-24T23:59:59Z'));
    expect((await secrets()).map(({ day }) => day)).toEqual(['2026-11-25']);
    expect((await counters()).map(({ count }) => count)).toEqual([2]);
  });

  it('of a clock that ran far ahead does not stay', async () => {
    await take(new Date('2031-01-01T00:00:00Z'));
    await take();
    expect((await secrets()).map(({ day }) => day)).toEqual(['2026-11-24']);
    expect(await counters()).toHaveLength(1);
  });
});

import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from './client.ts';

/** What is counted: `bucket` names the rule, `subject` whoever it is about, in clear. */
type Counted = { bucket: string; subject: string; now: Date };
export type Take = Counted & { limit: number; windowSeconds: number };
/** `retryAfter` is in whole seconds, 0 when allowed. */
export type Taken = { allowed: boolean; retryAfter: number };

/**
 * Counts one use in a fixed window that begins with the first. The subject reaches the table only
 * as an HMAC under a secret that lives for a day. By itself, a use counts even when what it was for
 * is rolled back; in a transaction it does not.
 */
export async function takeToken(db: Db | Trx, take: Take): Promise<Taken> {
  const { bucket, limit, windowSeconds, now } = take;
  const windowMs = windowSeconds * 1000;
  const subject = await hideSubject(db, take);
  const [endedBy, notAfter] = [
    new Date(now.getTime() - windowMs),
    // A window can't begin later than this, unless the clock was set back.
    new Date(now.getTime() + windowMs),
  ];
  const over = sql<boolean>`(counter.window_start <= ${endedBy} or counter.window_start > ${notAfter})`;
  const { rows } = await sql<{ windowStart: Date; count: number }>`
    insert into rate_limit_counters as counter (bucket, subject, window_start, count)
    values (${bucket}, ${subject}, ${now}, 1)
    on conflict (bucket, subject) do update set
      window_start = case when ${over} then excluded.window_start else counter.window_start end,
      count = case when ${over} then 1 else least(counter.count + 1, ${limit}::int + 1) end
    returning window_start, count`.execute(db);
  const { windowStart, count } = rows[0]!;
  if (count <= limit) return { allowed: true, retryAfter: 0 };
  const left = windowStart.getTime() + windowMs - now.getTime();
  return { allowed: false, retryAfter: Math.max(1, Math.ceil(left / 1000)) };
}

/** Whether the limit has refused a use in the window that runs, without counting one. */
export async function peekToken(db: Db | Trx, take: Take): Promise<Taken> {
  const { bucket, limit, windowSeconds, now } = take;
  const windowMs = windowSeconds * 1000;
  const row = await db
    .selectFrom('rateLimitCounters')
    .select(['windowStart', 'count'])
    .where('bucket', '=', bucket)
    .where('subject', '=', await hideSubject(db, take))
    .executeTakeFirst();
  const left = row ? row.windowStart.getTime() + windowMs - now.getTime() : 0;
  if (!row || row.count <= limit || left <= 0 || left > 2 * windowMs) {
    return { allowed: true, retryAfter: 0 };
  }
  return { allowed: false, retryAfter: Math.max(1, Math.ceil(left / 1000)) };
}

/** Gives one use back, for what turned out not to be an attempt. */
export async function returnToken(db: Db | Trx, counted: Counted): Promise<void> {
  const subject = await hideSubject(db, counted);
  await db
    .updateTable('rateLimitCounters')
    .set({ count: sql<number>`greatest(count - 1, 0)` })
    .where('bucket', '=', counted.bucket)
    .where('subject', '=', subject)
    .execute();
}

/** Forgets what was counted. */
export async function clearTokens(db: Db | Trx, counted: Counted): Promise<void> {
  const subject = await hideSubject(db, counted);
  await db
    .deleteFrom('rateLimitCounters')
    .where('bucket', '=', counted.bucket)
    .where('subject', '=', subject)
    .execute();
}

async function hideSubject(db: Db | Trx, { bucket, subject, now }: Counted): Promise<Buffer> {
  const secret = (await findSecret(db, now)) ?? (await renewSecret(db, now));
  return createHmac('sha256', secret).update(bucket).update('\0').update(subject).digest();
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
const tomorrowOf = (time: Date): string => dayOf(new Date(time.getTime() + 86_400_000));

// A secret of tomorrow is good: instances whose clocks differ by seconds meet at midnight. One from
// further ahead was made under a wrong clock and would otherwise live until its day.
async function findSecret(db: Db | Trx, now: Date): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('rateLimitSecret')
    .select('secret')
    .where('day', '>=', dayOf(now))
    .where('day', '<=', tomorrowOf(now))
    .executeTakeFirst();
  return row?.secret;
}

/** Overwrites the secret and drops what was counted under it. Whoever comes second uses the first one's. */
async function renewSecret(db: Db | Trx, now: Date): Promise<Buffer> {
  const renew = (trx: Db | Trx): Promise<Buffer> => overwriteSecret(trx, now);
  return db.isTransaction ? await renew(db) : await db.transaction().execute(renew);
}

async function overwriteSecret(trx: Db | Trx, now: Date): Promise<Buffer> {
  const day = dayOf(now);
  const fresh = { secret: randomBytes(32), day };
  const renewed = await trx
    .insertInto('rateLimitSecret')
    .values(fresh)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(fresh)
        .where((where) =>
          where.or([
            where('rateLimitSecret.day', '<', day),
            where('rateLimitSecret.day', '>', tomorrowOf(now)),
          ]),
        ),
    )
    .returning('secret')
    .executeTakeFirst();
  if (renewed) {
    await trx.deleteFrom('rateLimitCounters').execute();
    return renewed.secret;
  }
  const theirs = await trx.selectFrom('rateLimitSecret').select('secret').executeTakeFirstOrThrow();
  return theirs.secret;
}

import { type Selectable, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schema } from '../../src/db/schema.ts';
import { listWaitingFor } from '../../src/db/waiting.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { isUndecided, isWithin, lapseSpan, nudgeSpan } from '../../src/domain/reply-clock.ts';
import { lateClaimDays, listWaitingRules, type WaitingRule } from '../../src/domain/waiting.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';

const now = new Date('2026-11-24T12:00:00Z');
const time = { now, timeZone: 'Europe/Berlin' };
const dayMs = 86_400_000;

let app: TestApp;
let staff: Record<'me' | 'colleague' | 'gone' | 'reader', string>;

/** A number from 0 up to 1 for each `key`, the same on every run. */
const chance = (key: string, label: string) =>
  sql`(('x' || substr(md5((${sql.raw(key)})::text || ${sql.lit(label)}), 1, 7))::bit(28)::int / 268435456.0)`;
const pick = (key: string, label: string, list: unknown) =>
  sql`(${list})[1 + floor(${chance(key, label)} * cardinality(${list}))::int]`;
const ago = (key: string, label: string, days: number) =>
  sql`${now}::timestamptz - interval '1 hour' * floor(${chance(key, label)} * ${sql.lit(days * 24)})`;

beforeAll(async () => {
  app = await createTestApp();
  const { deps } = app;
  const { db } = deps;
  const create = async (role: Role) => (await createStaff(deps, { role, name: role })).id;
  staff = {
    ...{ me: await create('editor'), colleague: await create('editor') },
    ...{ gone: await create('editor'), reader: await create('reviewer') },
  };
  await db.updateTable('staff').set({ disabledAt: now }).where('id', '=', staff.gone).execute();
  const { id } = await createSubmitted(deps);
  await sql`insert into calls select r.* from calls as c,
    jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'slug', 'second')) as r`.execute(
    db,
  );
  await sql`insert into call_versions select r.* from call_versions as v,
    (values ('regional-experts', 2, 21, 1), ('second', 1, 7, 2), ('second', 2, 7, 3)) as n (slug, number, days, wanted)
    join calls as c on c.slug = n.slug,
    jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'call_id', c.id, 'number', n.number,
      'reply_days', n.days, 'reviewers_wanted', n.wanted)) as r`.execute(db);
  await sql`insert into applications select r.* from applications as a,
    generate_series(1, 1500) as n,
    lateral (select ${pick('n', 'version', sql`array(select id from call_versions order by reply_days, number)`)} as version) as v,
    lateral (select md5('id' || n)::uuid as id, 'W-' || n as reference, 'n' || n || '@example.org' as email,
      v.version as call_version_id, (select call_id from call_versions where id = v.version) as call_id,
      ${ago('n / 3', 'submitted', 40)} as submitted_at,
      case when ${chance('n', 'opened')} < 0.5 then ${now}::timestamptz end as opened_at,
      ${pick('n', 'stage', sql`'{screening,review,shortlist,decided,withdrawn}'::text[]`)} as stage,
      case when ${pick('n', 'stage', sql`'{screening,review,shortlist,decided,withdrawn}'::text[]`)} = 'decided'
        then 'declined' end as decision,
      ${pick('n', 'handling', sql`array[${staff.me}, ${staff.colleague}, ${staff.gone}, null]::uuid[]`)} as handling_editor_id,
      ${pick('n', 'wanted', sql`'{0,1,2,null,null,null}'::int[]`)} as reviewers_wanted,
      case when n % 20 = 0 then ${id}::uuid end as merged_into) as c,
    jsonb_populate_record(a, to_jsonb(c)) as r
    where a.id = ${id}`.execute(db);
  await sql`delete from applications where id = ${id}`.execute(db);
  const pairs = sql`applications as a cross join staff as s
    cross join lateral (select a.reference || s.email as key) as k`;
  await sql`insert into reviews (application_id, reviewer_id, call_version_id, scores, text, state, revision,
      submitted_number, created_at, updated_at)
    select a.id, s.id, a.call_version_id, '{}', '', 'submitted', 1, 1 + floor(${chance('key', 'number')} * 2)::int,
      ${now}, ${now} from ${pairs} where ${chance('key', 'reviewed')} < 0.5`.execute(db);
  await sql`insert into review_versions (application_id, reviewer_id, number, call_version_id, scores,
      recommendation, text, submitted_at)
    select r.application_id, r.reviewer_id, n, r.call_version_id, '{}', 3, '',
      ${ago('(application_id, n)', 'version', 20)}
    from reviews as r, generate_series(1, r.submitted_number) as n`.execute(db);
  await sql`insert into review_assignments (application_id, reviewer_id, state, origin, assigned_by, since, touched_at)
    select a.id, s.id, ${pick('key', 'state', sql`'{open,open,done,done,done,returned}'::text[]`)},
      ${pick('key', 'origin', sql`'{claimed,claimed,assigned}'::text[]`)}, s.id,
      ${ago('key', 'since', 20)}, ${ago('key', 'touched', 8)}
    from ${pairs} where ${chance('key', 'assigned')} < 0.7`.execute(db);
  await sql`insert into messages (id, application_id, direction, language, body, created_at)
    select (lpad(to_hex(n), 8, '0') || substr(a.id::text, 9))::uuid, a.id,
      ${pick('(reference, n)', 'direction', sql`'{in,out}'::text[]`)}, 'en', '',
      ${now}::timestamptz - interval '1 hour' * (100 - n) - interval '1 hour' * floor(${chance('reference', 'wrote')} * 20)
    from applications as a, generate_series(1, 4) as n
    where ${chance('(reference, n)', 'written')} < 0.3 order by n`.execute(db);
  // What was counted is taken back, and comes later.
  await sql`update review_assignments set state = 'recused', recusal = 'conflict'
    where state = 'done' and ${chance('(application_id, reviewer_id)', 'recused')} < 0.1`.execute(
    db,
  );
  await sql`update review_assignments set state = 'done'
    where state = 'open' and ${chance('(application_id, reviewer_id)', 'later')} < 0.1`.execute(db);
  await sql`delete from review_assignments
    where ${chance('(application_id, reviewer_id)', 'deleted')} < 0.1`.execute(db);
  await sql`update applications set reviewers_wanted = 1
    where reviewers_wanted is null and ${chance('id', 'own')} < 0.1`.execute(db);
}, 120_000);
afterAll(() => app.stop());

type Found = { rule: WaitingRule; id: string; reference: string; since: Date };

/** All that waits for somebody, from reading everything. */
async function readAll(staffId: string, rules: readonly WaitingRule[]): Promise<Found[]> {
  const { db } = app.deps;
  const versions = await db.selectFrom('callVersions').selectAll().orderBy('number').execute();
  const wantedBy = new Map(versions.map((one) => [one.callId, one.reviewersWanted]));
  const assignments = await db.selectFrom('reviewAssignments').selectAll().execute();
  const reviews = await db.selectFrom('reviewVersions').selectAll().execute();
  const messages = await db.selectFrom('messages').selectAll().orderBy('id').execute();
  const away = [staff.gone, staff.reader];
  const isUnread = (message: Selectable<Schema['messages']> | undefined): boolean =>
    message?.direction === 'in';
  const found: Found[] = [];
  for (const one of await db.selectFrom('applications').selectAll().execute()) {
    const { id, reference, handlingEditorId: handler, submittedAt, mergedInto, stage } = one;
    if (submittedAt === null || mergedInto !== null || !isUndecided(stage)) continue;
    const byMe = handler !== null && [staffId, ...away].includes(handler);
    const isMine = byMe || handler === null;
    const note = (rule: WaitingRule, since: Date, isSo: boolean): void => {
      if (isSo && rules.includes(rule)) found.push({ rule, id, reference, since });
    };
    const { replyDays } = versions.find((version) => version.id === one.callVersionId)!;
    const replyBy = new Date(submittedAt.getTime() + replyDays * dayMs);
    const { before } = lapseSpan(replyDays, time);
    note('reply-late', replyBy, isMine && submittedAt < before);
    note('reply-near', replyBy, isMine && isWithin(nudgeSpan(replyDays, time), submittedAt));
    note('new-unread', submittedAt, isMine && stage === 'screening' && one.openedAt === null);
    const last = messages.filter(({ applicationId }) => applicationId === id).at(-1);
    if (last) note('applicant-answered', last.createdAt, isMine && isUnread(last));
    const ofIt = assignments.filter(({ applicationId }) => applicationId === id);
    const written = reviews.filter(({ applicationId }) => applicationId === id);
    const newest = new Date(Math.max(...written.map((review) => review.submittedAt.getTime())));
    const done = ofIt.filter(
      ({ reviewerId, state }) =>
        state === 'done' && written.some((review) => review.reviewerId === reviewerId),
    );
    const wanted = one.reviewersWanted ?? wantedBy.get(one.callId)!;
    const isRead = byMe || (isMine && stage !== 'screening');
    note('reviews-complete', newest, isRead && wanted > 0 && done.length >= wanted);
    for (const { reviewerId, state, origin, since, touchedAt } of ofIt) {
      const isOpen = reviewerId === staffId && state === 'open';
      const isStale =
        origin === 'claimed' && touchedAt < new Date(now.getTime() - lateClaimDays * dayMs);
      note(isStale ? 'claim-stale' : 'review-open', since, isOpen);
    }
  }
  return found;
}

const inOrder = (one: Found, other: Found): number =>
  one.since.getTime() - other.since.getTime() || (one.id < other.id ? -1 : 1);

test.each([
  ['me', 'editor', 5],
  ['me', 'editor', 2000],
  ['colleague', 'editor', 26],
  ['reader', 'reviewer', 26],
] as const)(
  'what waits for %s, as %s, up to %i of each: what reading everything says',
  async (who, role, limit) => {
    const rules = listWaitingRules(role, 'all');
    const staffId = staff[who];
    const all = await readAll(staffId, rules);
    const waiting = await listWaitingFor(app.deps.db, { staffId, role, time, rules, limit });
    for (const rule of rules) {
      const ofRule = (list: readonly Omit<Found, 'id'>[]) =>
        list
          .filter((one) => one.rule === rule)
          .map(({ reference, since }) => [reference, since.toISOString()]);
      const truth = ofRule(all.sort(inOrder)).slice(0, limit);
      expect([rule, ofRule(waiting)]).toEqual([rule, truth]);
      const none = ['mail-trouble', 'request-overdue', 'mention-unread', 'consent-ending'];
      expect(truth.length > 5 || truth.length === limit || none.includes(rule)).toBe(true);
    }
  },
);

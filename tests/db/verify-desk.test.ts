import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decidePair } from '../../src/actions/decide-pair.ts';
import { type Case, expectLines, verifyIn } from '../support/damage.ts';
import { createStaff } from '../support/factories.ts';
import { type Stored, storeSamples } from '../support/stored.ts';

let stored: Stored;

const tag = '01900000-0000-7000-8000-00000000000a';
const act = '01900000-0000-7000-8000-00000000000b';
const nothing = '01900000-0000-7000-8000-00000000000c';

/** Two applications that are one, one that was reviewed, tagged and moved with others, and one beside it. */
beforeAll(async () => {
  stored = await storeSamples(20);
  const { db, clock } = stored;
  const { id: staffId } = await createStaff(stored, { role: 'reviewer' });
  const rows = await db
    .selectFrom('applications')
    .select(['id', 'callVersionId'])
    .where('stage', 'in', ['screening', 'review'])
    .orderBy('reference')
    .limit(4)
    .execute();
  const [kept, merged, reviewed] = rows.map(({ id }) => id) as [string, string, string];
  const [firstId, secondId] = [kept, merged].sort() as [string, string];
  const at = clock.now();
  await db
    .insertInto('applicationPairs')
    .values({
      ...{ firstId, secondId, reasons: ['email'], state: 'suspected', keptId: null },
      ...{ staffId: null, decidedAt: null, foundAt: at },
    })
    .execute();
  const seen = 'suspected';
  await decidePair(stored, { id: kept, otherId: merged, act: 'merge', seen, staffId });
  const whose = { applicationId: reviewed, reviewerId: staffId };
  const said = {
    ...{ ...whose, callVersionId: rows[2]!.callVersionId, scores: '{"voice":3}' },
    ...{ ability: null, recommendation: 3 as const, text: 'Good' },
  };
  await db
    .insertInto('reviewAssignments')
    .values({
      ...{ ...whose, state: 'done', origin: 'claimed', assignedBy: staffId, since: at },
      ...{ touchedAt: at, recusal: null },
    })
    .execute();
  await db
    .insertInto('reviews')
    .values({
      ...{ ...said, state: 'submitted', revision: 1, typedBy: null, typedOrder: 0 },
      ...{ submittedNumber: 1, createdAt: at, updatedAt: at },
    })
    .execute();
  await db
    .insertInto('reviewVersions')
    .values({ ...said, number: 1, submittedAt: at })
    .execute();
  await db
    .insertInto('tags')
    .values({ id: tag, name: 'Tag', key: 'tag', createdBy: staffId, createdAt: at })
    .execute();
  await db
    .insertInto('applicationTags')
    .values({ applicationId: reviewed, tagId: tag, addedAt: at })
    .execute();
  await db
    .insertInto('bulkActs')
    .values({
      ...{ id: act, staffId, act: 'review', targetId: null, createdAt: at, undoneAt: null },
    })
    .execute();
  await sql`insert into bulk_act_rows (bulk_act_id, application_id, seen, outcome, before, event_id)
    select ${act}, ${reviewed}, 0, 'done', 'screening', max(id) from events
    where application_id = ${reviewed}`.execute(db);
});
afterAll(() => stored.drop());

test('what staff made as it should be is clean', async () => {
  await stored.inVain(async (trx) => {
    expect(await verifyIn(trx, stored)).toEqual([]);
  });
});

test('of a discreet application the day of its newest review is enough', async () => {
  await stored.inVain(async (trx) => {
    await sql`alter table applications drop constraint applications_sealed_check`.execute(trx);
    await sql`update applications set discreet = true, reviewed_at = date_trunc('day', reviewed_at at time zone 'UTC')
      at time zone 'UTC' where reviewed_at is not null`.execute(trx);
    expect((await verifyIn(trx, stored)).filter((line) => line.startsWith('waiting'))).toEqual([]);
  });
});

const pair = `select p.first_id as first, p.second_id as second, a.id, a.reference, p.kept_id as kept,
    k.reference as keeper
  from application_pairs as p join applications as a on a.merged_into = p.kept_id
  join applications as k on k.id = p.kept_id`;
const review = `select a.id, a.reference, r.reviewer_id as reviewer
  from reviews as r join applications as a on a.id = r.application_id`;
const ofReview = 'reviews: review of application {reference} by {reviewer}';
const ofAssignment = 'reviews: assignment of application {reference} to {reviewer}';
const decided = `select id, reference from applications where stage = 'decided' order by id limit 1`;
const ofAgreement = 'consents: agreement of application {reference}';
const ofRow = `bulk: row {id} of bulk act ${act}`;

const cases: Case[] = [
  [
    'an application counts a review that is not there',
    decided,
    "update applications set reviews_in = reviews_in + 1 where id = '{id}'",
    'waiting: application {reference}: counts other reviews than there are',
  ],
  [
    'an application was reviewed at another time than its review',
    review,
    "update applications set reviewed_at = reviewed_at - interval '1 second' where id = '{id}'",
    'waiting: application {reference}: counts other reviews than there are',
  ],
  [
    'an application waits for an answer to no message',
    decided,
    "update applications set unanswered_since = now() where id = '{id}'",
    'waiting: application {reference}: says something else of the last message than its messages',
  ],
  [
    'an agreement was withdrawn, but its application is kept',
    decided,
    [
      "update applications set keep_on_file = true where id = '{id}'",
      "insert into consents (application_id, withdrawn_at) values ('{id}', now())",
      `insert into events (application_id, actor, type, at)
        values ('{id}', 'applicant', 'consent-withdrawn', now())`,
    ],
    `${ofAgreement}: is withdrawn, but the application says that it is kept`,
  ],
  [
    'somebody has left the directory unasked, and nothing is logged',
    decided,
    "insert into consents (application_id, ended_at, agreed_at) values ('{id}', now(), now())",
    [
      `${ofAgreement}: has ended, but nobody was asked`,
      `${ofAgreement}: was given anew, but no event says so`,
      `${ofAgreement}: has ended, but no event says so`,
    ],
  ],
  [
    'somebody was asked and has withdrawn, and nothing is logged',
    decided,
    [
      "update applications set keep_on_file = false where id = '{id}'",
      "insert into consents (application_id, asked_at, withdrawn_at) values ('{id}', now(), now())",
    ],
    [
      `${ofAgreement}: was asked for, but no event says so`,
      `${ofAgreement}: is withdrawn, but no event says so`,
    ],
  ],
  [
    'a pair has an application that is not there',
    pair,
    [
      'alter table application_pairs drop constraint application_pairs_second_id_fkey',
      `insert into application_pairs (first_id, second_id, reasons, found_at)
        values ('{first}', 'ffffffff-0000-7000-8000-000000000000', array[]::text[], now())`,
    ],
    'pairs: pair {first} ffffffff-0000-7000-8000-000000000000: has an application that is not there or was never submitted',
  ],
  [
    'a pair has a draft',
    `select d.id, least(d.id, a.id) as first, greatest(d.id, a.id) as second
      from applications as d, applications as a
      where d.stage = 'draft' and a.stage = 'screening' order by a.reference limit 1`,
    `insert into application_pairs (first_id, second_id, reasons, found_at)
      values ('{first}', '{second}', array[]::text[], now())`,
    'pairs: pair {first} {second}: has an application that is not there or was never submitted',
  ],
  [
    'a pair is not in order',
    pair,
    [
      'alter table application_pairs drop constraint application_pairs_check',
      "update application_pairs set first_id = '{second}', second_id = '{first}'",
    ],
    [
      'pairs: pair {second} {first}: is not in order',
      'pairs: application {reference}: is merged, but by no pair',
    ],
  ],
  [
    'a merge was forgotten by its application, which is not listed',
    pair,
    "update applications set merged_into = null where id = '{id}'",
    [
      'search: application {reference}: is not found by any search',
      'pairs: pair {first} {second}: is merged, but its application does not say so',
    ],
  ],
  [
    'a merge was forgotten by its pair',
    pair,
    "update application_pairs set state = 'linked', kept_id = null",
    'pairs: application {reference}: is merged, but by no pair',
  ],
  [
    'a merged one is in the search',
    pair,
    `insert into application_search (application_id, version, submitted_at, stage_since, tab, decision,
        handling_editor_id, facets, handles, words)
      select a.id, 1, a.submitted_at, a.stage_since, list_tab(a.stage, a.opened_at), a.decision,
        a.handling_editor_id, array[]::text[], '', '' from applications as a where a.id = '{id}'`,
    'search: application {reference}: is found, but is not to be listed',
  ],
  [
    'what stands for another is merged itself',
    `${pair.replace('select ', "select (select o.id from applications as o where o.stage = 'shortlist' order by o.reference limit 1) as other, ")}`,
    [
      "delete from application_search where application_id = '{kept}'",
      "update applications set merged_into = '{other}' where id = '{kept}'",
      `insert into application_pairs (first_id, second_id, reasons, state, kept_id, found_at)
        values (least('{kept}'::uuid, '{other}'), greatest('{kept}'::uuid, '{other}'), array[]::text[], 'merged', '{other}', now())`,
    ],
    'pairs: application {reference}: is merged into one that is merged itself',
  ],
  [
    'the newest version of a review is missing',
    review,
    'update reviews set submitted_number = 2',
    [`${ofReview}: its newest submitted version is not there`],
  ],
  [
    'a submitted review says something else than its version',
    review,
    "update reviews set text = 'Better'",
    `${ofReview}: is submitted, but says something else than its version`,
  ],
  [
    'an assignment is done without a review',
    review,
    'delete from reviews',
    `${ofAssignment}: is done, but no review was submitted`,
  ],
  [
    'a submitted review has an assignment that is open',
    review,
    "update review_assignments set state = 'open'",
    `${ofReview}: was submitted, but its assignment is not done`,
  ],
  [
    'a submitted review has no assignment',
    review,
    'delete from review_assignments',
    `${ofReview}: was submitted, but its assignment is not done`,
  ],
  [
    'a tag is not there',
    review,
    [
      'alter table application_tags drop constraint application_tags_tag_id_fkey',
      `update application_tags set tag_id = '${nothing}'`,
    ],
    `tags: tag ${nothing} of application {id}: the tag or the application is not there`,
  ],
  [
    'a bulk act is not there',
    review,
    [
      'alter table bulk_act_rows drop constraint bulk_act_rows_bulk_act_id_fkey',
      'delete from bulk_acts',
    ],
    `${ofRow}: the act or the application is not there`,
  ],
  [
    'what a bulk act did has no event',
    review,
    'update bulk_act_rows set event_id = 0',
    `${ofRow}: is done, but has no event of its application`,
  ],
  [
    'a bulk act stands, but was undone',
    review,
    "update bulk_act_rows set undo_outcome = 'done'",
    `${ofRow}: is undone, but it was not done or the act stands`,
  ],
];

describe('a violation is told in one line:', () => {
  test.each(cases)('%s', async (...damage) => {
    await expectLines(stored, damage);
  });
});

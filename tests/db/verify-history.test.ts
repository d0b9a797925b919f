import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Case, draft, expectLines, reviewed, submitted } from '../support/damage.ts';
import { type Stored, storeSamples } from '../support/stored.ts';

let stored: Stored;

beforeAll(async () => {
  stored = await storeSamples(20);
});
afterAll(() => stored.drop());

const stages: Case[] = [
  [
    'a stage was changed without an event',
    submitted,
    "update applications set stage = 'shortlist' where id = '{id}'",
    'stages: application {reference}: stands at shortlist, but its events lead to screening',
  ],
  [
    'a decision was changed without an event',
    "select id, reference from applications where decision = 'kept-on-file' order by reference limit 1",
    "update applications set decision = 'declined' where id = '{id}'",
    'stages: application {reference}: stands at decided:declined, but its events lead to decided:kept-on-file',
  ],
  [
    'the last event is missing',
    reviewed,
    'delete from events where id = {event}',
    'stages: application {reference}: stands at review, but its events lead to screening',
  ],
  [
    'an event is there twice',
    reviewed,
    'insert into events (application_id, actor, type, from_value, to_value, at) select application_id, actor, type, from_value, to_value, at from events where id = {event}',
    'stages: application {reference}: event {next} leads from screening to review, but it stood at review',
  ],
  [
    'an event is no legal step',
    reviewed,
    "insert into events (application_id, actor, type, from_value, to_value, at) select application_id, actor, type, 'review', 'review', at from events where id = {event}",
    'stages: application {reference}: event {next} leads from review to review, which is no legal step',
  ],
  [
    'a move was undone to where it was not made',
    "select id, reference, (select last_value + 2 from events_id_seq) as last from applications where stage = 'review' order by reference limit 1",
    [
      "insert into events (application_id, actor, type, from_value, to_value, at) select id, 'staff', 'stage-changed', 'review', 'shortlist', stage_since from applications where id = '{id}'",
      "insert into events (application_id, actor, type, from_value, to_value, at) select id, 'staff', 'stage-changed', 'shortlist', 'screening', stage_since from applications where id = '{id}'",
      "update applications set stage = 'screening' where id = '{id}'",
    ],
    'stages: application {reference}: event {last} leads from shortlist to screening, but it came from review',
  ],
  [
    'a decision was taken back to where it was not made',
    reviewed,
    [
      "update events set to_value = 'decided:accepted', from_value = 'screening' where id = {event}",
      "insert into events (application_id, actor, type, from_value, to_value, at) select application_id, actor, type, 'decided:accepted', 'shortlist', at from events where id = {event}",
      "update applications set stage = 'shortlist' where id = '{id}'",
    ],
    'stages: application {reference}: event {next} leads from decided:accepted to shortlist, but it was decided from screening',
  ],
  [
    'a withdrawal was undone to another stage',
    "select id, reference, (select last_value + 2 from events_id_seq) as last from applications where stage = 'screening' order by reference limit 1",
    [
      "insert into events (application_id, actor, type, from_value, to_value, at) values ('{id}', 'applicant', 'stage-changed', 'screening', 'withdrawn', now())",
      "insert into events (application_id, actor, type, from_value, to_value, at) values ('{id}', 'applicant', 'stage-changed', 'withdrawn', 'review', now())",
      "update applications set stage = 'review', stage_since = now() where id = '{id}'",
    ],
    'stages: application {reference}: event {last} leads from withdrawn to review, but it was withdrawn from screening',
  ],
  [
    'the submission has no event',
    submitted,
    "delete from events where application_id = '{id}'",
    'stages: application {reference}: has 0 events of its submission instead of one',
  ],
  [
    'the submission has two events',
    submitted,
    "insert into events (application_id, actor, type, from_value, to_value, at) select application_id, actor, type, from_value, to_value, at from events where application_id = '{id}'",
    'stages: application {reference}: has 2 events of its submission instead of one',
  ],
  [
    'a stage change is called a submission',
    reviewed,
    [
      "update events set type = 'stage-changed' where id = {submission}",
      "update events set type = 'submitted' where id = {event}",
    ],
    [
      'stages: application {reference}: event {submission} leads from draft to screening, but is called stage-changed',
      'stages: application {reference}: event {event} leads from screening to review, but is called submitted',
    ],
  ],
  [
    'the time of the stage is another one',
    submitted,
    "update applications set stage_since = stage_since + interval '1 second' where id = '{id}'",
    'stages: application {reference}: stands there since another time than its last event says',
  ],
  [
    'the time of the submission is another one',
    reviewed,
    "update applications set submitted_at = submitted_at - interval '1 second' where id = '{id}'",
    'stages: application {reference}: was submitted at another time than its event says',
  ],
  [
    'a withdrawn one was never submitted',
    "select id, reference from applications where stage = 'withdrawn' order by reference limit 1",
    "update applications set submitted_at = null where id = '{id}'",
    'stages: application {reference}: is no draft, but was never submitted',
  ],
  [
    'a draft has a time of submission',
    draft,
    "update applications set submitted_at = created_at where id = '{id}'",
    'stages: application {reference}: is a draft, but has a time of submission',
  ],
  [
    'a draft has an event',
    draft,
    "insert into events (application_id, actor, type, from_value, to_value, at) values ('{id}', 'applicant', 'submitted', 'draft', 'screening', now())",
    'stages: application {reference}: is a draft, but has 1 event',
  ],
];

const tokens: Case[] = [
  [
    'a private token is missing',
    submitted,
    "delete from application_tokens where application_id = '{id}' and kind = 'private'",
    'tokens: application {reference}: has no private token',
  ],
  [
    'a receipt code is missing',
    submitted,
    "delete from application_tokens where application_id = '{id}' and kind = 'receipt'",
    'tokens: application {reference}: has no receipt token',
  ],
  [
    'a draft token is missing',
    draft,
    "delete from application_tokens where application_id = '{id}'",
    'tokens: application {reference}: has no draft token',
  ],
  [
    'a token was emptied',
    submitted,
    "update application_tokens set sealed = null where application_id = '{id}' and kind = 'receipt'",
    'tokens: application {reference}: its receipt token does not open',
  ],
  [
    'a token leads elsewhere',
    submitted,
    "update application_tokens set token_hash = sha256('x') where application_id = '{id}' and kind = 'private'",
    'tokens: application {reference}: its private token is not found by its hash',
  ],
];

describe('a violation is told in one line:', () => {
  test.each([...stages, ...tokens])('%s', async (...damage) => {
    await expectLines(stored, damage);
  });
});

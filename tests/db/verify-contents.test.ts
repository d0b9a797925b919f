import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Case, expectLines, receipt, spare, spareId, submitted } from '../support/damage.ts';
import { type Stored, storeSamples } from '../support/stored.ts';

let stored: Stored;

beforeAll(async () => {
  stored = await storeSamples(20);
});
afterAll(() => stored.drop());

const mails: Case[] = [
  [
    'the receipt is missing',
    receipt,
    ["delete from jobs where id = '{job}'", "delete from mails where id = '{id}'"],
    'mails: application {reference}: has 0 mails "receipt" in the applicant thread instead of one',
  ],
  [
    'the notification is missing',
    submitted,
    [
      "delete from jobs where subject_id in (select id from mails where application_id = '{id}' and thread = 'editors')",
      "delete from mails where application_id = '{id}' and thread = 'editors'",
    ],
    'mails: application {reference}: has 0 mails "editorial-notification" in the editors thread instead of one',
  ],
  [
    'the receipt went into the thread of the editors',
    receipt,
    "update mails set thread = 'editors' where id = '{id}'",
    'mails: application {reference}: has 0 mails "receipt" in the applicant thread instead of one',
  ],
  [
    'the receipt is there twice',
    receipt,
    `insert into mails select ${spare}, application_id, thread, template, language, '<x@x>', null, content_sealed, created_at, sent_at from mails where id = '{id}'`,
    [
      'mails: application {reference}: has 2 mails "receipt" in the applicant thread instead of one',
      `mails: application {reference}: mail ${spareId} does not open`,
    ],
  ],
  [
    'a mail waits to tell of a withdrawal that was undone',
    receipt,
    [
      "update mails set template = 'withdrawal-notice', sent_at = null where id = '{id}'",
      "update jobs set state = 'queued' where id = '{job}'",
    ],
    [
      'mails: application {reference}: has 0 mails "receipt" in the applicant thread instead of one',
      'mails: application {reference}: mail {id} waits to tell of a withdrawal that was undone',
    ],
  ],
  [
    'a waiting mail has no job',
    receipt,
    ["delete from jobs where id = '{job}'", "update mails set sent_at = null where id = '{id}'"],
    'mails: application {reference}: mail {id} is not sent and has no job',
  ],
  [
    'a mail has two jobs',
    receipt,
    `insert into jobs (id, kind, subject_id, state, not_before, created_at) values (${spare}, 'mail', '{id}', 'done', now(), now())`,
    'mails: application {reference}: mail {id} has 2 jobs instead of one',
  ],
  [
    'a job is done and its mail is not sent',
    receipt,
    "update mails set sent_at = null where id = '{id}'",
    'mails: application {reference}: mail {id} is not sent, but its job is done',
  ],
  [
    'a mail is sent and its job is not done',
    receipt,
    "update jobs set state = 'parked' where id = '{job}'",
    'mails: application {reference}: mail {id} is sent, but its job is parked',
  ],
  [
    'what a mail says was changed',
    receipt,
    "update mails set content_sealed = content_sealed || 'x' where id = '{id}'",
    'mails: application {reference}: mail {id} does not open',
  ],
];

const answers: Case[] = [
  [
    'the name is missing',
    submitted,
    "update applications set full_name = '', latin_name = '', pen_name = '' where id = '{id}'",
    [
      'answers: application {reference}: has no name',
      'search: application {reference}: is not found by parts of its names and address',
    ],
  ],
  [
    'the e-mail address is none',
    submitted,
    "update applications set email = 'nobody' where id = '{id}'",
    [
      'answers: application {reference}: has no e-mail address that mail could go to',
      'search: application {reference}: is not found by parts of its names and address',
    ],
  ],
  [
    'the e-mail hash is of another address',
    submitted,
    "update applications set email = 'x' || email where id = '{id}'",
    [
      'answers: application {reference}: its e-mail hash is not that of its address',
      'search: application {reference}: is not found by parts of its names and address',
    ],
  ],
  [
    'the e-mail hash is missing',
    submitted,
    "update applications set email_hash = null where id = '{id}'",
    'answers: application {reference}: its e-mail hash is not that of its address',
  ],
  [
    'the consent is missing',
    submitted,
    "update applications set consented_at = null where id = '{id}'",
    'answers: application {reference}: has no consent',
  ],
  [
    'a name was changed and its search was not',
    submitted,
    "update applications set pen_name = 'Somebody Else' where id = '{id}'",
    'search: application {reference}: is not found by parts of its names and address',
  ],
  [
    'a search row stands elsewhere',
    submitted,
    "update application_search set stage_since = stage_since - interval '1 day' where application_id = '{id}'",
    'search: application {reference}: is found where it does not stand',
  ],
  [
    'a search row has a tag that the application has not',
    submitted,
    "update application_search set tags = array[gen_random_uuid()] where application_id = '{id}'",
    'search: application {reference}: is found where it does not stand',
  ],
  [
    'a search row belongs to another time',
    submitted,
    "update application_search set words = words || array_to_tsvector(array['w/0/1']) where application_id = '{id}'",
    'search: application {reference}: is not found by its reference and time',
  ],
  [
    'a search row is of another reference',
    submitted,
    "update application_search set words = ts_delete(words, 'r/{reference}') where application_id = '{id}'",
    'search: application {reference}: is not found by its reference and time',
  ],
  [
    'there is no search row',
    submitted,
    "delete from application_search where application_id = '{id}'",
    'search: application {reference}: is not found by any search',
  ],
  [
    'a counter is one too high',
    submitted,
    "insert into application_count_changes values ('', 'new', '', 1)",
    'search: counter all, new: does not say how many there are',
  ],
  [
    'a contact handle does not open',
    submitted,
    "update applications set contact_handle_sealed = sha256('x') where id = '{id}'",
    'answers: application {reference}: its contact handle does not open',
  ],
  [
    'a document that the call requires is missing',
    submitted,
    "delete from documents where application_id = '{id}' and kind = 'coverLetter'",
    'answers: application {reference}: has no coverLetter, which its call requires',
  ],
];

describe('a violation is told in one line:', () => {
  test.each([...mails, ...answers])('%s', async (...damage) => {
    await expectLines(stored, damage);
  });
});

import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  type Case,
  draft,
  expectLines,
  large,
  receipt,
  spare,
  spareId,
  submitted,
} from '../support/damage.ts';
import { type Stored, storeSamples } from '../support/stored.ts';

let stored: Stored;

beforeAll(async () => {
  stored = await storeSamples(20);
});
afterAll(() => stored.drop());

const documents: Case[] = [
  [
    'a chunk is missing',
    large,
    "delete from document_chunks where document_id = '{id}' and number = 1",
    'documents: document {id} of {reference}: chunk 1 is missing',
  ],
  [
    'the first chunks are missing',
    large,
    "delete from document_chunks where document_id = '{id}' and number < 2",
    'documents: document {id} of {reference}: chunks 0 to 1 are missing',
  ],
  [
    'the last chunk is missing',
    large,
    "delete from document_chunks where document_id = '{id}' and number = 2",
    'documents: document {id} of {reference}: chunk 2 is missing',
  ],
  [
    'every chunk is missing',
    large,
    "delete from document_chunks where document_id = '{id}'",
    'documents: document {id} of {reference}: chunks 0 to 2 are missing',
  ],
  [
    'a bit of a chunk is changed',
    large,
    "update document_chunks set data = set_byte(data, 1000, get_byte(data, 1000) # 1) where document_id = '{id}' and number = 1",
    'documents: document {id} of {reference}: chunk 1 does not open: it was changed, or belongs elsewhere',
  ],
  [
    'two chunks have changed places',
    large,
    [
      "update document_chunks set number = 9 where document_id = '{id}' and number = 0",
      "update document_chunks set number = 0 where document_id = '{id}' and number = 1",
      "update document_chunks set number = 1 where document_id = '{id}' and number = 9",
    ],
    [
      'documents: document {id} of {reference}: chunk 0 does not open: it was changed, or belongs elsewhere',
      'documents: document {id} of {reference}: chunk 1 does not open: it was changed, or belongs elsewhere',
    ],
  ],
  [
    'the document was cut off and its row made to agree',
    large,
    [
      "delete from document_chunks where document_id = '{id}' and number = 2",
      "update documents set chunk_count = 2 where id = '{id}'",
    ],
    'documents: document {id} of {reference}: chunk 1 does not open: it was changed, or belongs elsewhere',
  ],
  [
    'there is a chunk too many',
    large,
    "insert into document_chunks select document_id, 3, data from document_chunks where document_id = '{id}' and number = 2",
    'documents: document {id} of {reference}: has a chunk 3, but should have 3 in all',
  ],
  [
    'the size is another one',
    large,
    "update documents set size = 600001 where id = '{id}'",
    'documents: document {id} of {reference}: has 600000 bytes, but should have 600001',
  ],
  [
    'the hash is another one',
    large,
    "update documents set sha256 = sha256('x') where id = '{id}'",
    'documents: document {id} of {reference}: its bytes do not have the SHA-256 that was stored when it arrived',
  ],
  [
    'a document was moved to another application',
    `select d.id, a.id as other, a.reference from documents as d, applications as a where d.size = 600000 and a.id = (select id from applications where stage = 'screening' order by reference limit 1)`,
    "update documents set application_id = '{other}' where id = '{id}'",
    [0, 1, 2].map(
      (number) =>
        `documents: document {id} of {reference}: chunk ${number} does not open: it was changed, or belongs elsewhere`,
    ),
  ],
];

const orphans: Case[] = [
  [
    'chunks have no document',
    large,
    [
      'alter table document_chunks drop constraint document_chunks_document_id_fkey',
      "delete from documents where id = '{id}'",
    ],
    'orphans: chunks of document {id}: there is no such document',
  ],
  [
    'chunks that sort before all documents have none',
    large,
    [
      'alter table document_chunks drop constraint document_chunks_document_id_fkey',
      `insert into document_chunks values (${spare}, 0, 'x')`,
    ],
    `orphans: chunks of document ${spareId}: there is no such document`,
  ],
  [
    'a document has no application',
    large,
    [
      'alter table documents drop constraint documents_application_id_fkey',
      "delete from applications where id = '{application}'",
    ],
    'orphans: document {id}: there is no application {application}',
  ],
  [
    'a key has no application',
    draft,
    [
      'alter table keys.application_keys drop constraint application_keys_application_id_fkey',
      "delete from applications where id = '{id}'",
    ],
    'orphans: key of application {id}: there is no such application',
  ],
  [
    'a mail has no application',
    receipt,
    [
      'alter table mails drop constraint mails_application_id_fkey',
      `update mails set application_id = ${spare} where id = '{id}'`,
    ],
    [
      'mails: application {reference}: has 0 mails "receipt" in the applicant thread instead of one',
      `orphans: mail {id}: there is no application ${spareId}`,
    ],
  ],
  [
    'a waiting mail job has no mail',
    receipt,
    `update jobs set subject_id = ${spare}, state = 'queued' where id = '{job}'`,
    `orphans: mail job {job}: there is no mail ${spareId}`,
  ],
  [
    'an application is gone that nobody has erased',
    submitted,
    [
      "update jobs set state = 'done' where kind = 'mail'",
      "delete from applications where id = '{id}'",
    ],
    'orphans: events of application {id}: it is gone, but was not erased',
  ],
];

const keys: Case[] = [
  [
    'an application has no key',
    submitted,
    "delete from keys.application_keys where application_id = '{id}'",
    'keys: application {reference}: has no key',
  ],
  [
    'an application has the key of another one',
    submitted,
    "update keys.application_keys set wrapped = (select wrapped from keys.application_keys where application_id <> '{id}' limit 1) where application_id = '{id}'",
    'keys: application {reference}: its key does not open',
  ],
];

describe('a violation is told in one line:', () => {
  test.each([...documents, ...orphans, ...keys])('%s', async (...damage) => {
    await expectLines(stored, damage);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configOf } from '../support/configuration.ts';
import { type Case, expectLines, spare, verifyIn } from '../support/damage.ts';
import { createSubmitted } from '../support/factories.ts';
import { type Stored, storeSamples } from '../support/stored.ts';

let stored: Stored;

beforeAll(async () => {
  stored = await storeSamples(1);
  const core = { ...stored, config: configOf({}), publicUrl: 'http://localhost:3000' };
  await createSubmitted(core, {
    values: {
      discreet: true,
      contactChannel: 'signal',
      contactHandle: 'x',
      email: 'a@example.org',
    },
    files: [
      { kind: 'cv', name: 'cv.pdf' },
      { kind: 'coverLetter', name: 'letter.pdf' },
      { kind: 'writingSample', name: 'sample.pdf' },
    ],
  });
});
afterAll(() => stored.drop());

const discreet = 'select id, reference from applications where discreet';

const cases: Case[] = [
  [
    'a note stands in clear',
    discreet,
    `insert into notes (id, application_id, body, created_at) values (${spare}, '{id}', 'x', now())`,
    'discreet: application {reference}: has 1 text in clear',
  ],
  [
    'the name of a file stands in clear',
    discreet,
    "update documents set name = 'x' where application_id = '{id}'",
    'discreet: application {reference}: has 3 texts in clear',
  ],
  [
    'a masked copy of its texts is there',
    discreet,
    "insert into masked_texts (application_id, source, text) values ('{id}', 'topics', 'x')",
    'discreet: application {reference}: has 1 masked copy of its texts',
  ],
  [
    'what is sealed of it does not open',
    discreet,
    "update applications set answers_sealed = sha256('x') where id = '{id}'",
    'discreet: application {reference}: its answers do not open',
  ],
  [
    'its address is found by another hash',
    discreet,
    "update applications set email_hash = sha256('x') where id = '{id}'",
    'answers: application {reference}: its e-mail hash is not that of its address',
  ],
  [
    'it is found by a part of a name',
    discreet,
    "update application_search set handles = 'x' where application_id = '{id}'",
    'search: application {reference}: is not found by parts of its names and address',
  ],
];

test('a discreet application that keeps its promises has no finding', async () => {
  await stored.inVain(async (trx) => expect(await verifyIn(trx, stored)).toEqual([]));
});

describe('of a discreet application is told that', () => {
  test.each(cases)('%s', async (...damage) => {
    await expectLines(stored, damage);
  });
});

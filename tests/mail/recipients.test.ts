import { expect, test } from 'vitest';
import { editorsInbox, isOnlySeeded, parseAddressList } from '../../src/mail/recipients.ts';

const seeded = 'redaktion@seeded.example';

test.each<[string, string | null, string[], 'smtp' | 'captured', string[]]>([
  ['the inbox entered for the call', 'a@x.example', ['b@x.example'], 'smtp', ['a@x.example']],
  [
    'each address of it',
    'a@x.example, b@x.example,a@x.example',
    [],
    'smtp',
    ['a@x.example', 'b@x.example'],
  ],
  [
    'the configured inbox',
    null,
    ['b@localhost', 'c@x.example'],
    'smtp',
    ['b@localhost', 'c@x.example'],
  ],
  [
    'the configured inbox while mail is captured',
    null,
    ['b@x.example'],
    'captured',
    ['b@x.example'],
  ],
  [
    'the configured inbox when that of the call holds no address',
    'desk',
    ['b@x.example'],
    'smtp',
    ['b@x.example'],
  ],
  ['the seeded inbox while mail is captured', null, [], 'captured', [seeded]],
  ['nobody by SMTP when only the seeded inbox is known', null, [], 'smtp', []],
])('editors are reached at %s', (_name, inbox, editorialInbox, transport, expected) => {
  const call = { inbox, seededInbox: seeded };
  expect(editorsInbox(call, { editorialInbox, transport })).toEqual(expected);
});

test('a list that holds no address is empty', () => {
  expect([null, '', ' , ', 'no address', 'a@b@c'].map(parseAddressList)).toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});

test.each([
  [seeded, [], true],
  ['Redaktion@Seeded.Example', [], true],
  ['redaktion+anything@seeded.example', [], true],
  ['questions@seeded.example', [], true],
  ['other@seeded.example', [], false],
  [seeded, ['desk@x.example, REDAKTION@seeded.example'], false],
  ['questions@seeded.example', [seeded], true],
])('%s is only seeded while %j were entered: %s', (address, entered, expected) => {
  const known = { seeded: [seeded, 'questions@seeded.example'], entered };
  expect(isOnlySeeded(address, known)).toBe(expected);
});

import { expect, test } from 'vitest';
import { locateError } from '../src/describe-error.ts';

const withStack = (...frames: string[]): Error => {
  const error = new Error('at fault\n    at nobody (nowhere)');
  error.stack = [`Error: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
};
const foreign = (n: number) => `send${n} (file:///app/node_modules/pg/lib/client.js:${n}:1)`;
const own = (n: number) => `ours${n} (file:///app/src/db/mails.ts:${n}:1)`;

test('an error deep in a library is located by the place it broke at and by our own frames', () => {
  const frames = [...[1, 2, 3, 4, 5, 6].map(foreign), 'process.tick (node:internal/x:1:1)'];
  expect(locateError(withStack(...frames, own(1), 'new Promise (<anonymous>)', own(2)))).toEqual([
    `at ${foreign(1)}`,
    `at ${own(1)}`,
    `at ${own(2)}`,
  ]);
});

test('without a frame of ours the first five are told', () => {
  expect(locateError(withStack(...[1, 2, 3, 4, 5, 6].map(foreign)))).toEqual(
    [1, 2, 3, 4, 5].map((n) => `at ${foreign(n)}`),
  );
});

test('never more than five, and never the message', () => {
  expect(locateError(withStack(...[1, 2, 3, 4, 5, 6].map(own)))).toEqual(
    [1, 2, 3, 4, 5].map((n) => `at ${own(n)}`),
  );
});

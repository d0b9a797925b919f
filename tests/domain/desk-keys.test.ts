import { expect, it } from 'vitest';
import { deskKeys, findTransitionKeys, transitionKeys } from '../../src/domain/desk-keys.ts';
import { transitions } from '../../src/domain/stages.ts';

const all = [...Object.values(deskKeys), ...Object.values(transitionKeys)];

it('no key is given twice or begins another', () => {
  expect(new Set(all).size).toBe(all.length);
  const beginners = all.filter((one) => all.some((other) => other.startsWith(`${one} `)));
  expect(beginners).toEqual([]);
});

it('every move that staff can make has its keys, and no other', () => {
  for (const { name, roles } of transitions) {
    // It stands beside the letter that it takes back.
    if (name === 'recall') continue;
    expect([name, findTransitionKeys(name) !== undefined]).toEqual([name, roles.length > 0]);
  }
});

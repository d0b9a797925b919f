import { describe, expect, it } from 'vitest';
import { type Copy, type KnownRelease, listCopies, listOverdue } from '../supply/overdue.ts';
import { readPackages } from '../supply/packages.ts';

const today = new Date('2026-11-27T12:00:00Z');
const daysAgo = (days: number): Date => new Date(today.getTime() - days * 86_400_000);
const plant = (changes: Partial<Copy> = {}): Copy => ({
  ...{ name: 'planted', version: '1.2.3', direct: true, ranges: [] },
  ...changes,
});
const release = (version: string, changes: Partial<KnownRelease> = {}): KnownRelease => ({
  ...{ version, published: daysAgo(100), deprecated: false, node: '>=18' },
  ...changes,
});
const judge = (copy: Copy, ...releases: KnownRelease[]): string[] =>
  listOverdue([copy], new Map([['planted', releases]]), { today, oldestNode: '20.19.0' });
const line = (from: string, to: string, age = 100): string[] => [
  `planted ${from}: ${to} is ${age} days old`,
];

describe('overdue is a version', () => {
  it('of which the next one is older than 90 days, and not one day earlier', () => {
    expect(judge(plant(), release('1.2.4', { published: daysAgo(90) }))).toEqual([]);
    const older = release('1.2.4', { published: new Date(daysAgo(90).getTime() - 1) });
    expect(judge(plant(), older)).toEqual(line('1.2.3', '1.2.4', 90));
  });

  it('whose newest successor of that age is named, by number and not by letters', () => {
    const releases = [release('1.10.0'), release('1.9.0'), release('1.11.0', { published: today })];
    expect(judge(plant(), ...releases)).toEqual(line('1.2.3', '1.10.0'));
    expect(judge(plant(), release('1.2.2'), release('1.2.3'))).toEqual([]);
  });

  it.each([
    ['1.2.3', '2.0.0', false],
    ['0.2.3', '0.3.0', false],
    ['0.2.3', '0.2.4', true],
    ['10.2.3', '10.3.0', true],
  ])('of the same line: %s, then %s: %s', (version, next, overdue) => {
    const expected = overdue ? line(version, next) : [];
    expect(judge(plant({ version }), release(next))).toEqual(expected);
  });

  it.each([
    [['^1.2.0'], true],
    [['~1.2.0'], false],
    [['^1.2.0', '1.2.3'], false],
    [['^1.2.0', '1.2.x || >=1.3'], true],
  ])('that all of its users allow: %j: %s', (ranges, overdue) => {
    const expected = overdue ? line('1.2.3', '1.3.0') : [];
    expect(judge(plant({ direct: false, ranges }), release('1.3.0'))).toEqual(expected);
  });

  it.each([
    ['>=22', false],
    ['^20.19.0 || >=22.12.0', true],
    ['>=20.20', false],
    [undefined, true],
  ])('that the oldest promised Node runs: %s: %s', (node, overdue) => {
    const expected = overdue ? line('1.2.3', '1.3.0') : [];
    expect(judge(plant(), release('1.3.0', { node }))).toEqual(expected);
  });

  it('that its author still stands by: an older one takes the place of a deprecated one', () => {
    const deprecated = release('1.4.0', { deprecated: true });
    expect(judge(plant(), deprecated)).toEqual([]);
    expect(judge(plant(), deprecated, release('1.3.0'))).toEqual(line('1.2.3', '1.3.0'));
  });

  it('that is finished, or unfinished like the one in use', () => {
    expect(judge(plant(), release('1.3.0-beta.1'))).toEqual([]);
    expect(judge(plant({ version: '1.3.0-beta.1' }), release('1.3.0-beta.2'))).toEqual(
      line('1.3.0-beta.1', '1.3.0-beta.2'),
    );
    expect(judge(plant({ version: '1.3.0-beta.1' }), release('1.3.0'))).toEqual(
      line('1.3.0-beta.1', '1.3.0'),
    );
  });
});

it('the lock file tells who allows what: others take a copy of their own, peers do not', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/own': { version: '1.0.0' },
      'node_modules/user': {
        version: '1.0.0',
        ...{ dependencies: { own: '~1.0.0', deep: '^2.0.0' }, peerDependencies: { own: '^1' } },
      },
      'node_modules/other': { version: '1.0.0', optionalDependencies: { deep: '>=1' } },
      'node_modules/user/node_modules/deep': { version: '2.0.0' },
      'node_modules/deep': { version: '1.5.0' },
    },
  };
  const project = {
    ...{ name: 'planted', version: '1.0.0', license: 'MIT', engines: { node: '>=20.19' } },
    dependencies: { own: '1.0.0' },
  };
  expect(listCopies(readPackages(JSON.stringify(lock)), project)).toEqual([
    { name: 'deep', version: '1.5.0', direct: false, ranges: ['>=1'] },
    { name: 'other', version: '1.0.0', direct: false, ranges: [] },
    { name: 'own', version: '1.0.0', direct: true, ranges: ['^1'] },
    { name: 'user', version: '1.0.0', direct: false, ranges: [] },
    { name: 'deep', version: '2.0.0', direct: false, ranges: ['^2.0.0'] },
  ]);
});

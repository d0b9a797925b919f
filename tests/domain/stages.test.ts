import { describe, expect, it } from 'vitest';
import {
  columnsOf,
  decisions,
  findTransition,
  isLegalStep,
  listTransitions,
  publicStatusOf,
  type Standing,
  stages,
  standingOf,
  transitions,
  visibleStages,
} from '../../src/domain/stages.ts';

const standings = [
  ...stages.filter((stage) => stage !== 'decided'),
  ...decisions.map((decision) => `decided:${decision}`),
] as Standing[];

describe('the transition table', () => {
  it('allows these steps and no others', () => {
    const legal = standings.flatMap((from) =>
      standings.filter((to) => isLegalStep(from, to)).map((to) => `${from} > ${to}`),
    );
    expect(legal).toEqual([
      'draft > screening',
      'screening > review',
      'screening > shortlist',
      'screening > withdrawn',
      'screening > decided:accepted',
      'screening > decided:kept-on-file',
      'screening > decided:declined',
      'review > screening',
      'review > shortlist',
      'review > withdrawn',
      'review > decided:accepted',
      'review > decided:kept-on-file',
      'review > decided:declined',
      'shortlist > screening',
      'shortlist > review',
      'shortlist > withdrawn',
      'shortlist > decided:accepted',
      'shortlist > decided:kept-on-file',
      'shortlist > decided:declined',
      'withdrawn > screening',
      'withdrawn > review',
      'withdrawn > shortlist',
      'withdrawn > decided:accepted',
      'withdrawn > decided:kept-on-file',
      'withdrawn > decided:declined',
      'decided:accepted > screening',
      'decided:accepted > review',
      'decided:accepted > shortlist',
      'decided:accepted > withdrawn',
      'decided:kept-on-file > screening',
      'decided:kept-on-file > review',
      'decided:kept-on-file > shortlist',
      'decided:kept-on-file > withdrawn',
      'decided:declined > screening',
      'decided:declined > review',
      'decided:declined > shortlist',
      'decided:declined > withdrawn',
    ]);
  });

  it('lets nobody but the applicant submit, withdraw and undo that', () => {
    for (const { name, actors, roles } of transitions) {
      const byApplicant = ['submit', 'withdraw', 'undo-withdrawal'].includes(name);
      expect(actors).toEqual(byApplicant ? ['applicant'] : ['staff']);
      const hasNoButton = byApplicant || name === 'undo-move';
      expect(roles).toEqual(hasNoButton ? [] : ['admin', 'editor']);
    }
  });

  it('shows each role the acts of its table', () => {
    expect(listTransitions('screening', 'editor')).toEqual([
      'review',
      'shortlist',
      'accept',
      'keep-on-file',
      'decline',
    ]);
    expect(listTransitions('decided:declined', 'admin')).toEqual(['reopen']);
    expect(listTransitions('review', 'reviewer')).toEqual([]);
    expect(listTransitions('draft', 'admin')).toEqual([]);
    expect(listTransitions('withdrawn', 'admin')).toEqual([]);
  });

  it('finds an act only where it leads away from', () => {
    expect(findTransition('submit', 'draft')?.to).toBe('screening');
    expect(findTransition('submit', 'screening')).toBeUndefined();
    expect(findTransition('constructor', 'draft')).toBeUndefined();
  });
});

describe('standings and columns', () => {
  it('are each other’s way back', () => {
    for (const standing of standings) expect(standingOf(columnsOf(standing))).toBe(standing);
  });

  it('knows that a decided application has a decision', () => {
    expect(() => standingOf({ stage: 'decided', decision: null })).toThrow();
  });

  it('shows editors everything but drafts', () => {
    expect(visibleStages).toEqual(['screening', 'review', 'shortlist', 'decided', 'withdrawn']);
  });
});

describe('publicStatusOf', () => {
  it.each([
    ['screening', false, false, 'received'],
    ['screening', true, false, 'being-read'],
    ['review', false, false, 'being-read'],
    ['shortlist', true, false, 'being-read'],
    ['decided', true, false, 'being-read'],
    ['decided', true, true, 'decision-made'],
    ['withdrawn', true, true, 'withdrawn'],
  ] as const)('shows %s, opened %s, letter sent %s as %s', (stage, opened, sent, expected) => {
    expect(publicStatusOf(stage, opened, sent)).toBe(expected);
  });
});

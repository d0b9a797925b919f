/** Why two applications may be one person's. */
export const pairReasons = ['email', 'document', 'name'] as const;
export type PairReason = (typeof pairReasons)[number];

/** What was made of a suspicion. `merged`: one of both stays in the list and stands for both. */
export type PairState = 'suspected' | 'linked' | 'merged' | 'apart';

export const pairActs = ['link', 'merge', 'set-apart', 'undo'] as const;
export type PairAct = (typeof pairActs)[number];

const outcomes: Record<PairState, Partial<Record<PairAct, PairState>>> = {
  suspected: { link: 'linked', merge: 'merged', 'set-apart': 'apart' },
  linked: { merge: 'merged', undo: 'suspected' },
  merged: { undo: 'suspected' },
  apart: { undo: 'suspected' },
};

/** Where an act leads from a state; undefined where it is not open. */
export function pairStateAfter(state: PairState, act: PairAct): PairState | undefined {
  return outcomes[state][act];
}

/** The acts that are open in a state, in the order of their buttons. */
export function listPairActs(state: PairState): PairAct[] {
  return pairActs.filter((act) => pairStateAfter(state, act) !== undefined);
}

/** Names shorter than this, folded, are too common to suspect anybody. */
export const shortestTellingName = 7;

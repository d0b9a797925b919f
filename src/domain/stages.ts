import type { Role } from './permissions.ts';

/** Where an application stands inside the newsroom. "New" is `screening` that nobody opened. */
export const stages = [
  'draft',
  'screening',
  'review',
  'shortlist',
  'decided',
  'withdrawn',
] as const;
export type Stage = (typeof stages)[number];

export const decisions = ['accepted', 'kept-on-file', 'declined'] as const;
export type Decision = (typeof decisions)[number];

/** What the list filters by: everything but drafts, which editors never see. */
export const visibleStages = stages.filter((stage) => stage !== 'draft');

/** A place in the table: a stage, or a decided one with its decision. */
export type Standing = Exclude<Stage, 'decided'> | `decided:${Decision}`;

/** Every place in the table. */
export const standings: readonly Standing[] = stages.flatMap((stage): Standing[] =>
  stage === 'decided' ? decisions.map((one) => `decided:${one}` as const) : [stage],
);

export type Actor = 'applicant' | 'staff' | 'system';

type Transition = {
  /** Names the act on its button and in the log: `transition.<name>` in the catalogues. */
  readonly name: string;
  readonly from: readonly Standing[];
  /** `back`: to where it stood before the act that this one undoes, which is one of `undoes`. */
  readonly to: Standing | 'back';
  readonly undoes?: readonly string[];
  readonly actors: readonly Actor[];
  /** Staff roles that may; empty where staff can't act. */
  readonly roles: readonly Role[];
};

const decided = ['decided:accepted', 'decided:kept-on-file', 'decided:declined'] as const;
const open = ['screening', 'review', 'shortlist'] as const;
const deciders = ['admin', 'editor'] as const;
const byStaff = { actors: ['staff'], roles: deciders } as const;
const byApplicant = { actors: ['applicant'], roles: [] } as const;

/** The acts that decide or take a decision back: each with a step of its own, and as a rule a letter. */
export const decisionActs = ['accept', 'keep-on-file', 'decline', 'reopen'] as const;
export type DecisionAct = (typeof decisionActs)[number];

/** The only place that says which change of stage is legal; buttons, checks and tests are made from it. */
export const transitions = [
  { name: 'submit', from: ['draft'], to: 'screening', ...byApplicant },
  { name: 'review', from: ['screening', 'shortlist'], to: 'review', ...byStaff },
  { name: 'shortlist', from: ['screening', 'review'], to: 'shortlist', ...byStaff },
  { name: 'accept', from: open, to: 'decided:accepted', ...byStaff },
  { name: 'keep-on-file', from: open, to: 'decided:kept-on-file', ...byStaff },
  { name: 'decline', from: open, to: 'decided:declined', ...byStaff },
  { name: 'reopen', from: decided, to: 'review', ...byStaff },
  // No button: it undoes a move of many at once, within minutes.
  {
    name: 'undo-move',
    from: ['review', 'shortlist'],
    to: 'back',
    undoes: ['review', 'shortlist'],
    actors: ['staff'],
    roles: [],
  },
  // Before the applicant is told: the decision or its reversal never was.
  { name: 'recall', from: [...decided, 'review'], to: 'back', undoes: decisionActs, ...byStaff },
  { name: 'withdraw', from: [...open, ...decided], to: 'withdrawn', ...byApplicant },
  {
    name: 'undo-withdrawal',
    from: ['withdrawn'],
    to: 'back',
    undoes: ['withdraw'],
    ...byApplicant,
  },
] as const satisfies readonly Transition[];

export type TransitionName = (typeof transitions)[number]['name'];

/** The standing of an application row. */
export function standingOf(row: { stage: Stage; decision: Decision | null }): Standing {
  if (row.stage !== 'decided') return row.stage;
  if (row.decision === null) throw new Error('a decided application has a decision');
  return `decided:${row.decision}`;
}

/** A standing as the two columns that store it. */
export function columnsOf(standing: Standing): { stage: Stage; decision: Decision | null } {
  const decision = decisions.find((one) => standing === `decided:${one}`);
  return decision ? { stage: 'decided', decision } : { stage: standing as Stage, decision: null };
}

/** The transition of that name if it leads away from `from`, else undefined. */
export function findTransition(name: string, from: Standing): Transition | undefined {
  return transitions.find((one: Transition) => one.name === name && one.from.includes(from));
}

/** The acts that a staff member of this role can do now, in the order of the table. */
export function listTransitions(from: Standing, role: Role): TransitionName[] {
  return transitions
    .filter((one: Transition) => one.from.includes(from) && one.roles.includes(role))
    .map((one) => one.name)
    .filter((name) => name !== 'recall');
}

export function isDecisionAct(name: string): name is DecisionAct {
  return decisionActs.some((one) => one === name);
}

/** Where an act leads to. */
export function standingAfter(act: DecisionAct): Standing {
  return transitions.find((one) => one.name === act)!.to as Standing;
}

/** True when some transition leads from one standing to the other; the invariant checker asks this. */
export function isLegalStep(from: Standing, to: Standing): boolean {
  return transitions.some(
    (one: Transition) =>
      one.from.includes(from) && (one.to === to || (one.undoes ?? []).some(leadsTo(to, from))),
  );
}

const leadsTo =
  (from: Standing, to: Standing) =>
  (name: string): boolean =>
    transitions.some(
      (one: Transition) => one.name === name && one.to === to && one.from.includes(from),
    );

/** The four plain words that an applicant sees. A decision shows once its applicant is told, not before. */
export type PublicStatus = 'received' | 'being-read' | 'decision-made' | 'withdrawn';

/** `opened`: some staff member has opened it. `told`: the newest that its applicant was told of is a decision. */
export function publicStatusOf(stage: Stage, opened: boolean, told: boolean): PublicStatus {
  if (stage === 'withdrawn') return 'withdrawn';
  if (told) return 'decision-made';
  return opened || stage !== 'screening' ? 'being-read' : 'received';
}

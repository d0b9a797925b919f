/** A reviewer and an application: being read, reviewed, not to be read by them, or given back. */
export const assignmentStates = ['open', 'done', 'recused', 'returned'] as const;
export type AssignmentState = (typeof assignmentStates)[number];

/** Why somebody does not review an application. */
export const recusals = ['conflict', 'acquaintance', 'language'] as const;
export type Recusal = (typeof recusals)[number];

type Act = {
  /** `none`: there is nothing between the two yet. */
  readonly from: readonly (AssignmentState | 'none')[];
  /** `before`: done when a review was submitted, else open. */
  readonly to: AssignmentState | 'before';
  readonly event:
    | 'review-claimed'
    | 'review-assigned'
    | 'review-returned'
    | 'review-recused'
    | 'recusal-undone';
};

/** What reviewers do with their own assignments. */
const ownActs = {
  claim: { from: ['none', 'returned'], to: 'open', event: 'review-claimed' },
  return: { from: ['open'], to: 'returned', event: 'review-returned' },
  recuse: { from: ['none', 'open', 'done', 'returned'], to: 'recused', event: 'review-recused' },
  'undo-recusal': { from: ['recused'], to: 'before', event: 'recusal-undone' },
} as const satisfies Record<string, Act>;
export type OwnAct = keyof typeof ownActs;

/** What editors do with those of others. */
const editorActs = {
  assign: { from: ['none', 'returned'], to: 'open', event: 'review-assigned' },
  unassign: { from: ['open'], to: 'returned', event: 'review-returned' },
} as const satisfies Record<string, Act>;
export type EditorAct = keyof typeof editorActs;

export type AssignmentAct = OwnAct | EditorAct;

/** The only place that says what may follow what; buttons and checks are made from it. */
export const assignmentActs: Record<AssignmentAct, Act> = { ...ownActs, ...editorActs };

export const isOwnAct = (name: string): name is OwnAct => Object.hasOwn(ownActs, name);
export const isEditorAct = (name: string): name is EditorAct => Object.hasOwn(editorActs, name);
export const isRecusal = (name: string): name is Recusal => recusals.some((one) => one === name);

/** True when the act leads away from the state. */
export function canAct(act: AssignmentAct, state: AssignmentState | undefined): boolean {
  return assignmentActs[act].from.includes(state ?? 'none');
}

/** What a colleague has open and has done is counted up to here: beyond it the one who has more makes no difference. */
export const workloadLimits = { open: 100, done: 1_000 };

/** Somebody who might review, as assigning by load sees them. */
export type Candidate = {
  id: string;
  languages: readonly string[];
  /** None: any. */
  places: readonly string[];
  /** Exact up to `workloadLimits`, one more beyond them. */
  open: number;
  done: number;
};

/**
 * Who is to review an application: of those who read the languages of all its samples and, where
 * they named places, cover one of its, whoever has the fewest open assignments, then the fewest
 * reviews done. Undefined when nobody fits.
 */
export function pickByLoad<T extends Candidate>(
  candidates: readonly T[],
  application: { sampleLanguages: readonly string[]; places: readonly string[] },
): T | undefined {
  const { sampleLanguages, places } = application;
  const fits = candidates.filter(
    (one) =>
      sampleLanguages.every((language) => one.languages.includes(language)) &&
      (one.places.length === 0 || one.places.some((place) => places.includes(place))),
  );
  return fits.sort((a, b) => a.open - b.open || a.done - b.done || (a.id < b.id ? -1 : 1))[0];
}

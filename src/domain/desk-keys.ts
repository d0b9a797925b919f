import type { TransitionName } from './stages.ts';

/** What keys do on the staff pages: names them in the catalogues as `keys.<name>`. */
export type DeskKey =
  | 'next'
  | 'previous'
  | 'list'
  | 'search'
  | 'pick'
  | 'document'
  | 'claim'
  | 'review'
  | 'message'
  | 'note'
  | 'help';

/** One key, or two to be pressed one after the other, apart by a space. No one begins another. */
export const deskKeys: Readonly<Record<DeskKey, string>> = {
  next: 'j',
  previous: 'k',
  list: 'u',
  search: '/',
  pick: 'x',
  document: 'v',
  claim: 'c',
  review: 'r',
  message: 'm',
  note: 'n',
  help: '?',
};

/** Moves of an application: `s`, then a letter. */
export const transitionKeys = {
  review: 's r',
  shortlist: 's s',
  accept: 's a',
  'keep-on-file': 's k',
  decline: 's d',
  reopen: 's o',
} as const satisfies Partial<Record<TransitionName, string>>;

/** The keys of a move that staff can make, undefined for those of applicants. */
export function findTransitionKeys(name: TransitionName): string | undefined {
  return name in transitionKeys ? transitionKeys[name as keyof typeof transitionKeys] : undefined;
}

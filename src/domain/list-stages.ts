import type { Stage } from './stages.ts';

/** A stage to filter the list by; `new` is screening that nobody has opened, `screening` the rest. */
export type ListStage = Exclude<Stage, 'draft'> | 'new';

/** What the list's tabs show, in their order. */
export const listTabs = [
  'all',
  'new',
  'screening',
  'review',
  'shortlist',
  'decided',
  'withdrawn',
] as const satisfies readonly ('all' | ListStage)[];
export type ListTab = (typeof listTabs)[number];

/** Orders of the list: by submission, or those first that have stood longest at their stage. */
export const listSorts = ['newest', 'oldest', 'waiting'] as const;
export type ListSort = (typeof listSorts)[number];

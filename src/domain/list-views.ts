import type { Permission, Role } from './permissions.ts';

type BuiltInView = {
  /** `view.builtIn.<name>` in the catalogues. */
  readonly name: string;
  /** The query string of the list that it stands for, its parameters in the list's order. */
  readonly query: string;
  /** Whoever holds it sees the view. */
  readonly permission: Permission;
};

/** Views of the list that everybody has, before those that people saved. */
export const builtInViews = [
  { name: 'mine', query: 'handling=me', permission: 'assign' },
  { name: 'unhandled', query: 'handling=none', permission: 'assign' },
] as const satisfies readonly BuiltInView[];

/** The address of the whole list for those whose list begins with a view. */
export const wholeList = '/admin?all=yes';

/** Characters of a name, and views that one person keeps, at most. */
export const viewLimits = { length: 60, perPerson: 30 } as const;

/** True for those who may change a view: its owner, and admins what is shared. */
export function mayChangeView(
  { ownerId, shared }: { ownerId: string; shared: boolean },
  staff: { id: string; role: Role },
): boolean {
  return ownerId === staff.id || (shared && staff.role === 'admin');
}

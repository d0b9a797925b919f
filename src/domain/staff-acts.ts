/** What an admin can do to somebody's account, each after a page that says what it means. */
export const staffActs = ['role', 'reset', 'sessions', 'hand-over', 'disable', 'enable'] as const;
export type StaffAct = (typeof staffActs)[number];

type Account = { state: 'invited' | 'active' | 'disabled'; isSelf: boolean };

/** What can be done to an account now. Nobody takes their own role or account away. */
export function listStaffActs({ state, isSelf }: Account): StaffAct[] {
  if (state === 'disabled') return ['hand-over', 'enable'];
  return isSelf ? ['sessions'] : ['role', 'reset', 'sessions', 'hand-over', 'disable'];
}

/** What an admin can do to somebody's account, each after a page that says what it means. */
export const staffActs = [
  'role',
  'reset',
  'factor',
  'identity',
  'sessions',
  'hand-over',
  'disable',
  'enable',
] as const;
export type StaffAct = (typeof staffActs)[number];

type Account = {
  state: 'invited' | 'active' | 'disabled';
  secondFactor: boolean;
  singleSignOn: boolean;
  isSelf: boolean;
};

/** What can be done to an account now. Nobody takes their own role or account away. */
export function listStaffActs({ state, secondFactor, singleSignOn, isSelf }: Account): StaffAct[] {
  if (state === 'disabled') return ['hand-over', 'enable'];
  if (isSelf) return ['sessions'];
  const factor = secondFactor ? (['factor'] as const) : [];
  const identity = singleSignOn ? (['identity'] as const) : [];
  return ['role', 'reset', ...factor, ...identity, 'sessions', 'hand-over', 'disable'];
}

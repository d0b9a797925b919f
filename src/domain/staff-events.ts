/** What changes how somebody gets in: they are told by mail, since it may have been somebody else. */
export const accountNotices = [
  'password-changed',
  'factor-set',
  'factor-dropped',
  'recovery-code-used',
  'recovery-codes-renewed',
  'identity-bound',
  'identity-released',
] as const;
export type AccountNotice = (typeof accountNotices)[number];

/** What can happen to an account of the staff. `role-changed` goes from one role to another, `handed-over` to whoever got the work. */
export const staffEventTypes = [
  ...accountNotices,
  'invited',
  'role-changed',
  'disabled',
  'enabled',
  'link-renewed',
  'sessions-ended',
  'handed-over',
] as const;
export type StaffEventType = (typeof staffEventTypes)[number];

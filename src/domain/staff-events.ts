/** What can happen to an account of the staff. `role-changed` goes from one role to another, `handed-over` to whoever got the work. */
export const staffEventTypes = [
  'invited',
  'role-changed',
  'disabled',
  'enabled',
  'link-renewed',
  'factor-dropped',
  'sessions-ended',
  'handed-over',
] as const;
export type StaffEventType = (typeof staffEventTypes)[number];

export const roles = ['admin', 'editor', 'reviewer'] as const;
export type Role = (typeof roles)[number];

/** What a role may do; changes of stage have their roles in the transition table. */
export type Permission =
  | 'read-applications'
  | 'export-applications'
  | 'write-messages'
  | 'read-calls'
  | 'edit-calls'
  | 'edit-publication'
  | 'read-outbox'
  | 'read-captured-mail'
  | 'retry-mail';

const holders: Record<Permission, readonly Role[]> = {
  'read-applications': ['admin', 'editor', 'reviewer'],
  'export-applications': ['admin', 'editor'],
  'read-calls': ['admin', 'editor'],
  'edit-calls': ['admin'],
  'edit-publication': ['admin'],
  'read-outbox': ['admin', 'editor'],
  'read-captured-mail': ['admin'],
  'retry-mail': ['admin'],
  'write-messages': ['admin', 'editor'],
};

/** True when the role holds the permission. */
export function may(role: Role, permission: Permission): boolean {
  return holders[permission].includes(role);
}

export const roles = ['admin', 'editor', 'reviewer'] as const;
export type Role = (typeof roles)[number];

/** What a role may do; changes of stage have their roles in the transition table. */
export type Permission =
  /** Signs out, chooses a password and what mails one gets. */
  | 'own-account'
  | 'read-applications'
  | 'export-applications'
  /** Opens documents as they were received, with what they tell of their making. */
  | 'open-originals'
  /** Decides, writes decision letters, recalls them. */
  | 'decide'
  | 'edit-templates'
  | 'write-messages'
  /** Writes notes for colleagues and reads them. */
  | 'write-notes'
  | 'pair-applications'
  /** Sees, adds and removes tags, which are the editors' own order. */
  | 'tag-applications'
  /** Keeps filters of the list under a name. */
  | 'save-views'
  /** Does something to many applications at once. */
  | 'act-in-bulk'
  /** Claims, writes reviews, gives back, recuses. */
  | 'review'
  /** Assigns reviewers, says how many are wanted and who handles an application. */
  | 'assign'
  /** Tells the reviewers of a blind call who applied. */
  | 'reveal-identity'
  /** Opens the sealed address of a discreet applicant, and says why. */
  | 'unseal-identity'
  /** Sees who opened what is sealed, and why. */
  | 'read-looks'
  | 'read-calls'
  | 'edit-calls'
  | 'edit-publication'
  | 'hold-applications'
  /** Sees the directory of contributors and keeps it; opens legal names. */
  | 'keep-contributors'
  /** Sees what the newsroom's figures are. */
  | 'read-overview'
  | 'read-outbox'
  | 'read-captured-mail'
  | 'retry-mail'
  /** Invites, gives roles, disables, sees the log of the accounts and this table. */
  | 'manage-staff';

const holders: Record<Permission, readonly Role[]> = {
  'own-account': ['admin', 'editor', 'reviewer'],
  'read-applications': ['admin', 'editor', 'reviewer'],
  'export-applications': ['admin', 'editor'],
  'open-originals': ['admin', 'editor'],
  decide: ['admin', 'editor'],
  'edit-templates': ['admin', 'editor'],
  'read-calls': ['admin', 'editor'],
  'edit-calls': ['admin'],
  'edit-publication': ['admin'],
  'hold-applications': ['admin'],
  'keep-contributors': ['admin', 'editor'],
  'read-overview': ['admin', 'editor'],
  'read-outbox': ['admin', 'editor'],
  'read-captured-mail': ['admin'],
  'retry-mail': ['admin'],
  'manage-staff': ['admin'],
  'write-messages': ['admin', 'editor'],
  'write-notes': ['admin', 'editor', 'reviewer'],
  'pair-applications': ['admin', 'editor'],
  'tag-applications': ['admin', 'editor'],
  'save-views': ['admin', 'editor'],
  'act-in-bulk': ['admin', 'editor'],
  review: ['admin', 'editor', 'reviewer'],
  assign: ['admin', 'editor'],
  'reveal-identity': ['admin', 'editor'],
  'unseal-identity': ['admin', 'editor'],
  'read-looks': ['admin'],
};

export const permissions = Object.keys(holders) as Permission[];

/** True when the role holds the permission. */
export function may(role: Role, permission: Permission): boolean {
  return holders[permission].includes(role);
}

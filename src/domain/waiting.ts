import type { Role } from './permissions.ts';

/**
 * For whom something waits. `handler`: whoever handles the application, or all who could, where nobody
 * does. `reviewer`: whoever is to review it. `mentioned`: whom a note was to tell.
 */
type Holder = 'handler' | 'reviewer' | 'mentioned';

type Rule = { readonly for: Holder; readonly late: boolean };

/** What waits, for whom, and what of it is late; nothing else is asked of anybody. The most pressing first. */
export const waitingRules = {
  'reply-late': { for: 'handler', late: true },
  'mail-trouble': { for: 'handler', late: true },
  'request-overdue': { for: 'handler', late: true },
  'claim-stale': { for: 'reviewer', late: true },
  'reply-near': { for: 'handler', late: false },
  'mention-unread': { for: 'mentioned', late: false },
  'applicant-answered': { for: 'handler', late: false },
  'reviews-complete': { for: 'handler', late: false },
  'consent-ending': { for: 'handler', late: false },
  'review-open': { for: 'reviewer', late: false },
  'new-unread': { for: 'handler', late: false },
} as const satisfies Record<string, Rule>;

export type WaitingRule = keyof typeof waitingRules;

/** The rules by which something can wait for somebody of this role, all or only what is late. */
export function listWaitingRules(role: Role, show: 'all' | 'late'): WaitingRule[] {
  return (Object.keys(waitingRules) as WaitingRule[]).filter((name) => {
    const rule = waitingRules[name];
    const handles = role !== 'reviewer' || rule.for === 'reviewer' || rule.for === 'mentioned';
    return handles && (show === 'all' || rule.late);
  });
}

/** Claims that nobody touched for so many days are told as late, before they return to the pool. */
export const lateClaimDays = 4;

/** The list of the week leaves on this day of the week, from this hour on, where the publication is. */
export const weekly = { day: 1, hour: 8 } as const;

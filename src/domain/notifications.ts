import type { Role } from './permissions.ts';

/** How a person gets to know of something: by a mail of its own, by one a day for all, or not at all. */
export const deliveries = ['immediate', 'daily', 'off'] as const;
export type Delivery = (typeof deliveries)[number];

type Rule = {
  readonly roles: readonly Role[];
  /** For those who have chosen nothing. */
  readonly standard: Delivery;
};

const editors: readonly Role[] = ['admin', 'editor'];
const everybody: readonly Role[] = ['admin', 'editor', 'reviewer'];

/**
 * What staff are told of by mail, and who can be. A new application and what its applicant changes
 * come to the editorial inbox as well: a mail of one's own would be the second one.
 */
export const notificationRules = {
  'application-new': { roles: editors, standard: 'off' },
  'handling-assigned': { roles: editors, standard: 'immediate' },
  'review-assigned': { roles: everybody, standard: 'immediate' },
  mentioned: { roles: everybody, standard: 'immediate' },
  'applicant-wrote': { roles: editors, standard: 'immediate' },
  'applicant-changed': { roles: editors, standard: 'daily' },
  'applicant-withdrew': { roles: editors, standard: 'daily' },
  'request-answered': { roles: editors, standard: 'immediate' },
  'request-overdue': { roles: editors, standard: 'immediate' },
  'reviews-complete': { roles: editors, standard: 'immediate' },
  'reply-near': { roles: editors, standard: 'immediate' },
  'reply-late': { roles: editors, standard: 'immediate' },
  'mail-trouble': { roles: editors, standard: 'immediate' },
} as const satisfies Record<string, Rule>;

export type NotificationEvent = keyof typeof notificationRules;
export const notificationEvents = Object.keys(notificationRules) as NotificationEvent[];

/** The events that somebody of this role can be told of, in the order of the table. */
export function listNotificationEvents(role: Role): NotificationEvent[] {
  return notificationEvents.filter((event) => mayGet(role, event));
}

const mayGet = (role: Role, event: NotificationEvent): boolean =>
  notificationRules[event].roles.some((one) => one === role);

/** How somebody is told of an event; `off` where their role is none that can be. */
export function deliveryFor(
  { role, chosen }: { role: Role; chosen: Delivery | null | undefined },
  event: NotificationEvent,
): Delivery {
  return mayGet(role, event) ? (chosen ?? notificationRules[event].standard) : 'off';
}

/** Names the mail that tells of an event, in the outbox. */
export const notificationTemplate = (event: NotificationEvent): string => `notify-${event}`;

/** The digest leaves from this hour of the day on, where the publication is. */
export const digestHour = 7;

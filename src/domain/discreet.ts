/** A discreet application that was declined goes so many days after its applicant was told, or sooner where its call says so. */
export const discreetDays = 30;

/** What can be looked at of somebody, with a reason that is kept. */
export type LookSubject = 'legal-name' | 'identity';

/** How a discreet person is reached, in clear. */
export type UnsealedIdentity = { email: string; contactChannel: string; contactHandle: string };

/** How long somebody who gave a reason sees the identity without giving another, in minutes. */
export const lookMinutes = 15;

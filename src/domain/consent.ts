// The agreement to be kept in the directory of contributors: given with the application or by being
// accepted, for a year, and then given anew. `db/consents.ts` makes its SQL from this.

/** What can happen to it. */
export const consentEvents = [
  'consent-asked',
  'consent-renewed',
  'consent-withdrawn',
  'consent-ended',
] as const;
export type ConsentEventType = (typeof consentEvents)[number];

export function isConsentEvent(type: string): type is ConsentEventType {
  return consentEvents.some((one) => one === type);
}

/** So many days before the year ends people are asked; nobody who was accepted leaves sooner after that. */
export const askDays = 30;

/**
 * `given`: they are kept until a day. `ended`: that day is over, and they were accepted, so that their
 * application is still here. `withdrawn`: they have ended it themselves.
 */
export type ConsentState = 'given' | 'ended' | 'withdrawn';

export const consentActs = ['renew', 'withdraw'] as const;
export type ConsentAct = (typeof consentActs)[number];

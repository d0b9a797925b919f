import { foldEmailAddress } from '../domain/email-address.ts';
import type { Limit, Limited } from '../rate-limit.ts';

const minutes = 60;
const hours = 60 * minutes;

/** Newsrooms sit behind one address, so this is wider than what one account allows. */
const perAddress: Limit = { bucket: 'sign-in-address', limit: 30, windowSeconds: 15 * minutes };

/**
 * Ten wrong passwords cost a quarter of an hour, twenty an hour: the delay grows and always ends
 * soon, so that a stranger can't keep anybody out for a day (ASVS 6.3.1). Addresses without an account are counted alike.
 */
const growing = (bucket: string): Limit[] => [
  { bucket, limit: 10, windowSeconds: 15 * minutes },
  { bucket: `${bucket}-hour`, limit: 20, windowSeconds: hours },
];
const perAccount = growing('sign-in-account');
const perCode = growing('sign-in-code');
const perConfirmation = growing('account-confirmation');

const forSubject = (rules: readonly Limit[], subject: string): Limited[] =>
  rules.map((rule) => ({ rule, subject }));

/** Who tries a password: the client's subject (an address or its network), the account as typed, the device if known. */
export type Attempt = { client: string; email: string; device: string | undefined };

/** The limit of everybody at one address. */
export function clientLimits({ client }: Attempt): Limited[] {
  return forSubject([perAddress], client);
}

/** The limits of one account, apart for each device on which the person has signed in before. */
export function accountLimits({ email, device }: Attempt): Limited[] {
  const account = `account:${foldEmailAddress(email)}`;
  return forSubject(perAccount, device === undefined ? account : `${account}\0device:${device}`);
}

/** The limits of codes for one person: whoever gets here knew the password. */
export function codeLimits(staffId: string): Limited[] {
  return forSubject(perCode, staffId);
}

/** The limits of passwords and codes asked again on the account page. */
export function confirmationLimits(staffId: string): Limited[] {
  return forSubject(perConfirmation, staffId);
}

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
/** For whoever guesses one account from many addresses. */
const fromEverywhere: Limit = { bucket: 'sign-in-everywhere', limit: 100, windowSeconds: hours };

const forSubject = (rules: readonly Limit[], subject: string): Limited[] =>
  rules.map((rule) => ({ rule, subject }));

/** Who tries a password: the client's subject (an address or its network), the account as typed, the device if known. */
export type Attempt = { client: string; email: string; device: string | undefined };

/** The limit of everybody at one address. */
export function clientLimits({ client }: Pick<Attempt, 'client'>): Limited[] {
  return forSubject([perAddress], client);
}

/**
 * The limits of one account: apart for each address that tries, and apart for each device on which
 * the person has signed in before. Whoever guesses elsewhere keeps nobody out: with a wide limit over
 * all addresses only those who come with a device that is new.
 */
export function accountLimits({ client, email, device }: Attempt): Limited[] {
  const account = `account:${foldEmailAddress(email)}`;
  if (device !== undefined) return forSubject(perAccount, `${account}\0device:${device}`);
  return [
    ...forSubject(perAccount, `${account}\0client:${client}`),
    ...forSubject([fromEverywhere], account),
  ];
}

/** The limits of codes for one person, apart for each of their devices: whoever gets here knew the password. */
export function codeLimits(staffId: string, device: string | undefined): Limited[] {
  return forSubject(perCode, device === undefined ? staffId : `${staffId}\0device:${device}`);
}

/** The limits of passwords and codes asked again on the account page. */
export function confirmationLimits(staffId: string): Limited[] {
  return forSubject(perConfirmation, staffId);
}

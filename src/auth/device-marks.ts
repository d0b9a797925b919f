import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keyring } from '../crypto.ts';
import { foldEmailAddress } from '../domain/email-address.ts';

/**
 * A mark in the browser of somebody who has signed in before. It opens nothing. It only gives that
 * browser a count of wrong passwords of its own, so that a stranger who keeps guessing somebody's
 * password slows down everybody but this person.
 */

const sign = (keys: Keyring, email: string, nonce: string): Buffer =>
  keys.lookup('staff', `device\0${foldEmailAddress(email)}\0${nonce}`);

/** A fresh mark for one person. */
export function createDeviceMark(keys: Keyring, email: string): string {
  const nonce = randomBytes(16).toString('base64url');
  return `${nonce}.${sign(keys, email, nonce).toString('base64url')}`;
}

/** What tells this browser from others, if the mark was made for this address. */
export function readDeviceMark(
  keys: Keyring,
  email: string,
  mark: string | undefined,
): string | undefined {
  const [nonce, signature, ...rest] = mark?.split('.') ?? [];
  if (!nonce || !signature || rest.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(keys, email, nonce);
  return given.length === expected.length && timingSafeEqual(given, expected) ? nonce : undefined;
}

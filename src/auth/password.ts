import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { createTurns } from '../db/turns.ts';
import { lengthOf } from '../domain/text.ts';
import { isEasyToGuess } from './easy-passwords.ts';

/** Fewest code points of a password (ASVS 6.2.1, level 2 and above). */
export const minPasswordLength = 15;
/** Most code points: far more than anybody types, little enough to hash. */
export const maxPasswordLength = 200;

// One of the equivalent settings of OWASP's password storage sheet: 32 MB and some 0.2 s.
const cost = { N: 2 ** 15, r: 8, p: 3 };
const maxmem = 64 * 2 ** 20;
const keyBytes = 32;

// Hashes share Node's four threads with file reads and DNS: 32 at once kept a small read waiting for
// 3 s, two at a time for 8 ms. Behind 64 others a person would wait for some six seconds.
const inTurn = createTurns({ atOnce: 2, waiting: 64 });

/** One spelling per password, whatever keyboard composed the accents. Spaces stay as typed. */
const normalise = (password: string): string => password.normalize('NFC');

const deriveKey = (password: string, salt: Buffer, length: number, options: ScryptOptions) =>
  inTurn(
    () =>
      new Promise<Buffer>((resolve, reject) =>
        scrypt(normalise(password), salt, length, { ...options, maxmem }, (error, key) =>
          error ? reject(error) : resolve(key),
        ),
      ),
  );

const format = (salt: Buffer, key: Buffer): string =>
  `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;

// Checked for those who have no password, so that they cost as much. No password makes this key.
const nobodysHash = format(randomBytes(16), randomBytes(keyBytes));

/** The form in which a password is stored: `scrypt$N$r$p$salt$key`. Never call it in a transaction. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return format(salt, await deriveKey(password, salt, keyBytes, cost));
}

/**
 * True when the password made the hash. With null it takes the same time and is false. Never call
 * it in a transaction.
 */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (hash ?? nobodysHash).split('$');
  const expected = Buffer.from(key, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await deriveKey(
    password,
    Buffer.from(salt, 'base64url'),
    expected.length,
    options,
  );
  return timingSafeEqual(actual, expected) && hash !== null;
}

export type PasswordProblem = 'missing' | 'short' | 'long' | 'easy';

/**
 * What keeps a password from being chosen, if anything. `personal` is what an attacker would try
 * first: name, address, the name of the site.
 */
export function findPasswordProblem(
  password: string,
  personal: readonly string[],
): PasswordProblem | undefined {
  const length = lengthOf(normalise(password));
  if (length === 0) return 'missing';
  if (length < minPasswordLength) return 'short';
  if (length > maxPasswordLength) return 'long';
  return isEasyToGuess(password, personal) ? 'easy' : undefined;
}

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/**
 * A challenge of ALTCHA's first version (https://altcha.org): the number from 0 to `maxnumber` is wanted
 * whose decimal digits, behind `salt`, have the SHA-256 sum `challenge`; `signature` shows that we asked.
 */
export type Challenge = {
  algorithm: 'SHA-256';
  challenge: string;
  maxnumber: number;
  salt: string;
  signature: string;
};

/** Makes 32 bytes of a text that nobody makes without the key. */
type Sign = (text: string) => Buffer;

/** Measured in docs/decisions/020-floods.md. */
const maxNumber = 100_000;
/** Longer than solving takes on any device that opens the page at all. */
const lifeMs = 20 * 60_000;
const longestPayload = 1000;

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Nothing of it is stored: what comes back is known by its signature. */
export function createChallenge(sign: Sign, now: Date): Challenge {
  const expires = Math.floor((now.getTime() + lifeMs) / 1000);
  // The & at its end fixes where the salt ends and the number begins; else digits could be moved from
  // one to the other, and a solved challenge be used again (ALTCHA's advisory on salt splicing).
  const salt = `${randomBytes(12).toString('hex')}?expires=${expires}&`;
  const challenge = sum(`${salt}${randomInt(maxNumber + 1)}`);
  return {
    ...{ algorithm: 'SHA-256', challenge, maxnumber: maxNumber, salt },
    signature: sign(challenge).toString('hex'),
  };
}

function readPayload(payload: string): Record<string, unknown> | undefined {
  if (payload === '' || payload.length > longestPayload) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(payload, 'base64').toString());
    return typeof read === 'object' && read !== null ? { ...read } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks what a browser sends as `altcha`: base64 of the challenge's JSON with the number that was found.
 * Answers with the challenge that it solves, undefined when it is not ours, wrong or expired. That none
 * is used twice is for the caller to see to.
 */
export function readSolution(sign: Sign, payload: string, now: Date): string | undefined {
  const { algorithm, challenge, number, salt, signature } = readPayload(payload) ?? {};
  if (algorithm !== 'SHA-256' || typeof challenge !== 'string' || typeof salt !== 'string')
    return undefined;
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/.test(signature)) return undefined;
  // A text in its place could bring a part of the salt with it.
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return undefined;
  const expires = /^[0-9a-f]{24}\?expires=(\d{1,12})&$/.exec(salt)?.[1];
  if (expires === undefined || Number(expires) * 1000 <= now.getTime()) return undefined;
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), sign(challenge))) return undefined;
  return sum(`${salt}${number}`) === challenge ? challenge : undefined;
}

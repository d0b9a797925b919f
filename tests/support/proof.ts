import { createHash } from 'node:crypto';
import type { Challenge } from '../../src/domain/proof-of-work.ts';

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The number that a challenge asks for, found as any client of ALTCHA finds it. */
export function findNumber({ salt, challenge, maxnumber }: Challenge): number {
  for (let number = 0; number <= maxnumber; number += 1) {
    if (sum(salt + number) === challenge) return number;
  }
  throw new Error('no number solves the challenge');
}

/** A solution as clients of ALTCHA send it. */
export const writeSolution = (solution: Record<string, unknown>): string =>
  Buffer.from(JSON.stringify(solution)).toString('base64');

/** Solves a challenge. */
export function solve(asked: Challenge, changes: Record<string, unknown> = {}): string {
  const { algorithm, challenge, salt, signature } = asked;
  return writeSolution({
    ...{ algorithm, challenge, salt, signature, number: findNumber(asked) },
    ...changes,
  });
}

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createChallenge, readSolution } from '../../src/domain/proof-of-work.ts';
import { findNumber, solve, writeSolution } from '../support/proof.ts';

const now = new Date('2026-05-04T10:00:00Z');
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const sign = (text: string): Buffer => createHmac('sha256', 'ours').update(text).digest();
const foreign = (text: string): Buffer => createHmac('sha256', 'theirs').update(text).digest();
const read = (payload: string, at = now) => readSolution(sign, payload, at);

describe('a proof of work', () => {
  it('is a challenge of ALTCHA: the sum of a salt with its expiry and a number up to the greatest', () => {
    const asked = createChallenge(sign, now);
    expect(asked).toEqual({
      algorithm: 'SHA-256',
      challenge: expect.stringMatching(/^[0-9a-f]{64}$/),
      maxnumber: 100_000,
      salt: expect.stringMatching(/^[0-9a-f]{24}\?expires=1777890000&$/),
      signature: sign(asked.challenge).toString('hex'),
    });
    expect(createChallenge(sign, now).challenge).not.toBe(asked.challenge);
  });

  it('is good with the number that was found, until twenty minutes are over', () => {
    const asked = createChallenge(sign, now);
    expect(read(solve(asked))).toBe(asked.challenge);
    expect(read(solve(asked), later(19.9))).toBe(asked.challenge);
    expect(read(solve(asked), later(20))).toBeUndefined();
  });

  it('is none with another number, signature, salt or algorithm', () => {
    const asked = createChallenge(sign, now);
    const number = findNumber(asked);
    const signature = foreign(asked.challenge).toString('hex');
    for (const changes of [
      ...[{ number: number + 1 }, { number: -1 }, { number: 0.5 }, { number: String(number) }],
      ...[{ number: null }, { signature }, { signature: '' }, { signature: 7 }],
      ...[{ algorithm: 'SHA-1' }, { challenge: 'x' }, { salt: `${asked.salt}1` }, { salt: [] }],
    ]) {
      expect(read(solve(asked, changes)), JSON.stringify(changes)).toBeUndefined();
    }
    expect(read(solve(createChallenge(foreign, now)))).toBeUndefined();
  });

  it('is not made anew by moving the border between salt and number', () => {
    const asked = createChallenge(sign, now);
    const number = findNumber(asked);
    const [head] = asked.salt.split('expires');
    for (const [salt, moved] of [
      [asked.salt.slice(0, -1), `&${number}`],
      [head, `expires=1777890000&${number}`],
      [`${asked.salt}${String(number)[0]}`, Number(String(number).slice(1))],
    ]) {
      expect(read(solve(asked, { salt, number: moved }))).toBeUndefined();
    }
  });

  it('attack 22: is none where it is no JSON, too long, a list, or speaks of a prototype', () => {
    const odd = [
      ...['', 'x', 'null', '[]', '1', '{"__proto__":{"algorithm":"SHA-256"}}'].map((text) =>
        Buffer.from(text).toString('base64'),
      ),
      writeSolution({ algorithm: 'x'.repeat(2000) }),
      '\0',
      '€€€',
    ];
    expect(odd.map((payload) => read(payload))).toEqual(odd.map(() => undefined));
  });
});

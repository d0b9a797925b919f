import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findPasswordProblem,
  hashPassword,
  maxPasswordLength,
  verifyPassword,
} from '../../src/auth/password.ts';
import { countHashes } from '../support/hash-count.ts';

const password = 'Lerche Bahnsteig Kupfer 58';

describe('hashes', () => {
  let hashes: ReturnType<typeof countHashes>;
  beforeAll(() => {
    hashes = countHashes();
  });
  afterAll(() => hashes.stop());

  it('11.4.2 carry their parameters, a salt of their own and no password', async () => {
    const [one, two] = await Promise.all([hashPassword(password), hashPassword(password)]);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword(one, password)).toBe(true);
    expect(await verifyPassword(one, `${password} `)).toBe(false);
  });

  it('meet for one password composed in two ways', async () => {
    const hash = await hashPassword('Größe des Ćevapi-Tellers');
    expect(await verifyPassword(hash, 'Größe des Ćevapi-Tellers'.normalize('NFD'))).toBe(true);
  });

  it('are checked with the parameters they were made with', async () => {
    const salt = Buffer.alloc(16, 1);
    const { scryptSync } = await import('node:crypto');
    const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
    const hash = `scrypt$1024$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`;
    expect(await verifyPassword(hash, password)).toBe(true);
  });

  it('cost as much for somebody without one, who is never let in', async () => {
    hashes.since();
    expect(await verifyPassword(null, password)).toBe(false);
    expect(hashes.since()).toBe(1);
    expect(await verifyPassword(null, '')).toBe(false);
    expect(hashes.since()).toBe(1);
  });
});

describe('a new password', () => {
  it('6.2.1 needs fifteen characters, counted after composing', () => {
    expect(findPasswordProblem('', [])).toBe('missing');
    expect(findPasswordProblem('Kupfer Lerche5', [])).toBe('short');
    expect(findPasswordProblem('Kupfer Lerche58', [])).toBeUndefined();
    const fourteen = 'Küpfer Lérche5';
    expect(findPasswordProblem(fourteen.normalize('NFD'), [])).toBe('short');
  });

  it('may have spaces, any script and two hundred characters', () => {
    expect(findPasswordProblem('ჩიტი რკინის კიბეზე', [])).toBeUndefined();
    expect(findPasswordProblem('Թռչուն պղնձե դարպաս', [])).toBeUndefined();
    const long = Array.from({ length: 60 }, (_, i) => `w${i * 37}`).join(' ');
    const exact = long.slice(0, maxPasswordLength);
    expect(findPasswordProblem(exact, [])).toBeUndefined();
    expect(findPasswordProblem(`${exact}x`, [])).toBe('long');
  });

  it('must not be what attackers try first', () => {
    expect(findPasswordProblem('passwordpassword', [])).toBe('easy');
  });
});

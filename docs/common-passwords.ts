// Writes src/auth/common-passwords.json from the list of the development package: `npm run common-passwords`.
import { writeFileSync } from 'node:fs';
import { fingerprintOf } from '../src/auth/common-passwords.ts';
import { listCommonPasswords } from '../tests/support/common-passwords.ts';

const sorted = [
  ...new Set(listCommonPasswords().map((one) => fingerprintOf(one).toString('hex'))),
].sort();
const fingerprints = Buffer.from(sorted.join(''), 'hex').toString('base64');
const file = new URL('../src/auth/common-passwords.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ fingerprints }, null, 2)}\n`);

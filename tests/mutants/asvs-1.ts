import type { Mutant } from './mutant.ts';

const headers = 'src/routes/security-headers.ts';

export const asvs1: readonly Mutant[] = [
  {
    number: '3.4.1',
    breaks: 'HSTS ends after a day',
    file: headers,
    find: 'max-age=63072000',
    put: 'max-age=86400',
  },
];

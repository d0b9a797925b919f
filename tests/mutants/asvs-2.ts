import type { Mutant } from './mutant.ts';

export const asvs2: readonly Mutant[] = [
  {
    number: '15.2.1',
    breaks: 'dependencies are overdue after years only',
    file: 'supply/overdue.ts',
    find: 'const limit = 90;',
    put: 'const limit = 900;',
  },
];

import type { Mutant } from './mutant.ts';

export const asvs2: readonly Mutant[] = [];

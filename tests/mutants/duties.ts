import type { Mutant } from './mutant.ts';

export const duties: readonly Mutant[] = [];

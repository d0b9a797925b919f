import type { Mutant } from './mutant.ts';

export const attacks: readonly Mutant[] = [];

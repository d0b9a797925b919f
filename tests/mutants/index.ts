import { asvs1 } from './asvs-1.ts';
import { asvs2 } from './asvs-2.ts';
import { attacks } from './attacks.ts';
import { duties } from './duties.ts';
import type { Mutant } from './mutant.ts';

/** In the order of docs/security.md. */
export const mutants: readonly Mutant[] = [...asvs1, ...asvs2, ...attacks, ...duties];

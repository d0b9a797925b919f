import type { Migration } from 'kysely';
import * as first from './0001_first.ts';

/** Ordered and append-only: a released migration is never edited. */
export const migrations: Record<string, Migration> = {
  '0001_first': first,
};

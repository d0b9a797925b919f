import { type RawBuilder, sql } from 'kysely';
import { discreetDays } from '../domain/discreet.ts';

/**
 * For how many days a declined application `a` to the version `v` is kept: as its call promises, a
 * discreet one no longer than all discreet ones. `deletionAfter` in domain/retention.ts has the same rule.
 */
export const keptDays: RawBuilder<number> = sql<number>`case when a.discreet
  then least(v.retention_days, ${sql.lit(discreetDays)}) else v.retention_days end`;

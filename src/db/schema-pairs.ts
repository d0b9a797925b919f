import type { PairReason, PairState } from '../domain/pairs.ts';

/** Two applications that may be one person's; `firstId` is the smaller id. */
export type ApplicationPairTable = {
  firstId: string;
  secondId: string;
  reasons: PairReason[];
  state: PairState;
  /** Of a merge the one that stays in the list. */
  keptId: string | null;
  /** Who decided last; null once that person is deleted. */
  staffId: string | null;
  decidedAt: Date | null;
  foundAt: Date;
};

/** Which applications from before the upgrade are still to be looked at for their twins; at most one row. */
export type PairBacklogTable = { one: boolean; lastId: string | null; untilId: string };

import type { ColumnType } from 'kysely';
import type { BulkActName, Obstacle } from '../domain/bulk-acts.ts';
import type { DeclineReason } from '../domain/decisions.ts';

type Once<T> = ColumnType<T, T, never>;

export type TagTable = {
  id: Once<string>;
  name: string;
  /** The folded name: what makes two names one tag. */
  key: string;
  createdBy: Once<string | null>;
  createdAt: Once<Date>;
};

export type ApplicationTagTable = {
  applicationId: Once<string>;
  tagId: Once<string>;
  addedAt: Once<Date>;
};

export type SavedViewTable = {
  id: Once<string>;
  ownerId: Once<string>;
  name: string;
  /** The query string of the list without its question mark and without a place in it. */
  query: string;
  /** All editors see it. */
  shared: boolean;
  createdAt: Once<Date>;
};

export type BulkActTable = {
  id: Once<string>;
  staffId: Once<string>;
  act: Once<BulkActName>;
  /** The staff member or tag that it is about; null where it is about nobody. */
  targetId: Once<string | null>;
  /** Why, where it declines. */
  reason: Once<DeclineReason | null>;
  createdAt: Once<Date>;
  undoneAt: Date | null;
};

export type BulkActRowTable = {
  bulkActId: Once<string>;
  applicationId: Once<string>;
  /** The newest event that was shown before it was confirmed. */
  seen: Once<number>;
  /** The digest of the letter that was shown; null of an act without letters. */
  shown: Once<string | null>;
  /** Null while it has not been come to; `done`, or why not. */
  outcome: 'done' | Obstacle | null;
  /** What stood there before, as the act has it: a standing, a staff id, an assignment's state; of a decision its own id. */
  before: string | null;
  /** The event that doing it has recorded. */
  eventId: number | null;
  /** `left`: the letter was faster. */
  undoOutcome: 'done' | 'stale' | 'left' | null;
};

export type TagSchema = {
  tags: TagTable;
  applicationTags: ApplicationTagTable;
  savedViews: SavedViewTable;
  bulkActs: BulkActTable;
  bulkActRows: BulkActRowTable;
};

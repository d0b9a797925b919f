import type { ColumnType } from 'kysely';
import type { ListStage } from '../domain/list-stages.ts';
import type { Decision } from '../domain/stages.ts';

/** What the list filters and searches by, of each submitted application. */
export type ApplicationSearchTable = {
  applicationId: string;
  /** Of the rules by which the row was made; an older one is made again. */
  version: number;
  /** Copies of columns of the application, which the database keeps as they are there. */
  submittedAt: Date;
  stageSince: Date;
  tab: ListStage;
  decision: Decision | null;
  handlingEditorId: string | null;
  /** Ids of its tags, which the database keeps as they are there; null for none. */
  tags: ColumnType<string[] | null, never, never>;
  /** Places, languages and call, each with the letter of its kind. */
  facets: string[];
  /** Folded names and the e-mail address, for finding their parts. */
  handles: string;
  /** A tsvector. */
  words: ColumnType<string, never, never>;
  /** Reviewers find it by its row in `masked_search` alone. */
  masked: ColumnType<boolean, boolean | undefined, boolean>;
};

/**
 * A text as reviewers get it who may not know the name. `source` is the column or `answer/` and the
 * question's key, or `document/` and its id.
 */
export type MaskedTextTable = {
  applicationId: string;
  source: string;
  text: string;
};

/** How many applications stand where; what has changed since the last adding up stands in the other table. */
type Counted = { facet: string; tab: ListStage; decision: string };

export type SearchSchema = {
  applicationSearch: ApplicationSearchTable;
  maskedTexts: MaskedTextTable;
  applicationCounts: Counted & { count: number };
  applicationCountChanges: Counted & { change: number };
};

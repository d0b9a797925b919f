import type { Migration } from 'kysely';
import * as first from './0001_first.ts';
import * as mailOutcome from './0002_mail_outcome.ts';
import * as uploads from './0003_uploads.ts';
import * as drafts from './0004_drafts.ts';
import * as callEditing from './0005_call_editing.ts';
import * as privatePage from './0006_private_page.ts';
import * as replyClock from './0007_reply_clock.ts';
import * as documentTexts from './0008_document_texts.ts';
import * as search from './0012_search.ts';

/** Ordered and append-only: a released migration is never edited. */
export const migrations: Record<string, Migration> = {
  '0001_first': first,
  '0002_mail_outcome': mailOutcome,
  '0003_uploads': uploads,
  '0004_drafts': drafts,
  '0005_call_editing': callEditing,
  '0006_private_page': privatePage,
  '0007_reply_clock': replyClock,
  '0008_document_texts': documentTexts,
  '0012_search': search,
};

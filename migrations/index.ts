import type { Migration } from 'kysely';
import * as first from './0001_first.ts';
import * as mailOutcome from './0002_mail_outcome.ts';
import * as uploads from './0003_uploads.ts';
import * as drafts from './0004_drafts.ts';
import * as callEditing from './0005_call_editing.ts';
import * as privatePage from './0006_private_page.ts';
import * as replyClock from './0007_reply_clock.ts';
import * as documentTexts from './0008_document_texts.ts';
import * as withheldMails from './0009_withheld_mails.ts';
import * as correctedAddress from './0010_corrected_address.ts';
import * as retention from './0011_retention.ts';
import * as search from './0012_search.ts';
import * as reviews from './0013_reviews.ts';
import * as documentReading from './0015_document_reading.ts';
import * as keyboard from './0016_keyboard.ts';
import * as pairs from './0017_pairs.ts';
import * as blindReview from './0018_blind_review.ts';
import * as tags from './0019_tags.ts';
import * as searchCells from './0020_search_cells.ts';
import * as letters from './0021_letters.ts';
import * as talk from './0022_talk.ts';
import * as notifications from './0023_notifications.ts';
import * as contributors from './0024_contributors.ts';
import * as staffLog from './0025_staff_log.ts';
import * as unreadIndexes from './0026_unread_indexes.ts';
import * as pairBacklog from './0031_pair_backlog.ts';
import * as bulkLetters from './0032_bulk_letters.ts';
import * as listFlags from './0033_list_flags.ts';
import * as searchStanding from './0034_search_standing.ts';
import * as consentRenewal from './0037_consent_renewal.ts';
import * as messageTemplates from './0038_message_templates.ts';
import * as staffOutbox from './0039_staff_outbox.ts';
import * as recoveryCodes from './0040_recovery_codes.ts';
import * as singleSignOn from './0041_single_sign_on.ts';
import * as documentCopies from './0043_document_copies.ts';
import * as scanning from './0044_scanning.ts';
import * as discreet from './0046_discreet.ts';
import * as sealedReasons from './0047_sealed_reasons.ts';
import * as installationKeys from './0049_installation_keys.ts';
import * as floods from './0052_floods.ts';
import * as untoldLetters from './0054_untold_letters.ts';
import * as waiting from './0055_waiting.ts';
import * as unscannable from './0057_unscannable.ts';
import * as guessHits from './0058_guess_hits.ts';
import * as nameBeginnings from './0059_name_beginnings.ts';

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
  '0009_withheld_mails': withheldMails,
  '0010_corrected_address': correctedAddress,
  '0011_retention': retention,
  '0012_search': search,
  '0013_reviews': reviews,
  '0015_document_reading': documentReading,
  '0016_keyboard': keyboard,
  '0017_pairs': pairs,
  '0018_blind_review': blindReview,
  '0019_tags': tags,
  '0020_search_cells': searchCells,
  '0021_letters': letters,
  '0022_talk': talk,
  '0023_notifications': notifications,
  '0024_contributors': contributors,
  '0025_staff_log': staffLog,
  '0026_unread_indexes': unreadIndexes,
  '0031_pair_backlog': pairBacklog,
  '0032_bulk_letters': bulkLetters,
  '0033_list_flags': listFlags,
  '0034_search_standing': searchStanding,
  '0037_consent_renewal': consentRenewal,
  '0038_message_templates': messageTemplates,
  '0039_staff_outbox': staffOutbox,
  '0040_recovery_codes': recoveryCodes,
  '0041_single_sign_on': singleSignOn,
  '0043_document_copies': documentCopies,
  '0044_scanning': scanning,
  '0046_discreet': discreet,
  '0047_sealed_reasons': sealedReasons,
  '0049_installation_keys': installationKeys,
  '0052_floods': floods,
  '0054_untold_letters': untoldLetters,
  '0055_waiting': waiting,
  '0057_unscannable': unscannable,
  '0058_guess_hits': guessHits,
  '0059_name_beginnings': nameBeginnings,
};

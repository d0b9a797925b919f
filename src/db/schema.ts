import type { ColumnType, GeneratedAlways, JSONColumnType } from 'kysely';
import type { BrowserFamily } from '../domain/browser-families.ts';
import type { Criterion, TypedTexts } from '../domain/call-content.ts';
import type { CallEventType } from '../domain/call-opening.ts';
import type {
  CallDocuments,
  CallTexts,
  Fee,
  Imprint,
  NoticeTexts,
  PublicationLinks,
  Question,
} from '../domain/calls.ts';
import type { ConsentEventType } from '../domain/consent.ts';
import type { DeskEventType } from '../domain/desk-events.ts';
import type { ActiveContent, ReadingFailure } from '../domain/document-texts.ts';
import type { DocumentType } from '../domain/document-types.ts';
import type { DocumentKind, DocumentOrigin } from '../domain/documents.ts';
import type { Role } from '../domain/permissions.ts';
import type { Actor, Decision, Stage } from '../domain/stages.ts';
import type { ContributorSchema } from './schema-contributors.ts';
import type { DecisionSchema } from './schema-decisions.ts';
import type { FileSchema } from './schema-files.ts';
import type { ApplicationPairTable, PairBacklogTable } from './schema-pairs.ts';
import type { LegalHoldTable, RetentionPauseTable } from './schema-retention.ts';
import type { ReviewSchema } from './schema-reviews.ts';
import type { SearchSchema } from './schema-search.ts';
import type { StaffMailSchema } from './schema-staff-mails.ts';
import type { TagSchema } from './schema-tags.ts';
import type { TalkSchema } from './schema-talk.ts';

/** jsonb: objects come out, JSON text goes in. */
type Json<T extends object> = JSONColumnType<T, string, string>;
/** A column that is written once, with the row. */
type Once<T> = ColumnType<T, T, never>;
/** A column with a default. */
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type PublicationTable = {
  id: Defaulted<number>;
  name: string;
  timeZone: string;
  language: string;
  imprint: Json<Imprint>;
  links: Json<PublicationLinks>;
  /** How long a draft is kept that nobody touches. */
  draftDays: Defaulted<number>;
  /** When proof of work is asked of whoever begins a draft. */
  floodGuard: Defaulted<'auto' | 'on'>;
  /** Until when it is asked because very many drafts were begun. */
  floodUntil: Defaulted<Date | null>;
  /** Files beyond so many thousand million bytes in all are not taken. */
  storageLimitGb: Defaulted<number>;
  updatedAt: Date;
};

export type PrivacyNoticeTable = {
  id: Once<string>;
  number: Once<number>;
  texts: Json<NoticeTexts>;
  createdAt: Once<Date>;
  /** Null for the one that came with the software. */
  createdBy: Once<string | null>;
};

export type CallTable = {
  id: Once<string>;
  slug: Once<string>;
  /** Null while it is in preparation. */
  opensAt: Date | null;
  closesAt: Date | null;
  inbox: string | null;
  createdAt: Once<Date>;
};

export type CallVersionTable = {
  id: Once<string>;
  callId: Once<string>;
  number: Once<number>;
  /** What readers get: the finished languages that the call is offered in. */
  texts: Json<CallTexts>;
  /** The languages that it is offered in, finished or not. */
  languages: ColumnType<string[], string[] | undefined, never>;
  /** As it was typed, unfinished translations included; null when the texts above are all there is. */
  typed: ColumnType<TypedTexts | null, string | null, never>;
  places: Once<string[]>;
  documents: Json<CallDocuments>;
  questions: Json<Question[]>;
  /** What reviewers will score. */
  criteria: ColumnType<Criterion[], string | undefined, never>;
  fee: ColumnType<Fee | null, string | null, never>;
  reviewersWanted: ColumnType<number, number | undefined, never>;
  /** Reviewers are not to know who applied. */
  blind: ColumnType<boolean, boolean | undefined, never>;
  contactEmail: Once<string>;
  seededInbox: Once<string | null>;
  replyDays: Once<number>;
  retentionDays: Once<number>;
  createdAt: Once<Date>;
  createdBy: Once<string | null>;
};

/** What happened to a call as a whole; its versions tell the rest. */
export type CallEventTable = {
  id: GeneratedAlways<number>;
  callId: Once<string>;
  staffId: Once<string | null>;
  type: Once<CallEventType>;
  opensAt: Once<Date | null>;
  closesAt: Once<Date | null>;
  at: Once<Date>;
};

export type ApplicationTable = {
  id: Once<string>;
  reference: Once<string>;
  callId: Once<string>;
  callVersionId: Once<string>;
  privacyNoticeId: Once<string>;
  stage: Stage;
  decision: Decision | null;
  stageSince: Date;
  revision: Defaulted<number>;
  /** How often what was typed has been stored. */
  typedRevision: Defaulted<number>;
  /** The page that typed last, by a random word of its own; null for a script's request. */
  typedBy: string | null;
  /** Which of that page's requests was stored. */
  typedOrder: Defaulted<number>;
  /** When the draft's link was mailed last. */
  linkMailedAt: Date | null;
  language: string;
  fullName: Defaulted<string>;
  latinName: Defaulted<string>;
  penName: Defaulted<string>;
  legalNameSealed: Buffer | null;
  email: Defaulted<string>;
  emailHash: Buffer | null;
  contactChannel: Defaulted<string>;
  contactHandleSealed: Buffer | null;
  places: Defaulted<string[]>;
  placesOther: Defaulted<string>;
  basedIn: Defaulted<string>;
  languages: Defaulted<string[]>;
  topics: Defaulted<string>;
  links: Defaulted<string[]>;
  answers: ColumnType<Record<string, string>, string | undefined, string>;
  /** Then names, address, answers and where it came from are blank here and stand in the two sealed columns. */
  discreet: Defaulted<boolean>;
  /** What `openAnswers` and `openPerson` open (db/discreet.ts); null where it is not discreet. */
  answersSealed: Buffer | null;
  identitySealed: Buffer | null;
  /** Mails about a discreet application may carry the link of its private page. */
  mailLinks: Defaulted<boolean>;
  keepOnFile: Defaulted<boolean>;
  consentedAt: Date | null;
  via: string | null;
  handlingEditorId: string | null;
  /** The application that stands for this one in the list. */
  mergedInto: string | null;
  /** Null: as many as the call wants. */
  reviewersWanted: number | null;
  /** When an editor told the reviewers of a blind call who it is. */
  identityRevealedAt: Date | null;
  /** When the editors were reminded of the promised reply. */
  replyNudgedAt: Date | null;
  /** When the applicant was told that the reply takes longer than promised. */
  replyLapseToldAt: Date | null;
  createdAt: Once<Date>;
  updatedAt: Date;
  submittedAt: Date | null;
  /** When somebody of the staff opened it first; the database sets it. */
  openedAt: ColumnType<Date | null, never, never>;
  /** Since when a message of the applicant waits to be opened by an editor; the database sets it. */
  unreadMessageAt: ColumnType<Date | null, never, never>;
  /** Since when the applicant has the last word; the database sets it. */
  unansweredSince: ColumnType<Date | null, never, never>;
  /** Newest versions of reviews that count; the database sets it. */
  reviewsIn: ColumnType<number, never, never>;
  /** When the newest version of a review was submitted; the database sets it. */
  reviewedAt: ColumnType<Date | null, never, never>;
};

export type ApplicationTokenTable = {
  tokenHash: Once<Buffer>;
  kind: Once<'draft' | 'private' | 'receipt'>;
  applicationId: string | null;
  sealed: Buffer | null;
  createdAt: Once<Date>;
};

export type DocumentTable = {
  id: Once<string>;
  applicationId: Once<string>;
  kind: Once<DocumentKind>;
  origin: Once<DocumentOrigin>;
  state: 'receiving' | 'received';
  position: number;
  /** Empty where it is sealed. */
  name: string;
  nameSealed: Buffer | null;
  type: DocumentType | null;
  size: number | null;
  sha256: Buffer | null;
  chunkCount: number | null;
  language: string | null;
  textLanguage: string | null;
  startedAt: Once<Date>;
  receivedAt: Date | null;
  /** What the virus scanner said; the database sets that it waits. Null where none was asked. */
  scan: ColumnType<
    'waiting' | 'clean' | 'infected' | 'unscannable' | null,
    never,
    'waiting' | 'clean' | 'infected' | 'unscannable'
  >;
  scannedAt: ColumnType<Date | null, never, Date>;
  /** The scanner's name for what it found, or why it can't look at it. */
  scanFinding: ColumnType<string | null, never, string | null>;
};

export type DocumentChunkTable = {
  documentId: Once<string>;
  number: Once<number>;
  data: Once<Buffer>;
};

/** What a document says, as extraction read it; a document without a row waits for it. */
export type DocumentTextTable = {
  documentId: Once<string>;
  applicationId: Once<string>;
  state: 'read' | 'empty' | 'failed';
  /** Why nothing could be read. */
  reason: ReadingFailure | null;
  /** Empty where it is sealed. */
  text: string;
  textSealed: ColumnType<Buffer | null, Buffer | null | undefined, never>;
  /** The language that the text seems to be in, as an ISO 639-1 code. */
  language: string | null;
  words: number | null;
  pages: number | null;
  /** What in it can act; null when it could not be looked for. */
  active: ColumnType<ActiveContent[] | null, ActiveContent[] | null | undefined, never>;
  /** There was more text than is kept. */
  cut: Defaulted<boolean>;
  readAt: Date;
};

export type UploadTable = {
  tokenHash: Once<Buffer>;
  documentId: Once<string>;
  tokenSealed: Once<Buffer>;
  /** Bytes that the document will have. */
  length: Once<number>;
  /** Bytes that have arrived. */
  received: number;
  /** Those behind the last whole chunk, sealed. */
  tail: Buffer | null;
  /** When the file was last changed, in milliseconds, as its owner's browser knows it. */
  modified: Once<number | null>;
  language: Once<string>;
  /** The request that may write; another one takes its place. */
  holder: string;
  touchedAt: Date;
};

/** What can happen to an application. `document-…` has the kind of the document as its `toValue`, others as their list says. */
export type EventType =
  | 'submitted'
  | 'stage-changed'
  | 'document-added'
  | 'document-replaced'
  | 'document-removed'
  | 'erased'
  | 'reply-nudged'
  | 'reply-lapsed'
  | 'address-corrected'
  | 'contributor-details'
  | 'document-infected'
  | ConsentEventType
  | DeskEventType;

export type EventTable = {
  id: GeneratedAlways<number>;
  applicationId: Once<string>;
  actor: Once<Actor>;
  staffId: Once<string | null>;
  type: Once<EventType>;
  fromValue: Once<string | null>;
  toValue: Once<string | null>;
  at: Once<Date>;
};

export type AccessLogTable = {
  id: GeneratedAlways<number>;
  applicationId: Once<string>;
  documentId: Once<string | null>;
  staffId: Once<string>;
  type: Once<'opened' | 'downloaded'>;
  at: Once<Date>;
};

export type JobState = 'queued' | 'done' | 'parked';

export type JobTable = {
  id: Once<string>;
  kind: Once<string>;
  subjectId: Once<string | null>;
  lane: Once<string | null>;
  schedule: Once<string | null>;
  state: JobState;
  notBefore: Date;
  attempts: Defaulted<number>;
  leasedUntil: Date | null;
  leaseId: string | null;
  lastError: string | null;
  createdAt: Once<Date>;
  finishedAt: Date | null;
};

export type MailThread = 'editors' | 'applicant';

export type MailTable = {
  id: Once<string>;
  applicationId: Once<string>;
  thread: Once<MailThread>;
  template: Once<string>;
  language: Once<string>;
  messageId: Once<string>;
  inReplyTo: string | null;
  contentSealed: Once<Buffer>;
  createdAt: Once<Date>;
  sentAt: Date | null;
  /** It became a file: nothing left the machine. */
  captured: Defaulted<boolean>;
  /** It never leaves: its mailbox had had enough of its kind that day. Such a mail has no job. */
  withheld: Defaulted<boolean>;
  /** It waits so that it can be recalled; false from the moment it leaves. */
  held: Defaulted<boolean>;
  /** How many of its recipients were refused for good, and which. */
  refused: Defaulted<number>;
  refusalsSealed: Buffer | null;
  /** When somebody said that its trouble needs no more care. */
  dealtWithAt: Date | null;
};

export type MessageTable = {
  id: Once<string>;
  applicationId: Once<string>;
  direction: Once<'out' | 'in'>;
  authorId: Once<string | null>;
  language: Once<string>;
  /** Empty where it is sealed. */
  body: Once<string>;
  bodySealed: Once<Buffer | null>;
  mailId: string | null;
  incomingMessageId: Once<string | null>;
  createdAt: Once<Date>;
};

export type StaffTable = {
  id: Once<string>;
  email: string;
  name: string;
  role: Role;
  language: string;
  /** Single keys act on the staff pages. */
  keyboard: ColumnType<boolean, boolean | undefined, boolean>;
  /** What they read, and the places that they cover: none means any. */
  languages: Defaulted<string[]>;
  places: Defaulted<string[]>;
  /** How they sign letters and messages; their name where it is empty. */
  signature: Defaulted<string>;
  passwordHash: string | null;
  totpSecretSealed: Buffer | null;
  totpConfirmedAt: Date | null;
  totpLastStep: number | null;
  /** The account at the single sign-on that opens this one; both or none. */
  oidcIssuer: string | null;
  oidcSubject: string | null;
  /** The day of their newest sign-in, in UTC. */
  lastSignInOn: ColumnType<string | null, string | null | undefined, string | null>;
  /** With which view their list begins: a saved one's id, or the name of one that everybody has. */
  startView: ColumnType<string | null, string | null | undefined, string | null>;
  /** They get the list of the week. */
  weeklyList: ColumnType<boolean, boolean | undefined, boolean>;
  createdAt: Once<Date>;
  disabledAt: Date | null;
};

export type StaffEnrolmentTable = {
  tokenHash: Once<Buffer>;
  staffId: Once<string | null>;
  createdAt: Once<Date>;
  expiresAt: Once<Date>;
  usedAt: Date | null;
};

export type StaffSessionTable = {
  tokenHash: Once<Buffer>;
  staffId: Once<string>;
  createdAt: Once<Date>;
  lastSeenAt: Date;
  expiresAt: Once<Date>;
  /** What a page calls it. */
  id: GeneratedAlways<string>;
  browser: ColumnType<BrowserFamily, BrowserFamily | undefined, never>;
  /** The single sign-on that opened it has asked for a second factor. */
  factorElsewhere: ColumnType<boolean, boolean | undefined, never>;
};

export type StaffRecoveryCodeTable = {
  codeHash: Once<Buffer>;
  staffId: Once<string>;
  usedAt: Date | null;
};

export type StaffChallengeTable = {
  tokenHash: Once<Buffer>;
  staffId: Once<string>;
  kind: Once<'code' | 'set-up' | 'replace'>;
  totpSecretSealed: Once<Buffer | null>;
  createdAt: Once<Date>;
  expiresAt: Once<Date>;
};

export type RateLimitSecretTable = { id: Defaulted<number>; secret: Buffer; day: string };

export type RateLimitCounterTable = {
  bucket: Once<string>;
  subject: Once<Buffer>;
  windowStart: Date;
  count: number;
};

export type Schema = ContributorSchema &
  DecisionSchema &
  FileSchema &
  ReviewSchema &
  SearchSchema &
  StaffMailSchema &
  TagSchema &
  TalkSchema & {
    publication: PublicationTable;
    privacyNotices: PrivacyNoticeTable;
    calls: CallTable;
    callVersions: CallVersionTable;
    callEvents: CallEventTable;
    applications: ApplicationTable;
    applicationPairs: ApplicationPairTable;
    pairBacklog: PairBacklogTable;
    applicationTokens: ApplicationTokenTable;
    documents: DocumentTable;
    documentChunks: DocumentChunkTable;
    documentTexts: DocumentTextTable;
    uploads: UploadTable;
    legalHolds: LegalHoldTable;
    retentionPause: RetentionPauseTable;
    events: EventTable;
    accessLog: AccessLogTable;
    jobs: JobTable;
    mails: MailTable;
    messages: MessageTable;
    staff: StaffTable;
    staffEnrolments: StaffEnrolmentTable;
    staffSessions: StaffSessionTable;
    staffChallenges: StaffChallengeTable;
    staffRecoveryCodes: StaffRecoveryCodeTable;
    rateLimitSecret: RateLimitSecretTable;
    rateLimitCounters: RateLimitCounterTable;
    'keys.masterVersions': { version: Once<number>; probe: Once<Buffer>; createdAt: Once<Date> };
    'keys.applicationKeys': {
      applicationId: Once<string>;
      masterVersion: number;
      wrapped: Buffer;
    };
    'keys.installationKeys': {
      purpose: 'seal' | 'look-up';
      masterVersion: number;
      wrapped: Buffer;
    };
  };

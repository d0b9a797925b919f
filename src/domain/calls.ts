import type { DocumentKind } from './documents.ts';

/** The texts of a call in one language, as applicants read them. */
export type CallText = {
  title: string;
  /** One or two sentences under the title; also what previews show. */
  lead: string;
  seek: string;
  offer: string[];
  /** Who reads an application, as a sentence. */
  readers: string;
  /** What each place of the call is called in this language, by its key. */
  places: Record<string, string>;
};
/** By language code. A language that is missing falls back to the publication's, then to any. */
export type CallTexts = Record<string, CallText>;

/** Whether the call asks for a kind of document, and insists. */
export type CallDocuments = Record<DocumentKind, 'required' | 'optional' | 'off'>;

export type Question = {
  key: string;
  type: 'short-text' | 'long-text' | 'choice' | 'yes-no' | 'link';
  required: boolean;
  /** The keys of a choice's answers in their order. */
  choices?: string[];
  texts: Record<string, { label: string; hint?: string; choices?: Record<string, string> }>;
};

/** Amounts in `currency` (ISO 4217) per published piece. */
export type Fee = {
  currency: string;
  from: number;
  to: number;
  expenses: boolean;
  killFeePercent: number | null;
  paidWithinDays: number;
};

/** A privacy notice in one language; by language code in `NoticeTexts`. */
export type NoticeText = { sections: { heading: string; text: string }[] };
export type NoticeTexts = Record<string, NoticeText>;

/** Empty lines mean: the operator has not filled it in. */
export type Imprint = { lines: string[] };
export type PublicationLinks = { site?: string };

export type CallState = 'in-preparation' | 'not-yet-open' | 'open' | 'closed';

/** When one can apply. */
export type Period = {
  /** Null while the call is in preparation and nobody but staff may know of it. */
  opensAt: Date | null;
  /** Null for a rolling call. */
  closesAt: Date | null;
};

/** Whether one can apply at `now`. */
export function callStateAt(call: Period, now: Date): CallState {
  if (call.opensAt === null) return 'in-preparation';
  if (now < call.opensAt) return 'not-yet-open';
  return call.closesAt !== null && now >= call.closesAt ? 'closed' : 'open';
}

/** The entry in the wanted language, else in the fallback, else any: a call is never blank. */
export function pickText<T>(texts: Record<string, T>, wanted: string, fallback: string): T {
  return texts[pickLanguage(texts, wanted, fallback)]!;
}

/** The language of the entry that `pickText` picks. */
export function pickLanguage(
  texts: Record<string, unknown>,
  wanted: string,
  fallback: string,
): string {
  const language = [wanted, fallback, ...Object.keys(texts)].find((one) =>
    Object.hasOwn(texts, one),
  );
  if (language === undefined) throw new Error('a version has texts in at least one language');
  return language;
}

const dayMs = 86_400_000;

/** The day by which the call promises an answer. */
export function replyByDate(submittedAt: Date, replyDays: number): Date {
  return new Date(submittedAt.getTime() + replyDays * dayMs);
}

/** When a draft is deleted that nobody touches; `draftDays` is the publication's. */
export function draftExpiry(updatedAt: Date, draftDays: number): Date {
  return new Date(updatedAt.getTime() + draftDays * dayMs);
}

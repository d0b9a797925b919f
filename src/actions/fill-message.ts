import type { HeldApplication } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import type { Db, Trx } from '../db/client.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { pickText } from '../domain/calls.ts';
import type { DocumentKind } from '../domain/documents.ts';
import { judgeText, type LetterProblem } from '../domain/letter-check.ts';
import { fillPlaceholders, type PlaceholderValues } from '../domain/letter-placeholders.ts';
import { momentOfDay } from '../domain/requests.ts';
import { cleanLine, cleanText } from '../domain/text.ts';
import { type Language, translatorFor } from '../i18n.ts';
import { renderMessageToApplicant } from '../mail/templates/message-to-applicant.tsx';
import { renderRequest } from '../mail/templates/request-to-applicant.ts';
import { commonValues } from './placeholder-values.ts';
import { readTemplate } from './save-template.ts';
import { languageOf } from './write-mail.ts';

type About = Pick<
  HeldApplication,
  'callId' | 'callVersionId' | 'reference' | 'fullName' | 'discreet' | 'language'
>;

/** What an editor is about to send: their text with placeholders, and what those stand for. */
export type MessageSource = { body: string; language: Language } & (
  | { kind: 'message' }
  | { kind: 'request-more'; request: { words: string; dueOn: string } }
);

/** A message with its placeholders filled in. */
export type FilledMessage = { subject: string; body: string };

/**
 * A message or a request as it will be read, or what keeps it from being sent. Its subject is that of the
 * template in the applicant's language, of which nothing may be missing either.
 */
export async function fillMessage(
  db: Db | Trx,
  application: About,
  { author, source }: { author: { id: string; name: string }; source: MessageSource },
): Promise<FilledMessage | { problems: LetterProblem[] }> {
  const { kind, body, language } = source;
  const facts = {
    publication: await getPublication(db),
    call: await getCallVersion(db, application.callVersionId),
    signature: (await findStaff(db, author.id))?.signature ?? '',
    author,
  };
  const { timeZone } = facts.publication;
  const fill = (own: Language): PlaceholderValues => {
    const values = commonValues(application, facts, own);
    if (source.kind === 'message') return values;
    const { words, dueOn } = source.request;
    const until = translatorFor(own).date(momentOfDay(dueOn, timeZone), timeZone);
    return { ...values, request: words, until };
  };
  const theirs = languageOf(application.language);
  const { subject } = await readTemplate(db, application.callId, { kind, language: theirs });
  const problems = [
    ...judgeText({ field: 'body', text: body }, kind, fill(language)),
    ...judgeText({ field: 'subject', text: subject }, kind, fill(theirs)),
  ];
  if (problems.length > 0) return { problems };
  return {
    subject: cleanLine(fillPlaceholders(subject, fill(theirs))),
    body: cleanText(fillPlaceholders(body, fill(language))),
  };
}

/** What an editor has typed, put where the template has a place for their own words. */
export async function putIntoTemplate(
  db: Db,
  { callId }: Pick<About, 'callId'>,
  { body, language }: { body: string; language: Language },
): Promise<string> {
  const template = await readTemplate(db, callId, { kind: 'message', language });
  return body === '' ? template.body : fillPlaceholders(template.body, { words: body });
}

/**
 * The mail as its applicant will read it, but for the secret of its link. What a discreet applicant is
 * mailed says nothing of it: then it is what their page shows.
 */
export async function previewMessage(
  db: Db,
  { publicUrl }: Pick<Deps, 'publicUrl'>,
  application: About,
  {
    source,
    filled,
    kinds = [],
  }: { source: MessageSource; filled: FilledMessage; kinds?: readonly DocumentKind[] },
): Promise<{ subject: string; text: string }> {
  const { subject, body } = filled;
  if (application.discreet) return { subject: '', text: body };
  const publication = await getPublication(db);
  const call = await getCallVersion(db, application.callVersionId);
  const language = languageOf(application.language);
  const facts = {
    publication: publication.name,
    reference: application.reference,
    callTitle: pickText(call.texts, language, publication.language).title,
    ...{ subject, message: { body, language: source.language } },
    link: `${publicUrl}/${language}/applications/…`,
  };
  if (source.kind === 'message') return renderMessageToApplicant(language, facts);
  const { dueOn } = source.request;
  return renderRequest(language, { ...facts, kinds, dueOn, timeZone: publication.timeZone });
}

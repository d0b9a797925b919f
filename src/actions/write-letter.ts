import { createHash } from 'node:crypto';
import type { Application } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import type { Db, Trx } from '../db/client.ts';
import { listAgreements } from '../db/consents.ts';
import { type ActEntry, listActs, standingActs } from '../db/decision-acts.ts';
import { secondsAfter } from '../db/jobs.ts';
import { findHold } from '../db/retention.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { toldAtOf } from '../domain/decisions.ts';
import { judgeLetter, type LetterProblem } from '../domain/letter-check.ts';
import { fillPlaceholders, type PlaceholderValues } from '../domain/letter-placeholders.ts';
import { deletionAfter } from '../domain/retention.ts';
import type { DecisionAct } from '../domain/stages.ts';
import type { TemplateText } from '../domain/standard-templates.ts';
import { cleanLine, cleanText } from '../domain/text.ts';
import { found } from '../errors.ts';
import { translatorFor } from '../i18n.ts';
import { renderDecisionLetter } from '../mail/templates/decision-letter.ts';
import type { RenderedMail } from '../mail/templates/layout.tsx';
import { type CommonFacts, commonValues } from './placeholder-values.ts';
import { languageOf, type MailSubject, writeToApplicant } from './write-mail.ts';

type Needs = Pick<Deps, 'config' | 'publicUrl'>;

/** Mails that tell of a decision, and of its reversal. */
export const letterTemplates = ['decision-letter', 'reversal-letter'] as const;

const templateOf = (act: DecisionAct) =>
  act === 'reopen' ? letterTemplates[1] : letterTemplates[0];

/** What a letter of this act is about, and who writes it. */
export type LetterSubject = {
  application: Application;
  act: DecisionAct;
  author: { id: string; name: string };
  now: Date;
};

/** Until when a letter that is written now can be recalled. */
export const heldUntil = ({ config }: Pick<Deps, 'config'>, now: Date): Date =>
  secondsAfter(now, config.outboxHoldSeconds);

const findToldLetter = (acts: readonly ActEntry[], now: Date): Date | undefined => {
  const told = acts.find((one) => one.act !== 'reopen' && one.withLetter && toldAtOf(one, now));
  return told && toldAtOf(told, now);
};

/** What the values of a letter's placeholders come from, beside its subject. */
export type LetterFacts = Omit<CommonFacts, 'author'> & {
  /** A hold keeps the application from being deleted. */
  onHold: boolean;
  /** When they agreed anew to be kept on file; undefined: with the application. */
  agreedAt: Date | undefined;
  /** When the letter left that a reversal takes back. */
  letterAt: Date | undefined;
};

function valuesOf(
  deps: Pick<Deps, 'config'>,
  { application, act, author, now }: LetterSubject,
  { onHold, letterAt, ...facts }: LetterFacts,
): PlaceholderValues {
  const language = languageOf(application.language);
  const t = translatorFor(language);
  const isDeleted = (act === 'decline' || act === 'keep-on-file') && !onHold;
  const day = (at: Date): string => t.date(at, facts.publication.timeZone);
  const { retentionDays } = facts.call;
  const { keepOnFile, discreet } = application;
  const agreedAt = facts.agreedAt ?? found(application.submittedAt);
  return {
    ...commonValues(application, { ...facts, author }, language),
    ...(isDeleted && {
      deletion: day(
        deletionAfter(heldUntil(deps, now), {
          ...{ agreedAt, retentionDays, keepOnFile, discreet },
        }),
      ),
    }),
    ...(letterAt && { letterDate: day(letterAt) }),
    ...(act === 'accept' && { details: t('contributor.own.title') }),
  };
}

/** A letter with its placeholders filled in, or what keeps it from being sent. */
export async function fillLetter(
  db: Db | Trx,
  deps: Needs,
  subject: LetterSubject,
  source: TemplateText,
): Promise<FilledLetter> {
  const { application, author, now } = subject;
  const acts = standingActs(await listActs(db, application.id));
  return composeLetter(deps, subject, source, {
    publication: await getPublication(db),
    call: await getCallVersion(db, application.callVersionId),
    signature: (await findStaff(db, author.id))?.signature ?? '',
    onHold: (await findHold(db, application.id)) !== undefined,
    agreedAt: (await listAgreements(db, [application.id])).get(application.id),
    letterAt: findToldLetter(acts, now),
  });
}

export type FilledLetter = { letter: TemplateText } | { problems: LetterProblem[] };

/** A letter as `fillLetter` makes it, from facts that were read before. */
export function composeLetter(
  deps: Pick<Deps, 'config'>,
  subject: LetterSubject,
  source: TemplateText,
  facts: LetterFacts,
): FilledLetter {
  const values = valuesOf(deps, subject, facts);
  const problems = judgeLetter(source, subject.act, values);
  if (problems.length > 0) return { problems };
  return {
    letter: {
      subject: cleanLine(fillPlaceholders(source.subject, values)),
      body: cleanText(fillPlaceholders(source.body, values)),
    },
  };
}

/** Tells one filled letter from another: what was confirmed is what was shown. */
export const digestLetter = ({ subject, body }: TemplateText): string =>
  createHash('sha256').update(`${subject}\n${body}`).digest('base64url');

/** Queues a letter, held until `until`; at once without. Returns its mail's id. */
export async function sendLetter(
  trx: Trx,
  deps: Needs,
  subject: MailSubject,
  { act, letter, until }: { act: DecisionAct; letter: TemplateText; until?: Date },
): Promise<string> {
  return await writeToApplicant(trx, deps, subject, {
    template: templateOf(act),
    ...(until && { heldUntil: until }),
    render: (language, facts) => renderDecisionLetter(language, { ...facts, letter }),
  });
}

/** The mail as its applicant will see it, but for the secret of its link. */
export async function previewLetter(
  db: Db,
  deps: Pick<Deps, 'publicUrl'>,
  application: Pick<Application, 'language' | 'reference'>,
  letter: TemplateText,
): Promise<RenderedMail> {
  return renderPreview(deps, application, letter, (await getPublication(db)).name);
}

/** What `previewLetter` shows, for a publication of this name. */
export function renderPreview(
  { publicUrl }: Pick<Deps, 'publicUrl'>,
  { language, reference }: Pick<Application, 'language' | 'reference'>,
  letter: TemplateText,
  publication: string,
): RenderedMail {
  const known = languageOf(language);
  const link = `${publicUrl}/${known}/applications/…`;
  return renderDecisionLetter(known, { publication, reference, letter, link });
}

import type { Context } from 'hono';
import { findChangeable } from '../../actions/change-documents.ts';
import { isAddressRefused } from '../../actions/correct-address.ts';
import { type PrivatePage, readReceiptCode } from '../../actions/open-private-page.ts';
import { valuesOf } from '../../actions/read-application.ts';
import { isOpened } from '../../db/applications.ts';
import { getCallVersion } from '../../db/calls.ts';
import { findConsent } from '../../db/consents.ts';
import { isContributor } from '../../db/contributors.ts';
import {
  listActs,
  openActContent,
  readDecisionTold,
  standingActs,
} from '../../db/decision-acts.ts';
import { listDocuments } from '../../db/documents.ts';
import { listMessages, openBody } from '../../db/messages.ts';
import { findOpenRequest } from '../../db/requests.ts';
import { findDeletion } from '../../db/retention.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { replyByDate } from '../../domain/calls.ts';
import { isDecisionTold, toldAtOf } from '../../domain/decisions.ts';
import { isLate } from '../../domain/reply-clock.ts';
import { isOverdue } from '../../domain/requests.ts';
import { type PublicStatus, publicStatusOf } from '../../domain/stages.ts';
import { canUndo, undoUntil } from '../../domain/withdrawal.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { OwnConsent } from '../../views/components/own-consent.tsx';
import { OwnRequest } from '../../views/components/own-request.tsx';
import { RefusedAddress } from '../../views/components/refused-address.tsx';
import {
  ApplicationStatusPage,
  messageForm,
  type StatusPageProps,
} from '../../views/pages/application-status.tsx';
import { dressCall, listQuestions } from '../public/call-context.ts';

/** The address of a private page in the language of the request. */
export const baseOf = (c: Context<AppEnv>, { token }: Pick<PrivatePage, 'token'>): string =>
  `/${c.var.language}/applications/${token}`;

/** What the applicant is told about where the application stands. */
export async function readPublicStatus(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { application }: PrivatePage,
  told?: boolean,
): Promise<PublicStatus> {
  const { id, stage } = application;
  const known = told ?? (await readDecisionTold(db, application, clock.now()));
  return publicStatusOf(stage, await isOpened(db, id), known);
}

/** The private page in any of its states. */
export async function renderPrivatePage(
  deps: Deps,
  c: Context<AppEnv>,
  page: PrivatePage,
  {
    newEmail = '',
    answer = '',
    typed = '',
    ...happened
  }: Partial<Pick<StatusPageProps, 'typed' | 'errors' | 'alert' | 'done'>> & {
    /** What is typed in place of an address that mail is refused for. */
    newEmail?: string;
    /** What is typed as an answer to what the editors asked for. */
    answer?: string;
  } = {},
) {
  const { db, clock } = deps;
  const { application, key, submittedAt, token } = page;
  const call = await getCallVersion(db, application.callVersionId);
  const { frame, text, t, publication } = await dressCall(deps, c, call);
  const { stage } = application;
  const { timeZone } = publication;
  const replyBy = replyByDate(submittedAt, call.replyDays);
  const withdrawn = stage === 'withdrawn';
  const undoable = withdrawn && canUndo(application.stageSince, clock.now());
  const acts = standingActs(await listActs(db, application.id));
  const told = isDecisionTold(application, acts, clock.now());
  const letters = acts.flatMap((act) => {
    const at = act.withLetter && toldAtOf(act, clock.now());
    const { letter } = openActContent(key, act);
    return at && letter ? [{ ...letter, language: act.language, at }] : [];
  });
  const messages = await listMessages(db, application.id, key);
  const consent = await findConsent(db, application.id, clock.now());
  const base = baseOf(c, page);
  const status = await readPublicStatus(deps, page, told);
  const waiting = await findOpenRequest(db, application.id);
  const open = waiting && {
    ...waiting,
    body: openBody(key, { ...waiting, id: waiting.messageId }).body,
  };
  const isAsked = open && (status === 'received' || status === 'being-read');
  const { email, discreet } = application;
  const errors = happened.errors ?? [];
  const refusedAddress = (await isAddressRefused(deps, application, key)) && (
    <RefusedAddress
      {...{ t, base, errors }}
      email={discreet ? undefined : email}
      typed={newEmail}
    />
  );
  return (
    <ApplicationStatusPage
      frame={frame}
      base={base}
      reference={application.reference}
      receiptCode={await readReceiptCode(deps, page)}
      status={status}
      request={
        isAsked ? (
          <OwnRequest
            {...{ t, base, form: messageForm, request: open, errors, timeZone }}
            typed={answer}
            overdue={isOverdue(open, { now: clock.now(), timeZone })}
            maxFileBytes={deps.config.maxFileBytes}
          />
        ) : undefined
      }
      letters={letters}
      contributes={await isContributor(db, application.id, clock.now())}
      discreet={discreet}
      consent={consent && <OwnConsent {...{ t, base, consent, timeZone }} />}
      email={email}
      refusedAddress={refusedAddress || undefined}
      submittedAt={submittedAt}
      replyBy={replyBy}
      lapsed={isLate({ stage, letterSent: told, replyBy }, { now: clock.now(), timeZone })}
      timeZone={timeZone}
      readers={text.readers}
      contactEmail={call.contactEmail}
      documents={await listDocuments(db, application.id)}
      changeable={await findChangeable(db, application)}
      deletedAt={withdrawn ? (await findDeletion(db, application.id))?.at : undefined}
      undoUntil={undoable ? undoUntil(application.stageSince) : null}
      messages={messages.map((message) => ({
        ...message,
        from: message.direction === 'in' ? t('status.message.fromYou') : publication.name,
      }))}
      values={valuesOf(key, application)}
      placeNames={text.places}
      questions={listQuestions({ call, publication, t })}
      // Switching sends along what stands in the boxes.
      languages={languageLinks((language) => `/${language}/applications/${token}/messages`)}
      // An answer that nobody waits for any more goes on as a message.
      typed={isAsked ? typed : [typed, answer].filter((text) => text !== '').join('\n\n')}
      errors={[]}
      {...happened}
    />
  );
}

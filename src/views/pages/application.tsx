import type { Application } from '../../db/applications.ts';
import type { FormValues } from '../../domain/application-form.ts';
import type { CallText } from '../../domain/calls.ts';
import { may, type Role } from '../../domain/permissions.ts';
import type { ShownQuestion } from '../../domain/questions.ts';
import type { Standing, TransitionName } from '../../domain/stages.ts';
import { ApplicationHead } from '../components/application-head.tsx';
import { ApplicationWalk } from '../components/application-walk.tsx';
import { BlindReview, type ShownBlindness } from '../components/blind-review.tsx';
import { ContributorState, type ShownPlace } from '../components/contributor-state.tsx';
import { DecisionState, type ShownAct, type ShownReason } from '../components/decision-state.tsx';
import { Deletion, type ShownDeletion, type ShownHold } from '../components/deletion.tsx';
import { DeskAnswers } from '../components/desk-answers.tsx';
import { ConflictNotice, type DeskConflict } from '../components/desk-conflict.tsx';
import {
  type ComposedMessage,
  type DeskMessage,
  DeskMessages,
} from '../components/desk-messages.tsx';
import {
  type ComposedRequest,
  DeskRequests,
  type ShownRequest,
} from '../components/desk-requests.tsx';
import { DocumentList, type ShownDocument } from '../components/document-list.tsx';
import { EventLog, type FirstOpening, type LoggedEvent } from '../components/event-log.tsx';
import { ErrorSummary, type FieldError } from '../components/form.tsx';
import { LogLinks } from '../components/log-links.tsx';
import type { MailOnItsWay } from '../components/mail-state.tsx';
import { MailTroubleNotice } from '../components/mail-trouble.tsx';
import { Notes, type ShownNote, type WrittenNote } from '../components/notes.tsx';
import { MergedNotice, Pairs, type ShownPair } from '../components/pairs.tsx';
import type { PageTime } from '../components/reply-by.tsx';
import { ReviewPanel, type ShownReviewing } from '../components/review-panel.tsx';
import { standingName } from '../components/stage-chip.tsx';
import { type ShownTags, Tags } from '../components/tags.tsx';
import { TransitionButtons } from '../components/transition-buttons.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

/** What became of a decision or its letter, told on the page that follows. */
export const letterOutcomes = [
  'decided',
  'recalled',
  'letter-only',
  'left',
  'hurried',
  'resent',
] as const;
export type LetterOutcome = (typeof letterOutcomes)[number];

type ApplicationPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  application: Pick<
    Application,
    'reference' | 'stage' | 'decision' | 'language' | 'via' | 'consentedAt' | 'mergedInto'
  >;
  values: FormValues;
  /** The reader may not know who it is. */
  hidden: boolean;
  /** What those are told of blind review who know the name; undefined where there is none. */
  blindness: ShownBlindness | undefined;
  justRevealed: boolean;
  standing: Standing;
  submittedAt: Date;
  replyBy: Date;
  /** The call that was answered, in the reader's language. */
  call: CallText;
  questions: ShownQuestion[];
  documents: ShownDocument[];
  events: LoggedEvent[];
  tags: ShownTags | undefined;
  deletion: ShownDeletion | undefined;
  hold: ShownHold | undefined;
  /** A reason for a hold that did not do. */
  typedHold: { reason: string; errors: FieldError[] };
  /** Applications that may be the same person's. */
  pairs: ShownPair[];
  firstOpening: FirstOpening | undefined;
  transitions: TransitionName[];
  messages: DeskMessage[];
  /** What waits for the applicant. */
  openRequest: ShownRequest | undefined;
  /** What is in the form for a request; undefined where nobody can be asked. */
  asked: ComposedRequest | undefined;
  messageWarning: string | undefined;
  notes: ShownNote[];
  writtenNote: WrittenNote;
  /** Whom a note can tell. */
  colleagues: { id: string; name: string }[];
  /** What is in the box for a message; undefined for those who may not write. */
  composed: ComposedMessage | undefined;
  /** Its mails that did not arrive, for those who see the outbox. */
  mailTrouble: MailOnItsWay[];
  /** Of the editors' thread. */
  mailSubject: string;
  /** The list's filters as a query string. */
  filters: string;
  previous: string | undefined;
  next: string | undefined;
  /** The reader goes through what waits for their review. */
  waiting: boolean;
  reviewing: ShownReviewing;
  conflict?: DeskConflict | undefined;
  notice?: { text: string; bad: boolean } | undefined;
  decision: {
    shown: ShownAct | undefined;
    reasons: ShownReason[];
    told: boolean;
    place: ShownPlace | undefined;
  };
  letter?: LetterOutcome | undefined;
  /** It was just moved. */
  moved?: boolean | undefined;
  time: PageTime;
};

/** Everything about one application: what was sent, what happened, and what can be done now. */
export const ApplicationPage = (props: ApplicationPageProps) => {
  const { frame, staff, application, values, standing, filters } = props;
  const { t } = frame;
  const base = `/admin/applications/${application.reference}`;
  const { hidden, blindness } = props;
  const name = hidden ? application.reference : `${values.fullName} · ${application.reference}`;
  const errors = [
    ...(props.composed?.errors ?? []),
    ...(props.asked?.errors ?? []),
    ...props.writtenNote.errors,
    ...props.reviewing.errors,
    ...props.typedHold.errors,
  ];
  return (
    <DeskPage
      frame={frame}
      title={name}
      failed={errors.length > 0}
      staff={staff}
      current={props.waiting ? 'reviewing' : 'applications'}
      scripts={props.reviewing.card ? ['view.js', 'review.js'] : ['view.js']}
    >
      <ApplicationWalk
        {...{ t, filters }}
        reference={application.reference}
        previous={props.previous}
        next={props.next}
        waiting={props.waiting}
      />
      <ErrorSummary t={t} errors={errors} />
      {props.conflict && <ConflictNotice t={t} conflict={props.conflict} time={props.time} />}
      {props.notice && (
        <p class={props.notice.bad ? 'notice bad' : 'notice good'} role="status">
          {props.notice.text}
        </p>
      )}
      {props.moved && (
        <p class="notice good" role="status">
          {t('transition.done', { standing: standingName(t, standing) })}
        </p>
      )}
      <MailTroubleNotice
        t={t}
        mails={props.mailTrouble}
        mayRead={may(staff.role, 'read-outbox')}
        timeZone={props.time.timeZone}
      />
      <MergedNotice t={t} pairs={props.pairs} filters={filters} />
      <ApplicationHead {...props} t={t} />
      {props.tags && (
        <Tags
          t={t}
          tags={props.tags}
          errors={props.reviewing.errors}
          action={`${base}/tags${filters}`}
        />
      )}
      {/* On a narrow screen the steps come after everything that was sent. */}
      <p class="jump">
        <a class="button quiet small" href="#next-step">
          {t('transition.title')}
        </a>
      </p>
      <div class="split">
        <div>
          <section aria-labelledby="documents">
            <h2 id="documents">{t('admin.application.documents')}</h2>
            <DocumentList
              {...{ t, base, filters, hidden }}
              opensOriginals={may(staff.role, 'open-originals')}
              documents={props.documents}
              pdfLibrary={frame.asset('pdf.mjs')}
            />
          </section>
          <section aria-labelledby="answers">
            <h2 id="answers">{t('admin.application.answers')}</h2>
            <DeskAnswers {...props} t={t} />
          </section>
          <section aria-labelledby="messages">
            <h2 id="messages">{t('admin.application.messages')}</h2>
            {hidden ? (
              <p class="soft">{t('blind.messages')}</p>
            ) : (
              <>
                <DeskMessages
                  t={t}
                  messages={props.messages}
                  composed={props.composed}
                  name={values.latinName || values.fullName}
                  action={`${base}/messages${filters}`}
                  applicantLanguage={application.language}
                  warning={props.messageWarning}
                  time={props.time}
                />
                <DeskRequests
                  {...{ t, open: props.openRequest, composed: props.asked, time: props.time }}
                  name={values.latinName || values.fullName}
                  replyBy={props.replyBy}
                  mayWrite={may(staff.role, 'write-messages')}
                  action={`${base}/requests${filters}`}
                />
              </>
            )}
          </section>
        </div>
        <div class="side">
          <ReviewPanel t={t} reviewing={props.reviewing} {...{ base, filters, time: props.time }} />
          {blindness && (
            <section aria-labelledby="blind">
              <h2 id="blind">{t('blind.title')}</h2>
              <BlindReview
                {...{ t, blindness }}
                justRevealed={props.justRevealed}
                action={`${base}/reveal${filters}`}
              />
            </section>
          )}
          <section aria-labelledby="next-step">
            <h2 id="next-step">{t('transition.title')}</h2>
            {props.letter && (
              <p class={props.letter === 'left' ? 'notice bad' : 'notice good'} role="status">
                {t(`letter.done.${props.letter}`, { standing: standingName(t, standing) })}
              </p>
            )}
            <DecisionState
              {...{ t, base, filters, time: props.time }}
              shown={props.decision.shown}
              reasons={props.decision.reasons}
              mayDecide={may(staff.role, 'decide')}
            />
            {props.decision.place && (
              <ContributorState
                {...{ t, place: props.decision.place, time: props.time }}
                reference={application.reference}
              />
            )}
            <TransitionButtons
              t={t}
              role={staff.role}
              standing={standing}
              merged={application.mergedInto !== null}
              transitions={props.transitions}
              seen={props.reviewing.seen}
              {...{ base, filters }}
            />
          </section>
          <section aria-labelledby="notes">
            <h2 id="notes">{t('note.heading')}</h2>
            <Notes
              {...{ t, base, filters, notes: props.notes, colleagues: props.colleagues }}
              written={props.writtenNote}
              timeZone={props.time.timeZone}
            />
          </section>
          {props.pairs.length > 0 && (
            <section aria-labelledby="pairs">
              <h2 id="pairs">{t('pair.title')}</h2>
              <Pairs
                {...{ t, base, filters, pairs: props.pairs, time: props.time }}
                mayDecide={may(staff.role, 'pair-applications')}
              />
            </section>
          )}
          <section aria-labelledby="deletion">
            <h2 id="deletion">{t('retention.heading')}</h2>
            <Deletion
              t={t}
              follows={application.mergedInto !== null && application.stage !== 'withdrawn'}
              deletion={props.deletion}
              hold={props.hold}
              mayHold={may(staff.role, 'hold-applications')}
              typed={props.typedHold}
              action={`${base}/hold${filters}`}
              time={props.time}
            />
          </section>
          <section aria-labelledby="events">
            <h2 id="events">{t('admin.application.events')}</h2>
            <EventLog
              t={t}
              events={props.events}
              firstOpening={props.firstOpening}
              time={props.time}
            />
          </section>
          <LogLinks {...{ t, base }} role={staff.role} reference={application.reference} />
        </div>
      </div>
    </DeskPage>
  );
};

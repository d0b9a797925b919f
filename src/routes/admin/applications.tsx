import { type Context, Hono } from 'hono';
import { valuesOf } from '../../actions/read-application.ts';
import {
  findFirstOpening,
  findLastOpening,
  listViewedDocuments,
  recordOpened,
} from '../../db/access-log.ts';
import { isIdentityHidden } from '../../db/blind-access.ts';
import { getCallVersion, getPublication } from '../../db/calls.ts';
import {
  findForReader,
  listCopiesFor,
  listDocumentsFor,
  type ReadApplication,
} from '../../db/desk-reading.ts';
import { listReadings } from '../../db/document-texts.ts';
import { listEvents } from '../../db/events.ts';
import { listMailTrouble } from '../../db/mail-trouble.ts';
import { findThreadStart, openContent } from '../../db/mails.ts';
import { listColleagues, listNotes } from '../../db/notes.ts';
import { listPairs } from '../../db/pairs.ts';
import { findDeletion, findHold } from '../../db/retention.ts';
import type { Reader } from '../../db/review-access.ts';
import { listTags, listTagsOf } from '../../db/tags.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readText } from '../../documents/store.ts';
import { pickText, replyByDate } from '../../domain/calls.ts';
import { isPairEvent, isTagEvent } from '../../domain/desk-events.ts';
import { may, type Role } from '../../domain/permissions.ts';
import { askIn } from '../../domain/questions.ts';
import { reviewChanges } from '../../domain/reviews.ts';
import { listTransitions, standingOf } from '../../domain/stages.ts';
import { found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { ShownBlindness } from '../../views/components/blind-review.tsx';
import type { ComposedMessage } from '../../views/components/desk-messages.tsx';
import type { ComposedRequest } from '../../views/components/desk-requests.tsx';
import type { ShownDocument } from '../../views/components/document-list.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import type { WrittenNote } from '../../views/components/notes.tsx';
import {
  ApplicationPage,
  type LetterOutcome,
  letterOutcomes,
} from '../../views/pages/application.tsx';
import { sendPage } from '../respond.tsx';
import { accessRoutes } from './access.tsx';
import { applicationListRoutes } from './application-list.tsx';
import { bulkRoutes } from './bulk.tsx';
import { showCorrespondence } from './correspondence.ts';
import { showDecision } from './decision-facts.ts';
import { decisionRoutes } from './decisions.tsx';
import { deskFrame, seesOutbox } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { holdRoutes } from './holds.ts';
import { identityRoutes } from './identity.tsx';
import { listExportRoutes } from './list-export.tsx';
import { messageRoutes } from './messages.tsx';
import { blankNote, noteRoutes, showNotes } from './notes.tsx';
import { withRefusals } from './outbox.tsx';
import { pairRoutes } from './pairs.ts';
import { refusePrefetch } from './prefetch.ts';
import { requestRoutes } from './requests.tsx';
import { revealRoutes } from './reveal.ts';
import type { ApplicationAnswers } from './review-answers.ts';
import { type ReviewHappening, showReviewing } from './review-page.ts';
import { reviewPeopleRoutes } from './review-people.ts';
import { reviewRoutes } from './reviews.ts';
import { savedViewRoutes } from './saved-views.tsx';
import { tagRoutes } from './tags.tsx';
import { transitionRoutes } from './transitions.ts';
import { findNeighbours, isWaitingWalk, walkQuery } from './walk.ts';

/** An application by its reference in any case, as a reader may see it; throws `not-found`, for drafts too. */
export async function getApplication(
  deps: Pick<Deps, 'db' | 'keys'>,
  reference: string,
  reader: Reader,
): Promise<ReadApplication> {
  return found(await findForReader(deps, reference, reader));
}

/** The list and the page of one application, with what is done on it. */
export function applicationRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, log } = deps;

  const showDocuments = async (
    application: ReadApplication,
    key: Buffer | undefined,
    staffId: string,
  ): Promise<ShownDocument[]> => {
    const documents = await listDocumentsFor(deps, application);
    const viewed = await listViewedDocuments(db, application.id, staffId);
    const readings = await listReadings(db, application.id);
    const copies = await listCopiesFor(db, application);
    const shown: ShownDocument[] = [];
    for (const document of documents) {
      const text =
        document.origin === 'file' || key === undefined
          ? undefined
          : await readText(db, key, document).catch((error: unknown) => {
              log.error(
                { error: describeError(error), documentId: document.id },
                'a pasted text is damaged',
              );
              return null;
            });
      const { id } = document;
      const pasted = document.origin === 'text' ? (text ?? document.masked) : undefined;
      shown.push({
        ...document,
        text: text === null ? null : pasted,
        viewed: viewed.has(id),
        reading: document.closure === null ? readings.get(id) : undefined,
        copy: copies.get(id),
      });
    }
    return shown;
  };

  /** The subject of the mails that editors have about an application. */
  const findSubject = async (applicationId: string, key: Buffer): Promise<string> => {
    const mail = await findThreadStart(db, applicationId, 'editors');
    return mail ? openContent(key, mail).subject : '';
  };

  /** Why it is on hold is between those who decide. */
  const readHold = async (id: string, role: Role) => {
    const hold = await findHold(db, id);
    return hold && role === 'reviewer' ? { ...hold, reason: '' } : hold;
  };

  /** Tags are for those who use them. */
  const showTags = async (id: string, role: Role, typed = '') =>
    may(role, 'tag-applications')
      ? { own: await listTagsOf(db, id), known: await listTags(db), typed }
      : undefined;

  const readEvents = async ({ id, hidden }: ReadApplication, role: Role) => {
    const events = await listEvents(db, id);
    const seesTags = may(role, 'tag-applications');
    return events.filter(
      ({ type }) => (seesTags || !isTagEvent(type)) && !(hidden && isPairEvent(type)),
    );
  };

  /** What editors are told of blind review; undefined where there is nothing to tell. */
  const showBlindness = async (
    { id, identityRevealedAt }: ReadApplication,
    role: Role,
  ): Promise<ShownBlindness | undefined> => {
    if (!may(role, 'reveal-identity')) return undefined;
    if (identityRevealedAt !== null) return 'revealed';
    return (await isIdentityHidden(db, id)) ? 'hidden' : undefined;
  };

  const renderApplication = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    happened: {
      moved?: boolean;
      letter?: LetterOutcome | undefined;
      composed?: Partial<ComposedMessage>;
      asked?: ComposedRequest;
      hold?: { reason: string; errors: FieldError[] };
      reviewing?: ReviewHappening;
      note?: WrittenNote;
      /** When the reader was here before, where this is a new visit. */
      visit?: { before: Date | undefined };
    },
  ) => {
    const { staff } = c.var;
    const t = translatorFor(c.var.language);
    const { hidden } = application;
    const key = hidden ? undefined : keys.unwrapKey(application.id, application.wrapped);
    const publication = await getPublication(db);
    const call = await getCallVersion(db, application.callVersionId);
    const standing = standingOf(application);
    const { composed, asked, reviewing = {}, note = blankNote, visit, ...rest } = happened;
    const { hold: typedHold = { reason: '', errors: [] }, ...marks } = rest;
    const { language: ownLanguage } = publication;
    const review = { application, language: ownLanguage, happened: reviewing };
    const correspondence = { composed, asked, visit };
    const { timeZone } = publication;
    const troubled = seesOutbox(c) ? await listMailTrouble(db, application.id) : [];
    return (
      <ApplicationPage
        frame={await deskFrame(deps, c, publication)}
        staff={staff}
        mailTrouble={troubled.map((mail) => withRefusals(deps, mail))}
        mailSubject={key ? await findSubject(application.id, key) : ''}
        hidden={hidden}
        blindness={await showBlindness(application, staff.role)}
        justRevealed={c.req.query('revealed') !== undefined}
        application={application}
        submittedAt={found(application.submittedAt)}
        values={valuesOf(key, application)}
        standing={standing}
        replyBy={replyByDate(found(application.submittedAt), call.replyDays)}
        call={pickText(call.texts, t.language, publication.language)}
        questions={call.questions.map((one) => askIn(one, t.language, publication.language))}
        documents={await showDocuments(application, key, staff.id)}
        events={await readEvents(application, staff.role)}
        tags={await showTags(application.id, staff.role, reviewing.chosen?.tag)}
        deletion={await findDeletion(db, application.id)}
        hold={await readHold(application.id, staff.role)}
        typedHold={typedHold}
        pairs={(await listPairs(db, application.id, staff)).map((pair) => ({
          ...pair,
          kept: pair.keptId === application.id,
        }))}
        firstOpening={await findFirstOpening(db, application.id)}
        transitions={application.mergedInto ? [] : listTransitions(standing, staff.role)}
        filters={walkQuery(c)}
        waiting={isWaitingWalk(c)}
        {...(await findNeighbours(deps, c, application))}
        reviewing={await showReviewing(deps, c, review)}
        conflict={reviewing.conflict}
        notice={reviewing.notice}
        decision={await showDecision(deps, c, application)}
        {...marks}
        {...(await showCorrespondence(deps, c, { application, key, timeZone }, correspondence))}
        notes={showNotes(await listNotes(deps, application.id, staff), {
          readerId: staff.id,
          visit,
        })}
        writtenNote={note}
        colleagues={(await listColleagues(db)).filter(({ id }) => id !== staff.id)}
        time={{ now: clock.now(), timeZone: publication.timeZone }}
      />
    );
  };

  const answers: ApplicationAnswers = {
    get: (c) => getApplication(deps, c.req.param('reference') ?? '', c.var.staff),
    render: renderApplication,
  };

  return new Hono<AppEnv>()
    .use('/applications/*', requirePermission('read-applications'))
    .route('/', applicationListRoutes(deps))
    .route('/', reviewRoutes(deps, answers))
    .route('/', reviewPeopleRoutes(deps, answers))
    .route('/', decisionRoutes(deps))
    .route('/', pairRoutes(deps, answers))
    .route('/', revealRoutes(deps, answers))
    .route('/', identityRoutes(deps, answers))
    .route('/', accessRoutes(deps, answers))
    .route('/', holdRoutes(deps, answers))
    .route('/', noteRoutes(deps, answers))
    .route('/', messageRoutes(deps, answers))
    .route('/', requestRoutes(deps, answers))
    .route('/', tagRoutes(deps, answers))
    .route('/', transitionRoutes(deps, answers))
    .route('/', listExportRoutes(deps))
    .route('/', savedViewRoutes(deps))
    .route('/', bulkRoutes(deps))
    .get('/applications/:reference', refusePrefetch, async (c) => {
      const application = await getApplication(deps, c.req.param('reference'), c.var.staff);
      const { id, reference } = application;
      if (c.req.param('reference') !== reference) {
        const { search } = new URL(c.req.url);
        return c.redirect(`/admin/applications/${reference}${search}`, 303);
      }
      const reader = { applicationId: id, staffId: c.var.staff.id };
      const visit = { before: await findLastOpening(db, reader) };
      if (c.req.method === 'GET') {
        await recordOpened(db, { ...reader, now: clock.now() });
      }
      const moved = c.req.query('moved') !== undefined;
      const change = reviewChanges.find((one) => one === c.req.query('review'));
      const t = translatorFor(c.var.language);
      const reviewing = change ? { notice: { text: t(`review.done.${change}`), bad: false } } : {};
      const composed = { sent: c.req.query('sent') !== undefined };
      const letter = letterOutcomes.find((one) => one === c.req.query('letter'));
      const happened = { moved, letter, composed, reviewing, visit };
      return sendPage(c, await renderApplication(c, application, happened));
    });
}

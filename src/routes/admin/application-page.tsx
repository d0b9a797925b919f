import type { Context } from 'hono';
import { isAddressRefused } from '../../actions/correct-address.ts';
import { valuesOf } from '../../actions/read-application.ts';
import {
  findFirstOpening,
  findLastOpening,
  listViewedDocuments,
  recordOpened,
} from '../../db/access-log.ts';
import { getCallVersion, getPublication } from '../../db/calls.ts';
import {
  listCopiesFor,
  listDocumentsFor,
  type ReadApplication,
  readCorrespondenceFor,
} from '../../db/desk-reading.ts';
import { listReadings } from '../../db/document-texts.ts';
import { listEvents } from '../../db/events.ts';
import { listMailTrouble } from '../../db/mail-trouble.ts';
import { findThreadStart, openContent } from '../../db/mails.ts';
import { listColleagues, listNotes } from '../../db/notes.ts';
import { listPairs } from '../../db/pairs.ts';
import { askTogether } from '../../db/pipeline.ts';
import { findDeletion, findHold } from '../../db/retention.ts';
import { listTags, listTagsOf } from '../../db/tags.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readText } from '../../documents/store.ts';
import { pickText, replyByDate } from '../../domain/calls.ts';
import { isPairEvent, isTagEvent } from '../../domain/desk-events.ts';
import { may, type Role } from '../../domain/permissions.ts';
import { askIn } from '../../domain/questions.ts';
import { isUndecided } from '../../domain/reply-clock.ts';
import { listTransitions, standingOf } from '../../domain/stages.ts';
import { found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { ShownBlindness } from '../../views/components/blind-review.tsx';
import type { ComposedMessage } from '../../views/components/desk-messages.tsx';
import type { ComposedRequest } from '../../views/components/desk-requests.tsx';
import type { ShownDocument } from '../../views/components/document-list.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import type { WrittenNote } from '../../views/components/notes.tsx';
import { ApplicationPage, type LetterOutcome } from '../../views/pages/application.tsx';
import { showCorrespondence } from './correspondence.ts';
import { showDecision } from './decision-facts.ts';
import { dressFrame, readDeskMarks, seesOutbox } from './desk-frame.ts';
import { blankNote, showNotes } from './notes.tsx';
import { withRefusals } from './outbox.tsx';
import { type ReviewHappening, readReviewing, showReviewing } from './review-page.ts';
import { findNeighbours, isWaitingWalk, walkQuery } from './walk.ts';

/** What a request came to, told on the page of its application, and what was typed and not kept. */
export type Happened = {
  moved?: boolean;
  letter?: LetterOutcome | undefined;
  composed?: Partial<ComposedMessage>;
  asked?: ComposedRequest;
  hold?: { reason: string; errors: FieldError[] };
  reviewing?: ReviewHappening;
  note?: WrittenNote;
  /** The reader opens it, which tells what is new to them; it may be recorded. */
  visit?: 'recorded' | 'unrecorded';
};

type Core = Pick<Deps, 'db' | 'keys' | 'log'>;

async function showDocuments(
  { db, keys, log }: Core,
  application: ReadApplication,
  key: Buffer | undefined,
  staffId: string,
): Promise<ShownDocument[]> {
  const [documents, viewed, readings, copies] = await Promise.all([
    listDocumentsFor({ db, keys }, application),
    listViewedDocuments(db, application.id, staffId),
    listReadings(db, application.id),
    listCopiesFor(db, application),
  ]);
  return await Promise.all(
    documents.map(async (document): Promise<ShownDocument> => {
      const { id } = document;
      const text =
        document.origin === 'file' || key === undefined
          ? undefined
          : await readText(db, key, document).catch((error: unknown) => {
              log.error(
                { error: describeError(error), documentId: id },
                'a pasted text is damaged',
              );
              return null;
            });
      const pasted = document.origin === 'text' ? (text ?? document.masked) : undefined;
      return {
        ...document,
        text: text === null ? null : pasted,
        viewed: viewed.has(id),
        reading: document.closure === null ? readings.get(id) : undefined,
        copy: copies.get(id),
      };
    }),
  );
}

/** The subject of the mails that editors have about an application. */
async function findSubject(db: Deps['db'], id: string, key: Buffer | undefined): Promise<string> {
  const mail = key && (await findThreadStart(db, id, 'editors'));
  return mail ? openContent(key, mail).subject : '';
}

/** What is undecided and stands for itself has no day: it is not even asked for. */
async function readDeletion(db: Deps['db'], { id, stage, mergedInto }: ReadApplication) {
  return isUndecided(stage) && mergedInto === null ? undefined : await findDeletion(db, id);
}

/** Why it is on hold is between those who decide. */
async function readHold(db: Deps['db'], id: string, role: Role) {
  const hold = await findHold(db, id);
  return hold && role === 'reviewer' ? { ...hold, reason: '' } : hold;
}

/** Tags are for those who use them. */
async function readTags(db: Deps['db'], id: string, role: Role) {
  if (!may(role, 'tag-applications')) return undefined;
  const [own, known] = await Promise.all([listTagsOf(db, id), listTags(db)]);
  return { own, known };
}

async function readEvents(db: Deps['db'], { id, hidden }: ReadApplication, role: Role) {
  const events = await listEvents(db, id);
  const seesTags = may(role, 'tag-applications');
  return events.filter(
    ({ type }) => (seesTags || !isTagEvent(type)) && !(hidden && isPairEvent(type)),
  );
}

/** What editors are told of blind review; undefined where there is nothing to tell. */
function showBlindness(
  { blind, identityRevealedAt }: ReadApplication,
  role: Role,
): ShownBlindness | undefined {
  if (!may(role, 'reveal-identity')) return undefined;
  if (identityRevealedAt !== null) return 'revealed';
  return blind ? 'hidden' : undefined;
}

type Asked = { application: ReadApplication; key: Buffer | undefined; happened: Happened };

/** All that the page tells, in two journeys to the database, three where a text was pasted. */
async function readFacts(deps: Deps, c: Context<AppEnv>, { application, key, happened }: Asked) {
  const { staff } = c.var;
  const { id } = application;
  const reader = { applicationId: id, staffId: staff.id };
  return await askTogether(deps.db, (db) => {
    const core = { ...deps, db };
    return {
      before: happened.visit && findLastOpening(db, reader),
      recorded:
        happened.visit === 'recorded' && recordOpened(db, { ...reader, now: deps.clock.now() }),
      // Its newest event first: what the page says may be newer than it, never older.
      reviewing: readReviewing(core, staff, application, happened.reviewing ?? {}),
      documents: showDocuments(core, application, key, staff.id),
      publication: getPublication(db),
      call: getCallVersion(db, application.callVersionId),
      marks: readDeskMarks(db, c),
      mailTrouble: seesOutbox(c) ? listMailTrouble(db, id) : [],
      mailSubject: findSubject(db, id, key),
      events: readEvents(db, application, staff.role),
      tags: readTags(db, id, staff.role),
      deletion: readDeletion(db, application),
      hold: readHold(db, id, staff.role),
      pairs: listPairs(db, id, staff),
      firstOpening: findFirstOpening(db, id),
      decision: showDecision(core, c, application),
      thread: readCorrespondenceFor(core, application),
      refused:
        key !== undefined &&
        may(staff.role, 'write-messages') &&
        isAddressRefused(core, application, key),
      notes: listNotes(core, id, staff),
      colleagues: listColleagues(db),
    };
  });
}

/** The page of an application as the reader may see it. */
export async function renderApplication(
  deps: Deps,
  c: Context<AppEnv>,
  application: ReadApplication,
  happened: Happened,
) {
  const { keys, clock } = deps;
  const { staff } = c.var;
  const t = translatorFor(c.var.language);
  const { hidden } = application;
  const key = hidden ? undefined : keys.unwrapKey(application.id, application.wrapped);
  const [facts, neighbours] = await Promise.all([
    readFacts(deps, c, { application, key, happened }),
    findNeighbours(deps, c, application),
  ]);
  const { publication, call, thread, refused, tags } = facts;
  const { language, timeZone } = publication;
  const standing = standingOf(application);
  const { reviewing = {}, note = blankNote, composed, asked, moved, letter } = happened;
  const visit = happened.visit && { before: facts.before };
  const submittedAt = found(application.submittedAt);
  return (
    <ApplicationPage
      frame={dressFrame(deps, c, publication, facts.marks)}
      staff={staff}
      mailTrouble={facts.mailTrouble.map((mail) => withRefusals(deps, mail))}
      mailSubject={facts.mailSubject}
      hidden={hidden}
      blindness={showBlindness(application, staff.role)}
      justRevealed={c.req.query('revealed') !== undefined}
      application={application}
      submittedAt={submittedAt}
      values={valuesOf(key, application)}
      standing={standing}
      replyBy={replyByDate(submittedAt, call.replyDays)}
      call={pickText(call.texts, t.language, language)}
      questions={call.questions.map((one) => askIn(one, t.language, language))}
      documents={facts.documents}
      events={facts.events}
      tags={tags && { ...tags, typed: reviewing.chosen?.tag ?? '' }}
      deletion={facts.deletion}
      hold={facts.hold}
      typedHold={happened.hold ?? { reason: '', errors: [] }}
      pairs={facts.pairs.map((pair) => ({ ...pair, kept: pair.keptId === application.id }))}
      firstOpening={facts.firstOpening}
      transitions={application.mergedInto ? [] : listTransitions(standing, staff.role)}
      filters={walkQuery(c)}
      waiting={isWaitingWalk(c)}
      {...neighbours}
      reviewing={showReviewing(c, facts.reviewing, {
        ...{ stage: application.stage, language, happened: reviewing },
      })}
      conflict={reviewing.conflict}
      notice={reviewing.notice}
      decision={facts.decision}
      moved={moved}
      letter={letter}
      {...showCorrespondence(
        deps,
        c,
        { application, thread, refused, timeZone },
        { composed, asked, visit },
      )}
      notes={showNotes(facts.notes, { readerId: staff.id, visit })}
      writtenNote={note}
      colleagues={facts.colleagues.filter(({ id }) => id !== staff.id)}
      time={{ now: clock.now(), timeZone }}
    />
  );
}

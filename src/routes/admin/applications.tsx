import { zValidator } from '@hono/zod-validator';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { moveApplication } from '../../actions/move-application.ts';
import { valuesOf } from '../../actions/read-application.ts';
import { writeFromEditor } from '../../actions/write-message.ts';
import { findFirstOpening, listViewedDocuments, recordOpened } from '../../db/access-log.ts';
import { listApplications } from '../../db/application-list.ts';
import { findByReference, type HeldApplication } from '../../db/applications.ts';
import { getCallVersion, getPublication } from '../../db/calls.ts';
import { listDocuments } from '../../db/documents.ts';
import { listEvents } from '../../db/events.ts';
import { listMailTrouble } from '../../db/mail-trouble.ts';
import { findThreadStart, openContent } from '../../db/mails.ts';
import { listMessages, type MessageEntry } from '../../db/messages.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { describeError } from '../../describe-error.ts';
import { readText } from '../../documents/store.ts';
import { pickText, replyByDate } from '../../domain/calls.ts';
import { findMessageProblem } from '../../domain/messages.ts';
import { may } from '../../domain/permissions.ts';
import { askIn } from '../../domain/questions.ts';
import { listTransitions, standingOf, transitions } from '../../domain/stages.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { isLanguage, type Translator, translatorFor } from '../../i18n.ts';
import type { ComposedMessage } from '../../views/components/desk-messages.tsx';
import type { ShownDocument } from '../../views/components/document-list.tsx';
import { formatListQuery } from '../../views/components/list-links.ts';
import type { ShownMessage } from '../../views/components/messages.tsx';
import { ApplicationPage } from '../../views/pages/application.tsx';
import { describeProblems } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { readSmallForm } from '../small-body.ts';
import { applicationListRoutes } from './application-list.tsx';
import { deskFrame, seesOutbox } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { listExportRoutes } from './list-export.tsx';
import { readFilter, readListQuery } from './list-query.ts';
import { withRefusals } from './outbox.tsx';
import { refusePrefetch } from './prefetch.ts';
import { messageBody, smallBody } from './small-forms.ts';

const moveForm = z.object({ name: z.string(), from: z.string() });

/** An application by its reference in any case; throws `not-found`, for drafts too. */
export async function getApplication(
  { db }: Pick<Deps, 'db'>,
  reference: string,
): Promise<HeldApplication> {
  const known = /^F-[0-9A-Z]{6}$/i.test(reference);
  return found(known ? await findByReference(db, reference.toUpperCase()) : undefined);
}

/** The list, one application, and its moves from stage to stage. */
export function applicationRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, log } = deps;

  /** The references of the applications beside this one in the list that one came from. */
  const findNeighbours = async (c: Context<AppEnv>, { id }: HeldApplication) => {
    const { filter, sort, problems } = readFilter(readListQuery(c), { keys, reader: c.var.staff });
    if (problems.length > 0) return { previous: undefined, next: undefined };
    const names = { language: 'en', fallback: 'en' };
    const [before, after] = await Promise.all([
      listApplications(db, filter, { before: { id }, limit: 1, sort, counted: false }, names),
      listApplications(db, filter, { after: { id }, limit: 1, sort, counted: false }, names),
    ]);
    return { previous: before.rows[0]?.reference, next: after.rows[0]?.reference };
  };

  const showDocuments = async (
    application: HeldApplication,
    key: Buffer,
    staffId: string,
  ): Promise<ShownDocument[]> => {
    const documents = await listDocuments(db, application.id);
    const viewed = await listViewedDocuments(db, application.id, staffId);
    const shown: ShownDocument[] = [];
    for (const document of documents) {
      const text =
        document.origin === 'file'
          ? undefined
          : await readText(db, key, document).catch((error: unknown) => {
              log.error(
                { error: describeError(error), documentId: document.id },
                'a pasted text is damaged',
              );
              return null;
            });
      shown.push({ ...document, text, viewed: viewed.has(document.id) });
    }
    return shown;
  };

  const showMessages = (t: Translator, messages: MessageEntry[]): ShownMessage[] =>
    messages.map((message) => ({
      ...message,
      from:
        message.direction === 'in'
          ? t('admin.message.fromApplicant')
          : t('admin.message.toApplicant', { name: message.authorName ?? t('event.someone') }),
    }));

  /** The subject of the mails that editors have about an application. */
  const findSubject = async (applicationId: string, key: Buffer): Promise<string> => {
    const mail = await findThreadStart(db, applicationId, 'editors');
    return mail ? openContent(key, mail).subject : '';
  };

  const renderApplication = async (
    c: Context<AppEnv>,
    application: HeldApplication,
    happened: { changed?: boolean; moved?: boolean; composed?: Partial<ComposedMessage> },
  ) => {
    const { staff } = c.var;
    const t = translatorFor(c.var.language);
    const key = keys.unwrapKey(application.id, application.wrapped);
    const publication = await getPublication(db);
    const call = await getCallVersion(db, application.callVersionId);
    const standing = standingOf(application);
    const { composed, ...marks } = happened;
    const messages = await listMessages(db, application.id);
    // Whoever writes goes on in the language that was written in, or begins in their own.
    const language = messages.findLast((one) => one.direction === 'out')?.language;
    const blank = { body: '', language: language ?? staff.language, errors: [], sent: false };
    const mayWrite = may(staff.role, 'write-messages');
    const troubled = seesOutbox(c) ? await listMailTrouble(db, application.id) : [];
    return (
      <ApplicationPage
        frame={await deskFrame(deps, c, publication)}
        staff={staff}
        mailTrouble={troubled.map((mail) => withRefusals(deps, mail))}
        mailSubject={await findSubject(application.id, key)}
        application={application}
        submittedAt={found(application.submittedAt)}
        values={valuesOf(key, application)}
        standing={standing}
        replyBy={replyByDate(found(application.submittedAt), call.replyDays)}
        call={pickText(call.texts, t.language, publication.language)}
        questions={call.questions.map((one) => askIn(one, t.language, publication.language))}
        documents={await showDocuments(application, key, staff.id)}
        events={await listEvents(db, application.id)}
        firstOpening={await findFirstOpening(db, application.id)}
        transitions={listTransitions(standing, staff.role)}
        filters={formatListQuery(readListQuery(c))}
        {...(await findNeighbours(c, application))}
        {...marks}
        messages={showMessages(t, messages)}
        composed={mayWrite ? { ...blank, ...composed } : undefined}
        time={{ now: clock.now(), timeZone: publication.timeZone }}
      />
    );
  };

  return new Hono<AppEnv>()
    .use('/applications/*', requirePermission('read-applications'))
    .route('/', applicationListRoutes(deps))
    .route('/', listExportRoutes(deps))
    .get('/applications/:reference', refusePrefetch, async (c) => {
      const application = await getApplication(deps, c.req.param('reference'));
      const { id, reference } = application;
      if (c.req.param('reference') !== reference) {
        const { search } = new URL(c.req.url);
        return c.redirect(`/admin/applications/${reference}${search}`, 303);
      }
      if (c.req.method === 'GET') {
        await recordOpened(db, { applicationId: id, staffId: c.var.staff.id, now: clock.now() });
      }
      const moved = c.req.query('moved') !== undefined;
      const composed = { sent: c.req.query('sent') !== undefined };
      return sendPage(c, await renderApplication(c, application, { moved, composed }));
    })
    .post(
      '/applications/:reference/messages',
      requirePermission('write-messages'),
      messageBody,
      async (c) => {
        const application = await getApplication(deps, c.req.param('reference'));
        const field = await readSmallForm(c);
        const body = cleanText(field('message'));
        const wanted = field('language');
        const language = isLanguage(wanted) ? wanted : c.var.language;
        const problem = findMessageProblem(body);
        if (problem) {
          const errors = describeProblems(translatorFor(c.var.language), [problem]);
          const composed = { body, language, errors };
          return sendPage(c, await renderApplication(c, application, { composed }), 422);
        }
        const message = { body, language, authorId: c.var.staff.id };
        await writeFromEditor(deps, application, message);
        const filters = formatListQuery(readListQuery(c), { sent: 'yes' });
        return c.redirect(`/admin/applications/${application.reference}${filters}#messages`, 303);
      },
    )
    .post(
      '/applications/:reference/transitions',
      smallBody,
      zValidator('form', moveForm, (result) => {
        if (!result.success) throw new AppError('malformed');
      }),
      async (c) => {
        const { staff } = c.var;
        if (!transitions.some((one) => one.roles.some((role) => role === staff.role))) {
          throw new AppError('not-found');
        }
        const reference = c.req.param('reference').toUpperCase();
        const { id } = await getApplication(deps, reference);
        try {
          await moveApplication(deps, { id, ...c.req.valid('form'), staff });
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'conflict')) throw error;
          const now = await getApplication(deps, reference);
          return sendPage(c, await renderApplication(c, now, { changed: true }), 409);
        }
        const filters = formatListQuery(readListQuery(c), { moved: 'yes' });
        return c.redirect(`/admin/applications/${reference}${filters}`, 303);
      },
    );
}

import { type Context, Hono } from 'hono';
import { findLinkAddress } from '../../actions/mail-draft-link.ts';
import { assertOpen, findDraft, type OpenDraft } from '../../actions/open-draft.ts';
import { findPrivateToken } from '../../actions/open-private-page.ts';
import { readUnfinishedUploads } from '../../actions/open-upload.ts';
import { countHeld, readPastedTexts, valuesOf } from '../../actions/read-application.ts';
import { submitApplication } from '../../actions/submit-application.ts';
import { openName } from '../../db/discreet.ts';
import { listDocuments } from '../../db/documents.ts';
import { getPublished } from '../../db/published.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { checkApplication } from '../../domain/application-check.ts';
import { callStateAt } from '../../domain/calls.ts';
import { AppError } from '../../errors.ts';
import type { MessageKey } from '../../i18n.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { CheckPage } from '../../views/pages/check.tsx';
import { dressCall, listAskedDocuments, listQuestions } from '../public/call-context.ts';
import { describeProblems, renderForm, sendClosed, speak } from '../public/form-page.tsx';
import { countDraftPost, countReceipt } from '../public/limit-posts.ts';
import { forgetTrap, isTrapped, needsConfirming } from '../public/traps.ts';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';

const savedMessages = new Map<string, MessageKey>([
  ['save', 'apply.saved'],
  ['remove', 'apply.removed'],
]);

/**
 * The state of the draft that the check page showed, undefined when the request does not say; and
 * whether a person has confirmed.
 */
async function readSubmit(c: Context<AppEnv>): Promise<{ sent?: number; isConfirmed: boolean }> {
  try {
    const { revision, person } = await c.req.parseBody();
    const isConfirmed = person === 'yes';
    return revision === undefined ? { isConfirmed } : { sent: Number(revision), isConfirmed };
  } catch (cause) {
    throw new AppError('malformed', { cause });
  }
}

/** A draft as its applicant sees it: the form, the check page, and the one submit. */
export function draftRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  const readDraft = async ({ application, key }: OpenDraft) => {
    const { call, publication } = await getPublished(db, application.callVersionId);
    const documents = (await listDocuments(db, application.id)).map((one) => openName(key, one));
    const texts = await readPastedTexts(db, key, documents);
    const values = valuesOf(key, application);
    const problems = checkApplication(values, countHeld(documents, texts), call);
    return { call, publication, documents, texts, values, problems };
  };

  const sendForm = async (c: Context<AppEnv>, draft: OpenDraft, judged: boolean) => {
    const { problems, publication: _, ...state } = await readDraft(draft);
    const { token, application } = draft;
    const saved = c.req.query('saved') ?? '';
    const message = savedMessages.get(saved);
    const mailedTo = saved === 'mail' ? await findLinkAddress(deps, draft) : undefined;
    const page = await renderForm(deps, c, {
      ...state,
      via: application.via ?? '',
      draft: { token, ...application },
      unfinished: await readUnfinishedUploads(deps, draft),
      // What is infected is told as soon as it is known.
      problems: judged ? problems : problems.filter(({ key }) => key === 'problem.file.infected'),
      saved: mailedTo
        ? speak(c)('draft.mailed', { email: mailedTo })
        : message && speak(c)(message),
    });
    return sendPage(c, page, judged ? 422 : 200);
  };

  const sendCheck = async (
    c: Context<AppEnv>,
    draft: OpenDraft,
    refused?: { alert: MessageKey; status: 409 | 422; confirm?: boolean },
  ) => {
    const { call, documents, texts, values, problems } = await readDraft(draft);
    const context = await dressCall(deps, c, call);
    const { frame, text, t } = context;
    const questions = listQuestions(context);
    const { token, application } = draft;
    const page = (
      <CheckPage
        frame={frame}
        title={text.title}
        titleLanguage={context.textLanguage}
        draftToken={token}
        revision={application.revision}
        values={values}
        texts={texts}
        held={documents.filter((one) => one.origin === 'file')}
        placeNames={text.places}
        asked={listAskedDocuments(call).map(({ kind }) => kind)}
        questions={questions}
        errors={describeProblems(t, problems, questions)}
        alert={refused && speak(c)(refused.alert)}
        confirm={refused?.confirm ?? (await isTrapped(deps, application.id))}
        languages={languageLinks((language) => `/${language}/drafts/${token}/check`)}
      />
    );
    return sendPage(c, page, refused?.status ?? 200);
  };

  /** Where a draft's link leads once it was submitted. */
  const toReceipt = async (c: Context<AppEnv>, { application, key }: OpenDraft) => {
    const token = await findPrivateToken(deps, application, key);
    return c.redirect(`/${c.var.language}/applications/${token}`, 303);
  };

  return (
    new Hono<AppEnv>()
      .get('/drafts/:token', async (c) => {
        const draft = await findDraft(deps, c.req.param('token'));
        if (draft.application.stage !== 'draft') return await toReceipt(c, draft);
        assertOpen(draft, clock.now());
        return await sendForm(c, draft, false);
      })
      .get('/drafts/:token/check', async (c) => {
        const draft = await findDraft(deps, c.req.param('token'));
        if (draft.application.stage !== 'draft') return await toReceipt(c, draft);
        assertOpen(draft, clock.now());
        return await sendCheck(c, draft);
      })
      // The address that a refused submit leaves in the browser.
      .get('/drafts/:token/submit', (c) =>
        c.redirect(`/${c.var.language}/drafts/${c.req.param('token')}/check`, 303),
      )
      .post('/drafts/:token/submit', smallBody, async (c) => {
        const { sent, isConfirmed } = await readSubmit(c);
        const draft = await findDraft(deps, c.req.param('token'));
        await countDraftPost(deps, draft.application.id);
        const revision = sent ?? draft.application.revision;
        if (draft.application.stage !== 'draft') {
          if (revision !== draft.application.revision) throw new AppError('conflict');
          return await toReceipt(c, draft);
        }
        assertOpen(draft, clock.now());
        const { call, publication, problems } = await readDraft(draft);
        if (callStateAt(call, clock.now()) !== 'open') {
          return await sendClosed(deps, c, { call, draftToken: draft.token });
        }
        if (revision !== draft.application.revision) {
          return await sendCheck(c, draft, { alert: 'check.changed', status: 409 });
        }
        if (problems.length > 0) return await sendForm(c, draft, true);
        if (isConfirmed) await forgetTrap(deps, draft.application.id);
        else if (await needsConfirming(deps, c, draft.application)) {
          return await sendCheck(c, draft, {
            ...{ alert: 'check.confirmFirst', status: 422, confirm: true },
          });
        }
        const { language } = c.var;
        const change = { call, publication, revision, language, countReceipt: countReceipt(deps) };
        const { privateToken } = await submitApplication(deps, draft, change);
        return c.redirect(`/${language}/applications/${privateToken}`, 303);
      })
  );
}

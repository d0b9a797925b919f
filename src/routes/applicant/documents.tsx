import { type Context, Hono } from 'hono';
import {
  changeDocuments,
  type DocumentsChange,
  findChangeable,
} from '../../actions/change-documents.ts';
import { openPrivatePage, type PrivatePage } from '../../actions/open-private-page.ts';
import { readPastedTexts } from '../../actions/read-application.ts';
import { getCallVersion } from '../../db/calls.ts';
import { deleteDocuments, listDocuments } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Problem } from '../../domain/application-check.ts';
import { type Fields, readTypedTexts } from '../../domain/application-form.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import { AppError } from '../../errors.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { DocumentsClosedPage, DocumentsPage } from '../../views/pages/documents.tsx';
import { type Multipart, readMultipart } from '../multipart.ts';
import { dressCall, listAskedDocuments } from '../public/call-context.ts';
import { blankTexts, describeProblems, speak } from '../public/form-page.tsx';
import { countDraftPost } from '../public/limit-posts.ts';
import { listFileProblems } from '../public/receive-files.ts';
import { describeLoss, maxBodyBytes, readSampleLanguages } from '../public/receive-form.ts';
import { sendPage } from '../respond.tsx';
import { goesOn } from './go-on.ts';
import { baseOf } from './private-page.tsx';
import { createDocumentIntake } from './receive-documents.ts';

/** What was pasted; where the page shows nothing of what there is, an empty box says nothing either. */
function readChangedTexts({ application }: PrivatePage, fields: Fields) {
  const typed = Object.entries(readTypedTexts(fields));
  return Object.fromEntries(application.discreet ? typed.filter(([, text]) => text !== '') : typed);
}

type Shown = { fields?: Fields; problems?: Problem[]; alert?: string; partly?: boolean };

/** Changing the documents of an application, for as long as nobody of the staff has opened it. */
export function documentRoutes(deps: Deps): Hono<AppEnv> {
  const { db, config } = deps;
  const { maxFileBytes, maxFiles } = config;

  const dress = async (c: Context<AppEnv>, { application }: PrivatePage) =>
    await dressCall(deps, c, await getCallVersion(db, application.callVersionId));

  const linksOf = ({ token }: PrivatePage) =>
    languageLinks((language) => `/${language}/applications/${token}/documents`);

  const renderForm = async (c: Context<AppEnv>, page: PrivatePage, shown: Shown = {}) => {
    const { frame, call, t } = await dress(c, page);
    const documents = await listDocuments(db, page.application.id);
    const { discreet } = page.application;
    const texts = discreet ? blankTexts : await readPastedTexts(db, page.key, documents);
    const changeable = await findChangeable(db, page.application);
    const infected = documents.filter(({ closure }) => closure === 'infected');
    const isAsked = (kind: DocumentKind): boolean =>
      changeable !== 'infected' || infected.some((one) => one.kind === kind);
    return (
      <DocumentsPage
        frame={frame}
        base={baseOf(c, page)}
        asked={listAskedDocuments(call).filter(({ kind }) => isAsked(kind))}
        infectedOnly={changeable === 'infected'}
        held={documents.filter((one) => one.origin === 'file')}
        discreet={discreet}
        texts={{ ...texts, ...readTypedTexts(shown.fields ?? new Map()) }}
        maxFileBytes={maxFileBytes}
        errors={describeProblems(t, shown.problems ?? [])}
        alert={shown.alert}
        partly={shown.partly ?? false}
        languages={linksOf(page)}
      />
    );
  };

  const sendClosed = async (c: Context<AppEnv>, page: PrivatePage, fields: Fields) => {
    const { frame } = await dress(c, page);
    const typed = readTypedTexts(fields);
    const texts = documentKinds.flatMap((kind) => {
      const text = typed[kind] ?? '';
      return text === '' ? [] : [{ kind, text }];
    });
    const props = { frame, texts, base: baseOf(c, page), languages: linksOf(page) };
    return sendPage(c, <DocumentsClosedPage {...props} />, 409);
  };

  const receive = async (
    c: Context<AppEnv>,
    onFile: Parameters<typeof readMultipart>[1]['onFile'],
  ): Promise<Multipart> =>
    await readMultipart(c, { maxBytes: maxBodyBytes(config), maxFiles: maxFiles + 4, onFile });

  /** Takes in one form, unless somebody of the staff was faster or it only changes its language. */
  const change = async (c: Context<AppEnv>, page: PrivatePage) => {
    const intake = await createDocumentIntake(deps, page);
    const { id } = page.application;
    let body: Multipart | undefined;
    try {
      body = await receive(c, intake.receive);
      const { fields } = body;
      if (goesOn(fields)) {
        await deleteDocuments(db, id, intake.listArrived());
        return { switched: true as const, fields };
      }
      // A body that broke off says nothing about what it did not carry.
      const wish: DocumentsChange = {
        texts: body.complete ? readChangedTexts(page, fields) : {},
        arrived: intake.listArrived(),
        hasCrashed: intake.hasCrashed,
        removed: fields.get('remove') ?? [],
        sampleLanguages: readSampleLanguages(fields, intake.arrivals),
      };
      const { changed, problems } = await changeDocuments(deps, page, wish);
      const documents = await listDocuments(db, id);
      const files = { t: speak(c), maxFileBytes, maxFiles };
      const refused = listFileProblems(intake.arrivals, documents, files);
      const lost = { tooSlow: body.tooSlow, ...describeLoss(c, body) };
      return { fields, changed, problems: [...refused, ...problems], ...lost };
    } catch (error) {
      // What was not taken over does not stay; the clean-up takes what even this leaves behind.
      await deleteDocuments(db, id, intake.listArrived()).catch(() => {});
      const late = error instanceof AppError && error.code === 'conflict' && body;
      if (late) return { closed: true as const, fields: late.fields };
      // Erased while its files were on their way: `gone` says it better.
      await openPrivatePage(deps, page.token);
      throw error;
    }
  };

  return new Hono<AppEnv>()
    .get('/applications/:token/documents', async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      // The page says why they can't be changed.
      if ((await findChangeable(db, page.application)) === 'nothing') {
        return c.redirect(`${baseOf(c, page)}#documents`, 303);
      }
      return sendPage(c, await renderForm(c, page));
    })
    .post('/applications/:token/documents', async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      await countDraftPost(deps, page.application.id);
      if ((await findChangeable(db, page.application)) === 'nothing') {
        const { fields } = await receive(c, async () => {});
        return await sendClosed(c, page, fields);
      }
      const done = await change(c, page);
      if ('closed' in done) return await sendClosed(c, page, done.fields);
      if ('switched' in done) return sendPage(c, await renderForm(c, page, done));
      const { fields, problems, changed, alert, tooSlow } = done;
      if (problems.length > 0 || alert) {
        const shown = { fields, problems, partly: changed, ...(alert && { alert }) };
        return sendPage(c, await renderForm(c, page, shown), tooSlow ? 408 : 422);
      }
      const removed = fields.has('remove');
      const next = removed ? '/documents' : '?done=documents';
      return c.redirect(`${baseOf(c, page)}${next}`, 303);
    });
}

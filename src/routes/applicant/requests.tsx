import { Hono } from 'hono';
import { answerRequest } from '../../actions/answer-request.ts';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { deleteDocuments, listDocuments } from '../../db/documents.ts';
import { findOpenRequest } from '../../db/requests.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Problem } from '../../domain/application-check.ts';
import { findAnswerProblem } from '../../domain/requests.ts';
import { AppError } from '../../errors.ts';
import { type FilePart, readMultipart } from '../multipart.ts';
import { describeProblems, speak } from '../public/form-page.tsx';
import { countDraftPost, countMessage } from '../public/limit-posts.ts';
import { listFileProblems } from '../public/receive-files.ts';
import { describeLoss, maxBodyBytes } from '../public/receive-form.ts';
import { sendPage } from '../respond.tsx';
import { goesOn, readTalk } from './go-on.ts';
import { baseOf, renderPrivatePage } from './private-page.tsx';
import { createDocumentIntake } from './receive-documents.ts';

/** An applicant's answer to what the editors asked for. */
export function requestRoutes(deps: Deps): Hono<AppEnv> {
  const { db, config } = deps;
  const { maxFileBytes, maxFiles } = config;
  return (
    new Hono<AppEnv>()
      // The address that a refused answer leaves in the browser.
      .get('/applications/:token/request', (c) =>
        c.redirect(`/${c.var.language}/applications/${c.req.param('token')}`, 303),
      )
      .post('/applications/:token/request', async (c) => {
        const page = await openPrivatePage(deps, c.req.param('token'));
        const { id } = page.application;
        await countDraftPost(deps, id);
        const open = await findOpenRequest(db, id);
        // What was there stays: the limits are those of what comes now.
        const intake = await createDocumentIntake(deps, page, { beside: true });
        const onFile = async (part: FilePart): Promise<void> => {
          if (open?.kinds.some((kind) => kind === part.field)) await intake.receive(part);
        };
        let talk = { typed: '', answer: '' };
        try {
          const body = await readMultipart(c, {
            ...{ maxBytes: maxBodyBytes(config), maxFiles: maxFiles + 4, onFile },
          });
          talk = readTalk(body.fields);
          const { typed, answer } = talk;
          if (goesOn(body.fields)) {
            await deleteDocuments(db, id, intake.listArrived());
            return sendPage(c, await renderPrivatePage(deps, c, page, talk));
          }
          const arrived = intake.listArrived();
          const files = { t: speak(c), maxFileBytes, maxFiles };
          const wanting = findAnswerProblem(answer, intake.arrivals.length);
          const problems: Problem[] = [
            ...listFileProblems(intake.arrivals, await listDocuments(db, id), files),
            ...(wanting ? [wanting] : []),
          ];
          const { alert } = describeLoss(c, body);
          if (problems.length > 0 || alert || !body.complete) {
            // Nothing is half answered: the files come again with the answer.
            await deleteDocuments(db, id, arrived);
            const errors = describeProblems(speak(c), problems);
            const shown = { ...talk, errors, ...(alert && { alert }) };
            const status = body.tooSlow ? 408 : 422;
            return sendPage(c, await renderPrivatePage(deps, c, page, shown), status);
          }
          const retryAfter = await countMessage(deps, id);
          if (retryAfter > 0) {
            await deleteDocuments(db, id, arrived);
            c.header('Retry-After', String(retryAfter));
            const minutes = Math.ceil(retryAfter / 60);
            const alert = speak(c)('status.message.later', { minutes });
            const shown = { ...talk, alert };
            return sendPage(c, await renderPrivatePage(deps, c, page, shown), 429);
          }
          await answerRequest(deps, page, {
            ...{ requestId: body.fields.get('request')?.at(-1) ?? '', arrived },
            ...{ body: answer, language: c.var.language, hasCrashed: intake.hasCrashed },
          });
          if (typed !== '') {
            const now = await openPrivatePage(deps, page.token);
            return sendPage(c, await renderPrivatePage(deps, c, now, { typed, done: 'request' }));
          }
        } catch (error) {
          // What was not taken over does not stay.
          await deleteDocuments(db, id, intake.listArrived()).catch(() => {});
          if (!(error instanceof AppError && error.code === 'conflict')) throw error;
          const now = await openPrivatePage(deps, page.token);
          const shown = { ...talk, alert: speak(c)('request.own.closed') };
          return sendPage(c, await renderPrivatePage(deps, c, now, shown), 409);
        }
        return c.redirect(`${baseOf(c, page)}?done=request#messages`, 303);
      })
  );
}

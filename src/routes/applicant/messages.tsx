import { Hono } from 'hono';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { writeFromApplicant } from '../../actions/write-message.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { findMessageProblem } from '../../domain/messages.ts';
import { AppError } from '../../errors.ts';
import { readMultipart } from '../multipart.ts';
import { describeProblems, speak } from '../public/form-page.tsx';
import { countMessage } from '../public/limit-posts.ts';
import { maxBodyBytes } from '../public/receive-form.ts';
import { sendPage } from '../respond.tsx';
import { goesOn, readTalk } from './go-on.ts';
import { baseOf, renderPrivatePage } from './private-page.tsx';

/** What an applicant writes to the editors on the private page. */
export function messageRoutes(deps: Deps): Hono<AppEnv> {
  return (
    new Hono<AppEnv>()
      // The address that a refused message leaves in the browser, and that its languages lead to.
      .get('/applications/:token/messages', (c) =>
        c.redirect(`/${c.var.language}/applications/${c.req.param('token')}`, 303),
      )
      .post('/applications/:token/messages', async (c) => {
        const page = await openPrivatePage(deps, c.req.param('token'));
        const { fields, tooSlow } = await readMultipart(c, {
          // Files that are chosen for an answer travel along, and are left.
          maxBytes: maxBodyBytes(deps.config),
          maxFiles: deps.config.maxFiles + 4,
          onFile: async () => {},
        });
        if (tooSlow) throw new AppError('too-slow');
        const { typed, answer } = readTalk(fields);
        if (goesOn(fields)) {
          if (typed === '' && answer === '') return c.redirect(baseOf(c, page), 303);
          return sendPage(c, await renderPrivatePage(deps, c, page, { typed, answer }));
        }
        const problem = findMessageProblem(typed);
        if (problem) {
          const errors = describeProblems(speak(c), [problem]);
          return sendPage(
            c,
            await renderPrivatePage(deps, c, page, { typed, answer, errors }),
            422,
          );
        }
        const retryAfter = await countMessage(deps, page.application.id);
        if (retryAfter > 0) {
          c.header('Retry-After', String(retryAfter));
          const alert = speak(c)('status.message.later', { minutes: Math.ceil(retryAfter / 60) });
          return sendPage(c, await renderPrivatePage(deps, c, page, { typed, answer, alert }), 429);
        }
        await writeFromApplicant(deps, page, { body: typed, language: c.var.language });
        if (answer !== '') {
          return sendPage(c, await renderPrivatePage(deps, c, page, { answer, done: 'message' }));
        }
        return c.redirect(`${baseOf(c, page)}?done=message#messages`, 303);
      })
  );
}

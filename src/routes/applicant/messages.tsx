import { Hono } from 'hono';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { writeFromApplicant } from '../../actions/write-message.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { findMessageProblem } from '../../domain/messages.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { readMultipart } from '../multipart.ts';
import { describeProblems, speak } from '../public/form-page.tsx';
import { countMessage } from '../public/limit-posts.ts';
import { sendPage } from '../respond.tsx';
import { goesOn } from './go-on.ts';
import { baseOf, renderPrivatePage } from './private-page.tsx';

/** Several times the longest message, however it is written. */
const maxBytes = 256 * 1024;

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
          maxBytes,
          maxFiles: 1,
          onFile: async () => {},
        });
        if (tooSlow) throw new AppError('too-slow');
        const typed = cleanText(fields.get('message')?.[0] ?? '');
        if (goesOn(fields)) {
          if (typed === '') return c.redirect(baseOf(c, page), 303);
          return sendPage(c, await renderPrivatePage(deps, c, page, { typed }));
        }
        const problem = findMessageProblem(typed);
        if (problem) {
          const errors = describeProblems(speak(c), [problem]);
          return sendPage(c, await renderPrivatePage(deps, c, page, { typed, errors }), 422);
        }
        const retryAfter = await countMessage(deps, page.application.id);
        if (retryAfter > 0) {
          c.header('Retry-After', String(retryAfter));
          const alert = speak(c)('status.message.later', { minutes: Math.ceil(retryAfter / 60) });
          return sendPage(c, await renderPrivatePage(deps, c, page, { typed, alert }), 429);
        }
        await writeFromApplicant(deps, page, { body: typed, language: c.var.language });
        return c.redirect(`${baseOf(c, page)}?done=message#messages`, 303);
      })
  );
}

import { Hono } from 'hono';
import { correctAddress, isAddressRefused } from '../../actions/correct-address.ts';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { foldEmailAddress, parseEmailAddress } from '../../domain/email-address.ts';
import { cleanLine } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { readMultipart } from '../multipart.ts';
import { describeProblems, speak } from '../public/form-page.tsx';
import { countAddress } from '../public/limit-posts.ts';
import { sendPage } from '../respond.tsx';
import { goesOn } from './go-on.ts';
import { baseOf, renderPrivatePage } from './private-page.tsx';

const maxBytes = 16 * 1024;

function findProblem(typed: string, before: string) {
  if (typed === '') return { field: 'newEmail', key: 'problem.email.missing' } as const;
  const address = parseEmailAddress(typed);
  if (!address) return { field: 'newEmail', key: 'problem.email.malformed' } as const;
  const isSame = foldEmailAddress(address) === foldEmailAddress(before);
  return isSame ? ({ field: 'newEmail', key: 'problem.email.refused' } as const) : undefined;
}

/** Another address for an applicant whose mail is refused. */
export function addressRoutes(deps: Deps): Hono<AppEnv> {
  return (
    new Hono<AppEnv>()
      // The address that a refused form leaves in the browser.
      .get('/applications/:token/address', (c) =>
        c.redirect(`/${c.var.language}/applications/${c.req.param('token')}`, 303),
      )
      .post('/applications/:token/address', async (c) => {
        const page = await openPrivatePage(deps, c.req.param('token'));
        const { application, key } = page;
        const { fields } = await readMultipart(c, {
          maxBytes,
          maxFiles: 1,
          onFile: async () => {},
        });
        const newEmail = cleanLine(fields.get('newEmail')?.[0] ?? '');
        const shown = { newEmail };
        // It was sent twice, or the mail has left meanwhile: the page says where things stand.
        if (!(await isAddressRefused(deps, application, key))) {
          return c.redirect(baseOf(c, page), 303);
        }
        if (goesOn(fields)) return sendPage(c, await renderPrivatePage(deps, c, page, shown));
        const problem = findProblem(newEmail, application.email);
        if (problem) {
          const errors = describeProblems(speak(c), [problem]);
          return sendPage(c, await renderPrivatePage(deps, c, page, { ...shown, errors }), 422);
        }
        const address = parseEmailAddress(newEmail)!;
        const retryAfter = await countAddress(deps, application.id, address);
        if (retryAfter > 0) {
          c.header('Retry-After', String(retryAfter));
          const alert = speak(c)('status.address.later');
          return sendPage(c, await renderPrivatePage(deps, c, page, { ...shown, alert }), 429);
        }
        try {
          await correctAddress(deps, page, address);
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'conflict')) throw error;
          return c.redirect(baseOf(c, page), 303);
        }
        return c.redirect(`${baseOf(c, page)}?done=address`, 303);
      })
  );
}

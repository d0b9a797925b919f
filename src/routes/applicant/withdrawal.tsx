import { Hono } from 'hono';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { undoWithdrawal, withdrawApplication } from '../../actions/withdraw-application.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { WithdrawPage } from '../../views/pages/withdraw.tsx';
import { frameFor } from '../frame.ts';
import { speak } from '../public/form-page.tsx';
import { countDraftPost, countWithdrawal, countWithdrawalMail } from '../public/limit-posts.ts';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { baseOf, readPublicStatus, renderPrivatePage } from './private-page.tsx';

/** Withdrawing, asked for on a page of its own, and the way back for ten minutes. */
export function withdrawalRoutes(deps: Deps): Hono<AppEnv> {
  return (
    new Hono<AppEnv>()
      .get('/applications/:token/withdraw', async (c) => {
        const page = await openPrivatePage(deps, c.req.param('token'));
        const status = await readPublicStatus(deps, page);
        // Nothing is left to withdraw.
        if (status === 'withdrawn' || status === 'decision-made') {
          return c.redirect(baseOf(c, page), 303);
        }
        const { name } = await getPublication(deps.db);
        return sendPage(
          c,
          <WithdrawPage
            frame={frameFor(deps, speak(c), name)}
            base={baseOf(c, page)}
            languages={languageLinks(
              (language) => `/${language}/applications/${page.token}/withdraw`,
            )}
          />,
        );
      })
      .post('/applications/:token/withdraw', smallBody, async (c) => {
        const page = await openPrivatePage(deps, c.req.param('token'));
        const status = await readPublicStatus(deps, page);
        if (status === 'decision-made') throw new AppError('conflict');
        if (status !== 'withdrawn') {
          await countWithdrawal(deps, page.application.id);
          const mailWithheld = await countWithdrawalMail(deps, page.application.email);
          await withdrawApplication(deps, page, { mailWithheld });
        }
        return c.redirect(baseOf(c, page), 303);
      })
      .post('/applications/:token/withdraw/undo', smallBody, async (c) => {
        const page = await openPrivatePage(deps, c.req.param('token'));
        await countDraftPost(deps, page.application.id);
        try {
          await undoWithdrawal(deps, page);
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'conflict')) throw error;
          const alert = speak(c)('status.undo.over');
          return sendPage(c, await renderPrivatePage(deps, c, page, { alert }), 409);
        }
        return c.redirect(`${baseOf(c, page)}?done=returned`, 303);
      })
      // The address that a refused undo leaves in the browser.
      .get('/applications/:token/withdraw/undo', (c) =>
        c.redirect(`/${c.var.language}/applications/${c.req.param('token')}`, 303),
      )
  );
}

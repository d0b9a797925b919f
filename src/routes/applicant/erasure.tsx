import { type Context, Hono } from 'hono';
import { eraseApplication } from '../../actions/erase-application.ts';
import { assertOpen, findDraft } from '../../actions/open-draft.ts';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { EraseDraftPage, ErasedPage, ErasePage } from '../../views/pages/erase.tsx';
import { frameFor } from '../frame.ts';
import { speak } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { baseOf } from './private-page.tsx';

/** Erasing an application or a draft with everything about its person; each is asked for first. */
export function erasureRoutes(deps: Deps): Hono<AppEnv> {
  const frameOf = async (c: Context<AppEnv>) =>
    frameFor(deps, speak(c), (await getPublication(deps.db)).name);
  const erase = async (c: Context<AppEnv>, id: string) => {
    await eraseApplication(deps, { id, actor: 'applicant' });
    return c.redirect(`/${c.var.language}/erased`, 303);
  };

  return new Hono<AppEnv>()
    .get('/applications/:token/erase', async (c) => {
      const page = await openPrivatePage(deps, c.req.param('token'));
      return sendPage(
        c,
        <ErasePage
          frame={await frameOf(c)}
          base={baseOf(c, page)}
          languages={languageLinks((language) => `/${language}/applications/${page.token}/erase`)}
        />,
      );
    })
    .post('/applications/:token/erase', smallBody, async (c) => {
      const { application } = await openPrivatePage(deps, c.req.param('token'));
      return await erase(c, application.id);
    })
    .get('/drafts/:token/erase', async (c) => {
      const draft = await findDraft(deps, c.req.param('token'));
      assertOpen(draft, deps.clock.now());
      return sendPage(
        c,
        <EraseDraftPage
          frame={await frameOf(c)}
          base={`/${c.var.language}/drafts/${draft.token}`}
          languages={languageLinks((language) => `/${language}/drafts/${draft.token}/erase`)}
        />,
      );
    })
    .post('/drafts/:token/erase', smallBody, async (c) => {
      const draft = await findDraft(deps, c.req.param('token'));
      assertOpen(draft, deps.clock.now());
      return await erase(c, draft.application.id);
    })
    .get('/erased', async (c) =>
      sendPage(
        c,
        <ErasedPage
          frame={await frameOf(c)}
          languages={languageLinks((language) => `/${language}/erased`)}
        />,
      ),
    );
}

import { type Context, Hono } from 'hono';
import { changeConsent, mayRenew } from '../../actions/change-consent.ts';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { getPublication } from '../../db/calls.ts';
import { findConsent } from '../../db/consents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { consentActs } from '../../domain/consent.ts';
import { AppError, found } from '../../errors.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { ConsentPage } from '../../views/pages/consent.tsx';
import { frameFor } from '../frame.ts';
import { speak } from '../public/form-page.tsx';
import { countDraftPost } from '../public/limit-posts.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { baseOf } from './private-page.tsx';

/** The agreement to be kept in the directory: until when, another year, the end of it. */
export function consentRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  const open = async (c: Context<AppEnv>) => {
    const page = await openPrivatePage(deps, c.req.param('token') ?? '');
    const consent = found(await findConsent(db, page.application.id, clock.now()));
    return { page, consent };
  };

  return new Hono<AppEnv>()
    .get('/applications/:token/consent', async (c) => {
      const { page, consent } = await open(c);
      const { name, timeZone } = await getPublication(db);
      return sendPage(
        c,
        <ConsentPage
          frame={frameFor(deps, speak(c), name)}
          base={baseOf(c, page)}
          renewable={mayRenew(consent)}
          {...{ consent, timeZone }}
          languages={languageLinks((language) => `/${language}/applications/${page.token}/consent`)}
        />,
      );
    })
    .post('/applications/:token/consent', smallBody, async (c) => {
      const { page } = await open(c);
      await countDraftPost(deps, page.application.id);
      const wanted = (await readSmallForm(c))('act');
      const act = consentActs.find((one) => one === wanted);
      if (!act) throw new AppError('malformed');
      await changeConsent(deps, page, act);
      const done = act === 'renew' ? 'consent-renewed' : 'consent-withdrawn';
      return c.redirect(`${baseOf(c, page)}?done=${done}`, 303);
    });
}

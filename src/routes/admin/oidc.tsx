import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { createOidcProvider, OidcError } from '../../auth/oidc-provider.ts';
import { beginOidc, oidcSeconds, readBegun, signInWithOidc } from '../../auth/oidc-sign-in.ts';
import { clientLimits } from '../../auth/throttle.ts';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { returnToEach, takeFromEach } from '../../rate-limit.ts';
import { OidcConfirmPage, OidcRefusedPage } from '../../views/pages/oidc.tsx';
import { sendPage } from '../respond.tsx';
import { browserOf } from './browser-family.ts';
import { deleteStaffCookie, keepStep, readStaffCookie, setStaffCookie } from './cookies.ts';
import { deskFrame } from './desk-frame.ts';
import { pageAfter, readNext } from './next-page.ts';
import { refusePrefetch } from './prefetch.ts';
import { readForm } from './small-forms.ts';

const answerParts = ['code', 'state', 'iss'] as const;
const text = z.string().max(8192).optional().catch(undefined);
const answerForm = z.object({ code: text, state: text, iss: text });

const readAnswer = (parts: Partial<Record<(typeof answerParts)[number], string | undefined>>) =>
  new URLSearchParams(
    answerParts.flatMap((name): [string, string][] => {
      const value = parts[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/**
 * Sign-in by the provider of the configuration. Its answer arrives by GET, which changes nothing: a
 * form on the page that it opens sends it on. Paths are below /admin, behind those of sign-in; there
 * are none without a provider.
 */
export function oidcRoutes(deps: Deps): Hono<AppEnv> {
  const { keys, clock, config, log } = deps;
  const provider = createOidcProvider(deps);
  if (!provider) return new Hono<AppEnv>();

  const refused = async (c: Context<AppEnv>, error: unknown): Promise<Response> => {
    if (!(error instanceof OidcError)) throw error;
    const { refusal, code } = error;
    log.warn({ refusal, code }, 'single sign-on refused');
    const isAway = refusal === 'unavailable';
    if (isAway) c.header('Retry-After', '30');
    const props = { frame: await deskFrame(deps, c), provider: provider.name, refusal };
    return sendPage(c, <OidcRefusedPage {...props} />, isAway ? 503 : 422);
  };

  const routes = new Hono<AppEnv>();
  routes.onError((error, c) => refused(c, error));
  return routes
    .get('/sign-in/oidc', refusePrefetch, async (c) => {
      const next = readNext(c.req.query('next'));
      const { address, kept } = await beginOidc(deps, provider, next);
      setStaffCookie(c, deps, { name: 'feder-oidc', value: kept, maxAge: oidcSeconds });
      return c.redirect(address, 303);
    })
    .get('/sign-in/oidc/callback', async (c) => {
      const answer = new URLSearchParams(new URL(c.req.url).search);
      readBegun({ keys, clock }, readStaffCookie(c, deps, 'feder-oidc'), answer);
      const parts = [...readAnswer(Object.fromEntries(answer))];
      const props = { frame: await deskFrame(deps, c), provider: provider.name, parts };
      return sendPage(c, <OidcConfirmPage {...props} />);
    })
    .post(
      '/sign-in/oidc/callback',
      readForm(answerForm, (c) => refused(c, new OidcError('expired', 'NO_FORM'))),
      async (c) => {
        const answer = readAnswer(c.req.valid('form'));
        const kept = readStaffCookie(c, deps, 'feder-oidc');
        const begun = readBegun({ keys, clock }, kept, answer);
        const limits = clientLimits({ client: clientSubject(clientAddress(c, config.trustProxy)) });
        const seconds = await takeFromEach(deps, limits);
        if (seconds > 0) {
          c.header('Retry-After', String(seconds));
          const props = { frame: await deskFrame(deps, c), provider: provider.name };
          return sendPage(c, <OidcRefusedPage {...props} wait={Math.ceil(seconds / 60)} />, 429);
        }
        // One answer is good for one try: a code works once anyway.
        deleteStaffCookie(c, deps, 'feder-oidc');
        const identity = await provider.redeem(answer, begun);
        const step = await signInWithOidc(deps, identity, { browser: browserOf(c) });
        await returnToEach(deps, limits);
        await keepStep(c, deps, step);
        return c.redirect(pageAfter(step, begun.next), 303);
      },
    );
}

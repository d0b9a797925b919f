import type { Hono } from 'hono';
import { createApp } from '../../src/app.tsx';
import type { AppEnv } from '../../src/deps.ts';
import type { Language } from '../../src/i18n.ts';
import type { TestApp } from './app.ts';
import { oidcConfig, startForgedIssuer } from './oidc.ts';
import { addEnrolled, codeFor, createBrowser, goodPassword, readKey } from './staff-app.ts';

export const signInStates = [
  'signing in by single sign-on',
  'finishing single sign-on',
  'single sign-on refused',
  'a code of the app',
  'a recovery code with a mistake',
  'the recovery codes',
  'the account with a second factor',
] as const;
export type SignInState = (typeof signInStates)[number];

/** Pages that need a provider or a second factor, as they are answered in a language. */
export async function renderSignInPages(
  { deps, clock }: TestApp,
  language: Language,
): Promise<Record<SignInState, string>> {
  const provider = await startForgedIssuer({ keys: () => [], token: () => ({ body: {} }) });
  const config = { ...deps.config, ...oidcConfig(provider.issuer), staffMfa: 'required' } as const;
  const app = createApp({ ...deps, config });
  const request: Hono<AppEnv>['request'] = (path, init, env) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', deps.publicUrl);
    return app.request(path as string, { ...init, headers }, env);
  };
  const open = () => createBrowser({ app: { request } }, { language });
  try {
    const stranger = open();
    const begun = await stranger.get('/admin/sign-in/oidc');
    const state = new URL(begun.location!).searchParams.get('state');
    const callback = '/admin/sign-in/oidc/callback?code=an-answer';

    const staff = await addEnrolled(deps.db);
    await deps.db.updateTable('staff').set({ language }).where('id', '=', staff.id).execute();
    const credentials = { email: staff.email, password: goodPassword };
    const person = open();
    await person.post('/admin/sign-in', credentials);
    const { html } = await person.get('/admin/sign-in/set-up');
    const code = codeFor(readKey(html), clock);
    const codes = await person.post('/admin/sign-in/set-up', { code });
    const later = open();
    await later.post('/admin/sign-in', credentials);
    return {
      'signing in by single sign-on': (await stranger.get('/admin/sign-in')).html,
      'finishing single sign-on': (await stranger.get(`${callback}&state=${state}`)).html,
      'single sign-on refused': (await stranger.get(`${callback}&state=another`)).html,
      'a code of the app': (await later.get('/admin/sign-in/code')).html,
      'a recovery code with a mistake': (
        await later.post('/admin/sign-in', { code: 'XXXX', sort: 'recovery' })
      ).html,
      'the recovery codes': codes.html,
      'the account with a second factor': (await person.get('/admin/account')).html,
    };
  } finally {
    await provider.stop();
  }
}

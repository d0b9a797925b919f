import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { findChallenge, readSetUpSecret } from '../../auth/challenges.ts';
import { readDeviceMark } from '../../auth/device-marks.ts';
import { oidcName } from '../../auth/oidc-provider.ts';
import { confirmSecondFactor, signInWithCode } from '../../auth/second-factor.ts';
import { endSession, findSession } from '../../auth/sessions.ts';
import { type NextStep, type Refusal, signInWithPassword } from '../../auth/sign-in.ts';
import { clientAddress, clientSubject } from '../../client-address.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { cleanLine } from '../../domain/text.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { RecoveryCodesPage } from '../../views/pages/recovery-codes.tsx';
import { CodePage, type CodeSort, SignInPage } from '../../views/pages/sign-in.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { browserOf } from './browser-family.ts';
import { deleteStaffCookie, keepStep, readStaffCookie } from './cookies.ts';
import { deskFrame } from './desk-frame.ts';
import { pageAfter, readNext } from './next-page.ts';
import { renderSecondFactor } from './second-factor-page.tsx';
import {
  fieldErrors,
  readForm,
  say,
  setRetryAfter,
  speakBrowserLanguage,
  typed,
} from './small-forms.ts';

const readSort = (raw: unknown): CodeSort => (raw === 'recovery' ? 'recovery' : 'app');

// One address takes both steps: a form with a code answers the challenge that the cookie holds.
const signInForm = z
  .object({
    email: z.string(say('signIn.emailMissing')).transform(cleanLine).optional(),
    password: z.string(say('signIn.passwordMissing')).optional(),
    code: z.string(say('signIn.codeMissing')).optional(),
    sort: z.unknown().optional().transform(readSort),
    next: z.unknown().optional().transform(readNext),
  })
  .superRefine(({ email, password, code, sort }, context) => {
    const need = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (code !== undefined) {
      const missing = sort === 'recovery' ? 'signIn.recoveryMissing' : 'signIn.codeMissing';
      if (code.trim() === '') need('code', say(missing));
      return;
    }
    if (!email) need('email', say('signIn.emailMissing'));
    if (!password) need('password', say('signIn.passwordMissing'));
  });

const codeForm = z.object({
  code: z.string(say('signIn.codeMissing')).trim().min(1, say('signIn.codeMissing')),
  next: z.unknown().optional().transform(readNext),
});

/** Sign-in in its steps, and sign-out. Paths are below /admin; the gate must not stand before them. */
export function signInRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config, log } = deps;

  type Shown = { email?: string; next: string | undefined; errors: FieldError[] };
  const signInPage = async (c: Context<AppEnv>, { email = '', next, errors }: Shown) => (
    <SignInPage
      frame={await deskFrame(deps, c)}
      provider={oidcName(config)}
      email={email}
      next={next}
      errors={errors}
    />
  );
  const codePage = async (
    c: Context<AppEnv>,
    { sort, next, errors }: Shown & { sort: CodeSort },
  ) => <CodePage frame={await deskFrame(deps, c)} sort={sort} next={next} errors={errors} />;
  const showCodePage = async (c: Context<AppEnv>, sort: CodeSort) => {
    const token = readStaffCookie(c, deps, 'feder-code') ?? '';
    const challenge = await findChallenge(db, token, { kinds: ['code'], now: clock.now() });
    if (!challenge) return c.redirect('/admin/sign-in', 303);
    const next = readNext(c.req.query('next'));
    return sendPage(c, await codePage(c, { sort, next, errors: [] }));
  };
  const answerOf = (c: Context<AppEnv>, code: string) => ({
    token: readStaffCookie(c, deps, 'feder-code') ?? '',
    mark: readStaffCookie(c, deps, 'feder-device'),
    browser: browserOf(c),
    code,
  });
  const setUpPage = async (c: Context<AppEnv>, { next, errors }: Shown) => {
    const token = readStaffCookie(c, deps, 'feder-code') ?? '';
    const challenge = await findChallenge(db, token, { kinds: ['set-up'], now: clock.now() });
    if (!challenge) return undefined;
    return renderSecondFactor(await deskFrame(deps, c), {
      secret: readSetUpSecret(keys, challenge),
      account: challenge.email,
      action: '/admin/sign-in/set-up',
      next,
      errors,
    });
  };

  const goOn = async (c: Context<AppEnv>, step: NextStep, next: string | undefined) => {
    await keepStep(c, deps, step);
    return c.redirect(pageAfter(step, next), 303);
  };
  /** The errors and the status of a refusal; an answer that came too late starts anew. */
  const explain = (
    c: Context<AppEnv>,
    refusal: Refusal,
    wrong: FieldError,
  ): { errors: FieldError[]; status: 422 | 429 } => {
    const t = translatorFor(c.var.language);
    if (refusal.kind === 'wait') {
      const message = t('signIn.wait', setRetryAfter(c, refusal.seconds));
      return { errors: [{ field: wrong.field, message }], status: 429 };
    }
    if (refusal.kind === 'wrong') return { errors: [wrong], status: 422 };
    deleteStaffCookie(c, deps, 'feder-code');
    return { errors: [{ field: 'email', message: t('signIn.expired') }], status: 422 };
  };

  return new Hono<AppEnv>()
    .use('/sign-in/*', speakBrowserLanguage, smallBody)
    .use('/sign-out', smallBody)
    .get('/sign-in', async (c) => {
      const next = readNext(c.req.query('next'));
      const token = readStaffCookie(c, deps, 'feder');
      const needed = { now: clock.now(), factorRequired: config.staffMfa === 'required' };
      if (token && (await findSession(db, token, needed))) return c.redirect(next ?? '/admin', 303);
      return sendPage(c, await signInPage(c, { next, errors: [] }));
    })
    .post(
      '/sign-in',
      readForm(signInForm, async (c, { error, form }) => {
        const errors = fieldErrors(translatorFor(c.var.language), error);
        const next = readNext(typed(form, 'next'));
        const email = typed(form, 'email');
        const isCode = errors.some(({ field }) => field === 'code');
        const page = isCode
          ? codePage(c, { sort: readSort(typed(form, 'sort')), next, errors })
          : signInPage(c, { email, next, errors });
        return sendPage(c, await page, 422);
      }),
      async (c) => {
        const { email = '', password = '', code, sort, next } = c.req.valid('form');
        const t = translatorFor(c.var.language);
        if (code !== undefined) {
          const outcome = await signInWithCode(deps, answerOf(c, code));
          if (outcome.kind === 'session') {
            // Whoever needed one has lost the device: the account page lets them set up another.
            const after = outcome.by === 'recovery' ? '/admin/account?done=recovery' : next;
            return await goOn(c, outcome, after);
          }
          log.warn({ refusal: outcome.kind }, 'sign-in code refused');
          const message = t(sort === 'recovery' ? 'signIn.recoveryWrong' : 'signIn.codeWrong');
          const { errors, status } = explain(c, outcome, { field: 'code', message });
          const expired = outcome.kind === 'expired';
          const shown = { next, errors };
          const page = expired ? signInPage(c, shown) : codePage(c, { ...shown, sort });
          return sendPage(c, await page, status);
        }
        const outcome = await signInWithPassword(deps, {
          email,
          password,
          browser: browserOf(c),
          client: clientSubject(clientAddress(c, config.trustProxy)),
          device: readDeviceMark(keys, email, readStaffCookie(c, deps, 'feder-device')),
        });
        if ('token' in outcome) return await goOn(c, outcome, next);
        log.warn({ refusal: outcome.kind }, 'sign-in refused');
        const wrong = { field: 'email', message: t('signIn.wrong') };
        const { errors, status } = explain(c, outcome, wrong);
        return sendPage(c, await signInPage(c, { email, next, errors }), status);
      },
    )
    .get('/sign-in/code', (c) => showCodePage(c, 'app'))
    .get('/sign-in/recovery', (c) => showCodePage(c, 'recovery'))
    .get('/sign-in/set-up', async (c) => {
      const next = readNext(c.req.query('next'));
      const page = await setUpPage(c, { next, errors: [] });
      return page ? sendPage(c, page) : c.redirect('/admin/sign-in', 303);
    })
    .post(
      '/sign-in/set-up',
      readForm(codeForm, async (c, { error, form }) => {
        const errors = fieldErrors(translatorFor(c.var.language), error);
        const page = await setUpPage(c, { next: readNext(typed(form, 'next')), errors });
        return page ? sendPage(c, page, 422) : c.redirect('/admin/sign-in', 303);
      }),
      async (c) => {
        const { code, next } = c.req.valid('form');
        const outcome = await confirmSecondFactor(deps, answerOf(c, code), { kind: 'set-up' });
        if (outcome.kind === 'session') {
          await keepStep(c, deps, outcome);
          const frame = await deskFrame(deps, c);
          const shown = { codes: outcome.recoveryCodes, onward: pageAfter(outcome, next) };
          return sendPage(c, <RecoveryCodesPage frame={frame} {...shown} />);
        }
        const t = translatorFor(c.var.language);
        const wrong = { field: 'code', message: t('staff.setUpWrong') };
        const { errors, status } = explain(c, outcome, wrong);
        const page = outcome.kind === 'expired' ? undefined : await setUpPage(c, { next, errors });
        return sendPage(c, page ?? (await signInPage(c, { next, errors })), status);
      },
    )
    .post('/sign-out', async (c) => {
      const token = readStaffCookie(c, deps, 'feder');
      if (token) await endSession(db, token);
      deleteStaffCookie(c, deps, 'feder');
      deleteStaffCookie(c, deps, 'feder-code');
      return c.redirect('/admin/sign-in', 303);
    });
}

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { findChallenge, readSetUpSecret } from '../../auth/challenges.ts';
import { oidcName } from '../../auth/oidc-provider.ts';
import {
  beginSecondFactor,
  changeLanguage,
  changePassword,
  findOwnWays,
  renewOwnRecoveryCodes,
} from '../../auth/own-account.ts';
import { findPasswordProblem, maxPasswordLength, minPasswordLength } from '../../auth/password.ts';
import { recoveryCodeCount } from '../../auth/recovery-codes.ts';
import { confirmSecondFactor } from '../../auth/second-factor.ts';
import { endOtherSessions, endSessionOf, listSessions } from '../../auth/sessions.ts';
import { getPublication } from '../../db/calls.ts';
import { getDeskFacts } from '../../db/desk-facts.ts';
import { findStaff, updateStaff } from '../../db/staff.ts';
import { countRecoveryCodeRows } from '../../db/staff-recovery-codes.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { pickText } from '../../domain/calls.ts';
import { languageCodes } from '../../domain/languages.ts';
import { isLanguage, languages, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { type AccountChange, AccountPage, accountChanges } from '../../views/pages/account.tsx';
import { RecoveryCodesPage } from '../../views/pages/recovery-codes.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { browserOf } from './browser-family.ts';
import { keepStep, readStaffCookie, setStaffCookie } from './cookies.ts';
import { deskFrame } from './desk-frame.ts';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import { renderSecondFactor } from './second-factor-page.tsx';
import { fieldErrors, readForm, say, setRetryAfter } from './small-forms.ts';

const limits = { min: minPasswordLength, max: maxPasswordLength };

const languageForm = z.object({
  language: z
    .string(say('account.languageUnknown'))
    .refine(isLanguage, say('account.languageUnknown')),
});
const passwordForm = z.object({
  currentPassword: z
    .string(say('account.currentPasswordMissing'))
    .min(1, say('account.currentPasswordMissing')),
  password: z.string(say('staff.password.missing')),
});
const proofForm = z.object({ proof: z.string().catch('') });
const codeForm = z.object({ code: z.string().catch('') });
const codesForm = z.object({
  codesPassword: z
    .string(say('account.currentPasswordMissing'))
    .min(1, say('account.currentPasswordMissing')),
  codesProof: z.string(say('signIn.codeMissing')).trim().min(1, say('signIn.codeMissing')),
});
const sessionForm = z.object({ session: z.string().optional().catch(undefined) });

/** One's own account. Paths are below /admin, behind the gate. */
export function accountRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock } = deps;
  const sessionToken = (c: Context<AppEnv>) => readStaffCookie(c, deps, 'feder') ?? '';
  const back = (c: Context<AppEnv>, done: AccountChange) =>
    c.redirect(`/admin/account?done=${done}`, 303);

  /** What one can say that one reads and covers: all languages of the form, the places of all calls. */
  const listReading = async (c: Context<AppEnv>) => {
    const t = translatorFor(c.var.language);
    const own = await findStaff(db, c.var.staff.id);
    const { calls, publication } = await getDeskFacts(db);
    const names = new Map(
      calls.flatMap((call) => {
        const { places } = pickText(call.texts, t.language, publication.language);
        return call.places.map((place): [string, string] => [place, places[place] ?? place]);
      }),
    );
    const options = (all: readonly (readonly [string, string])[], chosen: readonly string[] = []) =>
      all
        .map(([value, label]) => ({ value, label, chosen: chosen.includes(value) }))
        .sort((a, b) => t.compare(a.label, b.label));
    return {
      languages: options(
        languageCodes.map((code) => [code, t.languageName(code)] as const),
        own?.languages,
      ),
      places: options([...names], own?.places),
    };
  };

  const accountPage = async (
    c: Context<AppEnv>,
    { done, errors = [] }: { done?: AccountChange | undefined; errors?: FieldError[] },
  ) => {
    const { staff } = c.var;
    const publication = await getPublication(db);
    return (
      <AccountPage
        frame={await deskFrame(deps, c, publication)}
        staff={staff}
        languages={languages.map((code) => ({
          code,
          name: translatorFor(code).languageName(code),
        }))}
        reading={await listReading(c)}
        minPasswordLength={minPasswordLength}
        ways={await findOwnWays(deps, staff.id)}
        provider={oidcName(deps.config)}
        recoveryCodes={{
          left: await countRecoveryCodeRows(db, staff.id),
          of: recoveryCodeCount,
        }}
        sessions={await listSessions(db, staff.id, { token: sessionToken(c), now: clock.now() })}
        timeZone={publication.timeZone}
        done={done}
        errors={errors}
      />
    );
  };
  const refuse = async (c: Context<AppEnv>, errors: FieldError[], status: 422 | 429 = 422) =>
    sendPage(c, await accountPage(c, { errors }), status);
  const refuseForm: Parameters<typeof readForm>[1] = (c, { error }) =>
    refuse(c, fieldErrors(translatorFor(c.var.language), error, limits));
  const makeWait = (c: Context<AppEnv>, field: string, seconds: number) => {
    const message = translatorFor(c.var.language)('signIn.wait', setRetryAfter(c, seconds));
    return refuse(c, [{ field, message }], 429);
  };

  const showCodes = async (
    c: Context<AppEnv>,
    codes: readonly string[],
    done: AccountChange,
  ): Promise<Response> => {
    const frame = await deskFrame(deps, c);
    const onward = `/admin/account?done=${done}`;
    const shown = { staff: c.var.staff, codes, onward };
    return sendPage(c, <RecoveryCodesPage frame={frame} {...shown} />);
  };

  const setUpPage = async (c: Context<AppEnv>, errors: FieldError[]) => {
    const { staff } = c.var;
    const token = readStaffCookie(c, deps, 'feder-code') ?? '';
    const challenge = await findChallenge(db, token, { kinds: ['replace'], now: clock.now() });
    if (challenge?.staffId !== staff.id) return undefined;
    return renderSecondFactor(await deskFrame(deps, c), {
      secret: readSetUpSecret(keys, challenge),
      account: staff.email,
      staff,
      action: '/admin/account/second-factor/confirm',
      errors,
    });
  };

  return new Hono<AppEnv>()
    .use('/account/*', requirePermission('own-account'), smallBody)
    .get('/account', async (c) => {
      const done = accountChanges.find((change) => change === c.req.query('done'));
      return sendPage(c, await accountPage(c, { done }));
    })
    .post('/account/language', readForm(languageForm, refuseForm), async (c) => {
      await changeLanguage(deps, c.var.staff.id, c.req.valid('form').language);
      return back(c, 'language');
    })
    .post('/account/reading', async (c) => {
      const fields = await readFields(c);
      const { calls } = await getDeskFacts(db);
      const known = calls.flatMap(({ places }) => places);
      const chosen = (name: string, of: readonly string[]): string[] =>
        [...new Set(fields.get(name) ?? [])].filter((one) => of.includes(one));
      await updateStaff(db, c.var.staff.id, {
        ...{ languages: chosen('reads', languageCodes), places: chosen('covers', known) },
      });
      return back(c, 'reading');
    })
    .post('/account/password', readForm(passwordForm, refuseForm), async (c) => {
      const { staff } = c.var;
      const t = translatorFor(c.var.language);
      const { currentPassword, password } = c.req.valid('form');
      const { name: siteName } = await getPublication(db);
      const personal = [staff.name, staff.email, siteName];
      const problem = findPasswordProblem(password, personal);
      if (problem) {
        const message = t(`staff.password.${problem}`, limits);
        return await refuse(c, [{ field: 'password', message }]);
      }
      const outcome = await changePassword(deps, staff, {
        ...{ current: currentPassword, password, browser: browserOf(c) },
        session: sessionToken(c),
      });
      if (outcome.kind === 'wait') return await makeWait(c, 'currentPassword', outcome.seconds);
      if (outcome.kind === 'wrong') {
        const message = t('account.currentPasswordWrong');
        return await refuse(c, [{ field: 'currentPassword', message }]);
      }
      await keepStep(c, deps, { kind: 'session', token: outcome.token, email: staff.email });
      return back(c, 'password');
    })
    .post('/account/second-factor', readForm(proofForm, refuseForm), async (c) => {
      const { staff } = c.var;
      const t = translatorFor(c.var.language);
      const { secondFactor: isOn } = await findOwnWays(deps, staff.id);
      const { proof } = c.req.valid('form');
      if (proof.trim() === '') {
        const message = t(isOn ? 'signIn.codeMissing' : 'account.currentPasswordMissing');
        return await refuse(c, [{ field: 'proof', message }]);
      }
      const outcome = await beginSecondFactor(deps, staff, proof);
      if (outcome.kind === 'wait') return await makeWait(c, 'proof', outcome.seconds);
      if (outcome.kind === 'wrong') {
        const message = t(isOn ? 'signIn.codeWrong' : 'account.currentPasswordWrong');
        return await refuse(c, [{ field: 'proof', message }]);
      }
      setStaffCookie(c, deps, { name: 'feder-code', value: outcome.token });
      return c.redirect('/admin/account/second-factor', 303);
    })
    .get('/account/second-factor', async (c) => {
      const page = await setUpPage(c, []);
      return page ? sendPage(c, page) : c.redirect('/admin/account', 303);
    })
    .post('/account/second-factor/confirm', readForm(codeForm, refuseForm), async (c) => {
      const { staff } = c.var;
      const t = translatorFor(c.var.language);
      const token = readStaffCookie(c, deps, 'feder-code') ?? '';
      const { code } = c.req.valid('form');
      const begun = { kind: 'replace', staffId: staff.id } as const;
      const mark = readStaffCookie(c, deps, 'feder-device');
      const answer = { token, code, mark, browser: browserOf(c) };
      const outcome = await confirmSecondFactor(deps, answer, begun);
      if (outcome.kind === 'session') {
        await keepStep(c, deps, outcome);
        return await showCodes(c, outcome.recoveryCodes, 'factor');
      }
      if (outcome.kind === 'expired') {
        return await refuse(c, [{ field: 'proof', message: t('account.factorExpired') }]);
      }
      const isWait = outcome.kind === 'wait';
      const message = isWait
        ? t('signIn.wait', setRetryAfter(c, outcome.seconds))
        : t(code.trim() === '' ? 'signIn.codeMissing' : 'staff.setUpWrong');
      const page = await setUpPage(c, [{ field: 'code', message }]);
      return page
        ? sendPage(c, page, isWait ? 429 : 422)
        : await refuse(c, [{ field: 'proof', message: t('account.factorExpired') }]);
    })
    .post('/account/recovery-codes', readForm(codesForm, refuseForm), async (c) => {
      const t = translatorFor(c.var.language);
      const { codesPassword: password, codesProof: code } = c.req.valid('form');
      const outcome = await renewOwnRecoveryCodes(deps, c.var.staff, { password, code });
      if (outcome.kind === 'renewed') return await showCodes(c, outcome.codes, 'codes');
      if (outcome.kind === 'wait') return await makeWait(c, 'codesPassword', outcome.seconds);
      return await refuse(c, [
        outcome.what === 'password'
          ? { field: 'codesPassword', message: t('account.currentPasswordWrong') }
          : { field: 'codesProof', message: t('signIn.codeWrong') },
      ]);
    })
    .post('/account/sessions', readForm(sessionForm, refuseForm), async (c) => {
      const { session } = c.req.valid('form');
      if (session === undefined) {
        await endOtherSessions(db, c.var.staff.id, sessionToken(c));
        return back(c, 'sessions');
      }
      if (isId(session)) await endSessionOf(db, c.var.staff.id, session);
      return back(c, 'session');
    });
}

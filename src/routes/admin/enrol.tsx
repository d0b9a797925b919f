import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { enrol, getEnrolment } from '../../auth/enrolment.ts';
import { findPasswordProblem, maxPasswordLength, minPasswordLength } from '../../auth/password.ts';
import type { StaffRow } from '../../db/staff.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { parseEmailAddress } from '../../domain/email-address.ts';
import { cleanLine, lengthOf } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { EnrolEndedPage, EnrolPage } from '../../views/pages/enrol.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { browserOf } from './browser-family.ts';
import { keepStep } from './cookies.ts';
import { deskFrame } from './desk-frame.ts';
import { pageAfter } from './next-page.ts';
import { fieldErrors, readForm, say, speakBrowserLanguage, typed } from './small-forms.ts';

const maxNameLength = 200;
const limits = { min: minPasswordLength, max: maxPasswordLength };

const enrolForm = z.object({
  password: z.string(say('staff.password.missing')),
  name: z.string().optional(),
  email: z.string().optional(),
});
const firstAdminForm = z.object({
  name: z
    .string(say('enrol.nameMissing'))
    .transform(cleanLine)
    .refine((name) => name !== '', say('enrol.nameMissing'))
    .refine((name) => lengthOf(name) <= maxNameLength, say('enrol.nameLong')),
  email: z.string(say('enrol.emailMissing')).transform((raw, context) => {
    const email = cleanLine(raw);
    const address = parseEmailAddress(email);
    if (address) return address;
    const message = say(email === '' ? 'enrol.emailMissing' : 'enrol.emailWrong');
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
});

/**
 * Where enrolment links lead. A GET uses nothing up: mail scanners may open it. Paths are below
 * /admin; the gate must not stand before them.
 */
export function enrolRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;
  const getInvited = (c: Context<AppEnv>) =>
    getEnrolment(db, c.req.param('token') ?? '', clock.now());

  type Shown = { invited: StaffRow | null; form?: unknown; errors?: FieldError[] };
  const enrolPage = async (c: Context<AppEnv>, { invited, form, errors = [] }: Shown) => (
    <EnrolPage
      frame={await deskFrame(deps, c)}
      action={`/admin/enrol/${c.req.param('token')}`}
      account={invited?.email ?? null}
      name={typed(form, 'name')}
      email={typed(form, 'email')}
      minPasswordLength={minPasswordLength}
      errors={errors}
    />
  );

  const routes = new Hono<AppEnv>();
  routes.onError(async (error, c) => {
    if (!(error instanceof AppError) || error.code !== 'gone') throw error;
    return sendPage(c, <EnrolEndedPage frame={await deskFrame(deps, c)} />, 410);
  });
  return routes
    .use('/enrol/*', speakBrowserLanguage, smallBody)
    .get('/enrol/:token', async (c) => {
      return sendPage(c, await enrolPage(c, { invited: await getInvited(c) }));
    })
    .post(
      '/enrol/:token',
      readForm(enrolForm, async (c, { error, form }) => {
        const errors = fieldErrors(translatorFor(c.var.language), error, limits);
        const page = await enrolPage(c, { invited: await getInvited(c), form, errors });
        return sendPage(c, page, 422);
      }),
      async (c) => {
        const t = translatorFor(c.var.language);
        const invited = await getInvited(c);
        const form = c.req.valid('form');
        const person = invited ? undefined : firstAdminForm.safeParse(form);
        const errors = person?.success === false ? fieldErrors(t, person.error, limits) : [];
        const { name = '', email = '' } = invited ?? form;
        const { siteName } = await deskFrame(deps, c);
        const problem = findPasswordProblem(form.password, [name, email, siteName]);
        if (problem) {
          errors.push({ field: 'password', message: t(`staff.password.${problem}`, limits) });
        }
        if (errors.length > 0)
          return sendPage(c, await enrolPage(c, { invited, form, errors }), 422);
        const step = await enrol(deps, c.req.param('token'), {
          password: form.password,
          browser: browserOf(c),
          firstAdmin: person?.data && { ...person.data, language: c.var.language },
        });
        await keepStep(c, deps, step);
        return c.redirect(pageAfter(step, undefined), 303);
      },
    );
}

import { type Context, Hono } from 'hono';
import { readUnsealed, unsealIdentity } from '../../actions/unseal-identity.ts';
import { getPublication } from '../../db/calls.ts';
import { listAllLooks, listLooks } from '../../db/looks.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { findLongTexts } from '../../domain/contributors.ts';
import { cleanLine } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { IdentityPage } from '../../views/pages/identity.tsx';
import { LooksPage } from '../../views/pages/looks.tsx';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { sayDetailProblems } from './contributors.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readLogPage } from './log-page.ts';
import type { ApplicationAnswers } from './review-answers.ts';

/** What is sealed of discreet applicants, and who opened it. Paths are below /admin. */
export function identityRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db } = deps;
  const permitted = requirePermission('unseal-identity');

  const getDiscreet = async (c: Context<AppEnv>) => {
    const application = await answers.get(c);
    if (!application.discreet) throw new AppError('not-found');
    return application;
  };

  const show = async (
    c: Context<AppEnv>,
    happened: { lookReason: string; errors: FieldError[] } = { lookReason: '', errors: [] },
  ) => {
    const { id, reference } = await getDiscreet(c);
    const publication = await getPublication(db);
    return sendPage(
      c,
      <IdentityPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        reference={reference}
        identity={await readUnsealed(deps, reference, c.var.staff.id)}
        looks={await listLooks(deps, id)}
        timeZone={publication.timeZone}
        {...happened}
      />,
      happened.errors.length > 0 ? 422 : 200,
    );
  };

  return new Hono<AppEnv>()
    .get('/looks', requirePermission('read-looks'), async (c) => {
      const publication = await getPublication(db);
      const { shown, older } = await readLogPage(c, (span) => listAllLooks(deps, span));
      return sendPage(
        c,
        <LooksPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          looks={shown}
          older={older}
          timeZone={publication.timeZone}
        />,
      );
    })
    .get('/applications/:reference/identity', permitted, (c) => show(c))
    .post('/applications/:reference/identity', permitted, smallBody, async (c) => {
      const application = await getDiscreet(c);
      const lookReason = cleanLine((await readSmallForm(c))('lookReason'));
      const problems =
        lookReason === ''
          ? [{ field: 'lookReason', key: 'contributor.problem.lookReason' } as const]
          : findLongTexts({ lookReason });
      if (problems.length > 0) {
        const errors = sayDetailProblems(translatorFor(c.var.language), problems);
        return await show(c, { lookReason, errors });
      }
      const look = { reason: lookReason, staffId: c.var.staff.id };
      await unsealIdentity(deps, application, look);
      return c.redirect(`/admin/applications/${application.reference}/identity`, 303);
    });
}

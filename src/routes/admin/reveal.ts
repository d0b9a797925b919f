import { Hono } from 'hono';
import { revealIdentity } from '../../actions/reveal-identity.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { smallBody } from '../small-body.ts';
import { requirePermission } from './gate.ts';
import type { ApplicationAnswers } from './review-answers.ts';
import { walkQuery } from './walk.ts';

/** Tells the reviewers of a blind call who sent an application; once more changes nothing. */
export function revealRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  return new Hono<AppEnv>().post(
    '/applications/:reference/reveal',
    requirePermission('reveal-identity'),
    smallBody,
    async (c) => {
      const { id, reference } = await answers.get(c);
      await revealIdentity(deps, { id, staffId: c.var.staff.id });
      return c.redirect(
        `/admin/applications/${reference}${walkQuery(c, { revealed: 'yes' })}#blind`,
        303,
      );
    },
  );
}

import { Hono } from 'hono';
import { decidePair } from '../../actions/decide-pair.ts';
import { findByReference } from '../../db/applications.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { pairActs } from '../../domain/pairs.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { readSmallForm, smallBody } from '../small-body.ts';
import { requirePermission } from './gate.ts';
import { type ApplicationAnswers, answerWith } from './review-answers.ts';
import { walkQuery } from './walk.ts';

/** What editors make of two applications that may be one person's. */
export function pairRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  return new Hono<AppEnv>().post(
    '/applications/:reference/pairs/:other',
    requirePermission('pair-applications'),
    smallBody,
    async (c) => {
      const application = await answers.get(c);
      const { id, reference } = application;
      const other = found(await findByReference(deps.db, c.req.param('other')));
      const field = await readSmallForm(c);
      const act = pairActs.find((one) => one === field('act'));
      if (!act) throw new AppError('malformed');
      try {
        const decision = { id, otherId: other.id, act, seen: field('seen') };
        const outcome = await decidePair(deps, { ...decision, staffId: c.var.staff.id });
        if (outcome === 'letter-held') {
          const text = translatorFor(c.var.language)('pair.letterHeld');
          return await answerWith(answers, c, application, { notice: { text, bad: true } });
        }
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        const text = translatorFor(c.var.language)('pair.conflict');
        const conflict = { text, changes: [], differences: [] };
        return await answerWith(answers, c, application, { conflict });
      }
      return c.redirect(`/admin/applications/${reference}${walkQuery(c)}`, 303);
    },
  );
}

import { Hono } from 'hono';
import { liftHold, placeHold } from '../../actions/hold-application.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { holdReasonLimit } from '../../domain/retention.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { requirePermission } from './gate.ts';
import { type ApplicationAnswers, answerWith } from './review-answers.ts';
import { walkQuery } from './walk.ts';

/** Legal holds on an application: placed with a reason, and lifted. */
export function holdRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  return new Hono<AppEnv>().post(
    '/applications/:reference/hold',
    requirePermission('hold-applications'),
    smallBody,
    async (c) => {
      const application = await answers.get(c);
      const { id, reference } = application;
      const field = await readSmallForm(c);
      const t = translatorFor(c.var.language);
      const staffId = c.var.staff.id;
      const reason = cleanText(field('holdReason'));
      const isLift = field('act') === 'lift';
      const isTooLong = reason.length > holdReasonLimit;
      if (!isLift && (reason === '' || isTooLong)) {
        const key = isTooLong ? 'retention.reason.tooLong' : 'retention.reason.missing';
        const errors = [{ field: 'holdReason', message: t(key, { limit: holdReasonLimit }) }];
        return sendPage(
          c,
          await answers.render(c, application, { hold: { reason, errors }, reviewing: {} }),
          422,
        );
      }
      try {
        if (isLift) await liftHold(deps, { id, staffId });
        else await placeHold(deps, { id, reason, staffId });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        const conflict = { text: t('admin.application.changed'), changes: [], differences: [] };
        return await answerWith(answers, c, application, { conflict });
      }
      return c.redirect(`/admin/applications/${reference}${walkQuery(c)}`, 303);
    },
  );
}

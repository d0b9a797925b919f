import { zValidator } from '@hono/zod-validator';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { moveApplication } from '../../actions/move-application.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import { listEventsSince } from '../../db/events.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { isDecisionAct, standingOf, transitions } from '../../domain/stages.ts';
import { AppError } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { DeskConflict } from '../../views/components/desk-conflict.tsx';
import { standingName } from '../../views/components/stage-chip.tsx';
import { smallBody } from '../small-body.ts';
import { type ApplicationAnswers, answerWith } from './review-answers.ts';
import { walkQuery } from './walk.ts';

const moveForm = z.object({
  name: z.string(),
  from: z.string(),
  /** The newest event that the page showed; a script may leave it out. */
  seen: z.coerce.number().int().nonnegative().optional(),
});

/** An application's moves from stage to stage. Paths are below /admin. */
export function transitionRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db } = deps;

  /** Somebody moved it meanwhile: who, when, and what the reader wanted instead. */
  const sayStageConflict = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    { name, seen }: { name: string; seen: number | undefined },
  ): Promise<DeskConflict> => {
    const t = translatorFor(c.var.language);
    const known = transitions.find((one) => one.name === name)?.name;
    const stands = standingName(t, standingOf(application));
    return {
      text: t(application.mergedInto === null ? 'admin.application.changed' : 'pair.follows'),
      changes:
        seen === undefined
          ? []
          : await listEventsSince(db, application.id, { seen, subject: 'stage' }),
      differences: known
        ? [{ what: t('transition.title'), asked: t(`transition.${known}`), stands }]
        : [],
    };
  };

  return new Hono<AppEnv>().post(
    '/applications/:reference/transitions',
    smallBody,
    zValidator('form', moveForm, (result) => {
      if (!result.success) throw new AppError('malformed');
    }),
    async (c) => {
      const { staff } = c.var;
      if (!transitions.some((one) => one.roles.some((role) => role === staff.role))) {
        throw new AppError('not-found');
      }
      const { id, reference } = await answers.get(c);
      const { name, from, seen } = c.req.valid('form');
      if (isDecisionAct(name)) {
        return c.redirect(`/admin/applications/${reference}/decide/${name}${walkQuery(c)}`, 303);
      }
      try {
        await moveApplication(deps, { id, name, from, seen, staff });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        const now = await answers.get(c);
        const conflict = await sayStageConflict(c, now, { name, seen });
        return await answerWith(answers, c, now, { conflict });
      }
      const filters = walkQuery(c, { moved: 'yes' });
      return c.redirect(`/admin/applications/${reference}${filters}`, 303);
    },
  );
}

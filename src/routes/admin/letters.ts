import { type Context, Hono } from 'hono';
import { hurryDecision, recallDecision, resendLetter } from '../../actions/recall-decision.ts';
import { findByReference, type HeldApplication } from '../../db/applications.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AppError, found } from '../../errors.ts';
import type { LetterOutcome } from '../../views/pages/application.tsx';
import { isId } from '../attachment.ts';
import { readSmallForm, smallBody } from '../small-body.ts';
import { requirePermission } from './gate.ts';
import { walkQuery } from './walk.ts';

/** What can be done about the letter of the act that stands: recalled, let go at once, sent again. */
export function letterRoutes(deps: Deps): Hono<AppEnv> {
  const act = async (
    c: Context<AppEnv>,
    perform: (
      application: HeldApplication,
      wanted: { id: string; actId: string; staffId: string },
    ) => Promise<LetterOutcome>,
  ) => {
    const application = found(await findByReference(deps.db, c.req.param('reference') ?? ''));
    const field = await readSmallForm(c);
    const actId = field('act');
    if (!isId(actId)) throw new AppError('malformed');
    const wanted = { id: application.id, actId, staffId: c.var.staff.id };
    const letter = await perform(application, wanted);
    if (field('back') === 'outbox') return c.redirect(`/admin/outbox?done=${letter}`, 303);
    const filters = walkQuery(c, { letter });
    return c.redirect(`/admin/applications/${application.reference}${filters}#next-step`, 303);
  };
  const gate = requirePermission('decide');
  return new Hono<AppEnv>()
    .post('/applications/:reference/letter/recall', gate, smallBody, (c) =>
      act(c, (_, wanted) => recallDecision(deps, wanted)),
    )
    .post('/applications/:reference/letter/hurry', gate, smallBody, (c) =>
      act(c, async (_, wanted) => ((await hurryDecision(deps, wanted)) ? 'hurried' : 'left')),
    )
    .post('/applications/:reference/letter/resend', gate, smallBody, (c) =>
      act(c, async (application, wanted) =>
        (await resendLetter(deps, application, wanted)) ? 'resent' : 'left',
      ),
    );
}

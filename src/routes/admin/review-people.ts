import { type Context, Hono } from 'hono';
import {
  assignByLoad,
  changeAssignment,
  type DeskOutcome,
} from '../../actions/change-assignment.ts';
import { setHandlingEditor, setReviewersWanted } from '../../actions/set-handling.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import { listWorkloads } from '../../db/review-assignments.ts';
import { getReviewDesk } from '../../db/review-desk.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { isEditorAct, isOwnAct, isRecusal } from '../../domain/review-assignments.ts';
import { reviewersWantedLimit } from '../../domain/reviews.ts';
import { AppError } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { DeskConflict } from '../../views/components/desk-conflict.tsx';
import { isId } from '../attachment.ts';
import { smallBody } from '../small-body.ts';
import { readCarried, readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import { type ApplicationAnswers, answerWith, redirectDone } from './review-answers.ts';

import type { ReviewHappening } from './review-page.ts';

/** Who reviews an application and who handles it. Paths are below /admin. */
export function reviewPeopleRoutes(deps: Deps, page: ApplicationAnswers): Hono<AppEnv> {
  const { db } = deps;

  const answerOutcome = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    outcome: DeskOutcome,
    happened: { what: string } & Pick<ReviewHappening, 'chosen'> & {
        differences?: DeskConflict['differences'];
      },
  ) => {
    const t = translatorFor(c.var.language);
    const { chosen = {}, what, differences = [] } = happened;
    if (outcome.kind === 'done') return redirectDone(c, application, what);
    const now = await page.get(c);
    if (outcome.kind === 'stale') {
      const text = t('admin.application.changed');
      const conflict = { text, changes: outcome.changes, differences };
      return await answerWith(page, c, now, { conflict, chosen });
    }
    const text =
      outcome.kind === 'nobody'
        ? t('assign.nobody')
        : t('review.notOpen', { stage: t(`stage.${outcome.stage}`) });
    return await answerWith(page, c, now, { notice: { text, bad: true }, chosen });
  };

  return new Hono<AppEnv>()
    .post(
      '/applications/:reference/assignment',
      requirePermission('review'),
      smallBody,
      async (c) => {
        const application = await page.get(c);
        const fields = await readFields(c);
        const seen = readCarried(fields, 'seen');
        const act = fields.get('act')?.[0] ?? '';
        if (!isOwnAct(act)) throw new AppError('malformed');
        const asked = { id: application.id, staff: c.var.staff, seen };
        const what = {
          ...{ claim: 'claimed', return: 'returned', recuse: 'recused' },
          'undo-recusal': 'recusal-undone',
        }[act];
        if (act !== 'recuse') {
          return await answerOutcome(
            c,
            application,
            await changeAssignment(deps, { ...asked, act }),
            {
              what,
            },
          );
        }
        const recusal = fields.get('recusal')?.[0] ?? '';
        if (!isRecusal(recusal)) {
          const message = translatorFor(c.var.language)('recusal.missing');
          return await answerWith(
            page,
            c,
            application,
            { errors: [{ field: 'recusal', message }] },
            422,
          );
        }
        const outcome = await changeAssignment(deps, { ...asked, act, recusal });
        return await answerOutcome(c, application, outcome, { what });
      },
    )
    .post(
      '/applications/:reference/assignments',
      requirePermission('assign'),
      smallBody,
      async (c) => {
        const application = await page.get(c);
        const fields = await readFields(c);
        const asked = { id: application.id, staff: c.var.staff, seen: readCarried(fields, 'seen') };
        const act = fields.get('act')?.[0] ?? '';
        if (act === 'by-load') {
          const outcome = await assignByLoad(deps, asked);
          return await answerOutcome(c, application, outcome, { what: 'assigned' });
        }
        const reviewer = fields.get('reviewer')?.[0] ?? '';
        if (!isEditorAct(act) || !isId(reviewer)) throw new AppError('malformed');
        const outcome = await changeAssignment(deps, { ...asked, act, reviewerId: reviewer });
        const what = act === 'assign' ? 'assigned' : 'unassigned';
        const chosen = act === 'assign' ? { reviewer } : {};
        return await answerOutcome(c, application, outcome, { what, chosen });
      },
    )
    .post(
      '/applications/:reference/handling',
      requirePermission('assign'),
      smallBody,
      async (c) => {
        const t = translatorFor(c.var.language);
        const application = await page.get(c);
        const fields = await readFields(c);
        const editor = fields.get('editor')?.[0] ?? '';
        if (editor !== '' && !isId(editor)) throw new AppError('malformed');
        const outcome = await setHandlingEditor(deps, {
          ...{ id: application.id, staff: c.var.staff, seen: readCarried(fields, 'seen') },
          editorId: editor === '' ? null : editor,
        });
        if (outcome.kind === 'done') return redirectDone(c, application, 'handling');
        const people = await listWorkloads(db);
        const { handlingEditor } = await getReviewDesk(db, application.id, c.var.staff);
        const none = t('handling.none');
        const difference = {
          what: t('handling.title'),
          asked: people.find(({ id }) => id === editor)?.name ?? none,
          stands: handlingEditor ?? none,
        };
        return await answerOutcome(c, application, outcome, {
          ...{ what: 'handling', chosen: { editor }, differences: [difference] },
        });
      },
    )
    .post(
      '/applications/:reference/reviewers-wanted',
      requirePermission('assign'),
      smallBody,
      async (c) => {
        const t = translatorFor(c.var.language);
        const application = await page.get(c);
        const fields = await readFields(c);
        const typed = fields.get('wanted')?.[0] ?? '';
        const wanted = typed === '' ? null : Number(typed);
        const isNumber = wanted === null || (/^\d$/.test(typed) && wanted <= reviewersWantedLimit);
        if (!isNumber) throw new AppError('malformed');
        const outcome = await setReviewersWanted(deps, {
          ...{ id: application.id, staff: c.var.staff, wanted },
          seen: readCarried(fields, 'seen'),
        });
        if (outcome.kind === 'done') return redirectDone(c, application, 'wanted');
        const { wantedOwn } = await getReviewDesk(db, application.id, c.var.staff);
        const say = (value: number | null): string =>
          value === null ? t('assign.wantedAsCall') : t.number(value);
        const difference = {
          ...{ what: t('assign.wanted'), asked: say(wanted), stands: say(wantedOwn) },
        };
        return await answerOutcome(c, application, outcome, {
          ...{ what: 'wanted', chosen: { wanted: typed }, differences: [difference] },
        });
      },
    );
}

import { type Context, Hono } from 'hono';
import { keepReview, type SavedReview } from '../../actions/save-review.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { judgeReview } from '../../domain/reviews.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { requirePermission } from './gate.ts';
import { type ApplicationAnswers, answerWith, redirectDone } from './review-answers.ts';
import { readSentReview, type SentReview, sayReviewProblems, sayRival } from './review-form.ts';
import type { ReviewHappening } from './review-page.ts';
import { messageBody } from './small-forms.ts';

/** Reviews as their reviewers write them. Paths are below /admin. */
export function reviewRoutes(deps: Deps, page: ApplicationAnswers): Hono<AppEnv> {
  const store = (
    c: Context<AppEnv>,
    { id }: ReadApplication,
    { content, callVersionId, typing, fields }: SentReview,
    intent: 'save' | 'submit',
  ): Promise<SavedReview> =>
    keepReview(deps, {
      ...{ id, reviewer: c.var.staff, content, callVersionId, typing, intent },
      claim: fields.get('claim')?.[0] === 'yes',
    });

  return new Hono<AppEnv>()
    .post(
      '/applications/:reference/review',
      requirePermission('review'),
      messageBody,
      async (c) => {
        const application = await page.get(c);
        const t = translatorFor(c.var.language);
        const sent = await readSentReview(deps, c, application);
        const { content, callVersionId, keys } = sent;
        const intent = sent.fields.get('intent')?.[0] === 'submit' ? 'submit' : 'save';
        const keep = (errors: FieldError[] = []): ReviewHappening => ({
          sent: { content, callVersionId, errors },
        });
        const problems = judgeReview(content, keys, intent);
        if (problems.length > 0) {
          return await answerWith(
            page,
            c,
            application,
            keep(sayReviewProblems(t, problems, sent.criteria)),
            422,
          );
        }
        const saved = await store(c, application, sent, intent);
        if (saved.kind === 'saved' || saved.kind === 'submitted')
          return redirectDone(c, application, saved.kind);
        const now = await page.get(c);
        if (saved.kind === 'rival') {
          const conflict = sayRival(t, sent, saved.review);
          return await answerWith(page, c, now, { ...keep(), conflict });
        }
        const text =
          saved.kind === 'closed'
            ? t('review.closedMeanwhile', { stage: t(`stage.${saved.stage}`) })
            : t(saved.recused ? 'review.recusedMeanwhile' : 'review.unassigned');
        return await answerWith(page, c, now, { ...keep(), notice: { text, bad: true } });
      },
    )
    .post(
      '/applications/:reference/review/draft',
      requirePermission('review'),
      messageBody,
      async (c) => {
        const application = await page.get(c);
        const t = translatorFor(c.var.language);
        const sent = await readSentReview(deps, c, application);
        const [problem] = judgeReview(sent.content, sent.keys, 'save');
        if (problem) {
          const [error] = sayReviewProblems(t, [problem], sent.criteria);
          return c.json({ message: error?.message }, 422);
        }
        const saved = await store(c, application, sent, 'save');
        if (saved.kind === 'saved') return c.json({ revision: saved.revision });
        const messages = {
          submitted: () => '',
          rival: () => t('review.rival'),
          closed: () => t('review.closed'),
          unassigned: () => t('review.unassigned'),
        };
        return c.json({ message: messages[saved.kind]() }, 409);
      },
    );
}

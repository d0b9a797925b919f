import { type Context, Hono } from 'hono';
import { addTag, changeTagName, removeTag, removeUnusedTag } from '../../actions/change-tags.ts';
import { listTagUses, tagUseLimit } from '../../db/tags.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type TagProblem, tagLimits } from '../../domain/tags.ts';
import { AppError, found } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { TagsPage } from '../../views/pages/tags.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { type ApplicationAnswers, answerWith } from './review-answers.ts';
import { walkQuery } from './walk.ts';

/** Why a tag's name does not do. */
export function sayTagProblem(t: Translator, problem: TagProblem): string {
  const { length, inAll, perApplication } = tagLimits;
  if (problem === 'long') return t('tag.problem.long', { limit: length });
  if (problem === 'many') return t('tag.problem.many', { limit: inAll });
  if (problem === 'manyHere') return t('tag.problem.manyHere', { limit: perApplication });
  return t(problem === 'empty' ? 'tag.problem.empty' : 'tag.problem.taken');
}

/** Tags of one application, and the page of them all. */
export function tagRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db } = deps;
  const permitted = requirePermission('tag-applications');

  const showTags = async (
    c: Context<AppEnv>,
    happened: {
      typed?: { id: string; name: string };
      errors?: FieldError[];
      notice?: { text: string; bad: boolean } | undefined;
    },
    status: 200 | 409 | 422 = 200,
  ) =>
    sendPage(
      c,
      <TagsPage
        frame={await deskFrame(deps, c)}
        staff={c.var.staff}
        tags={await listTagUses(db)}
        useLimit={tagUseLimit}
        typed={happened.typed}
        errors={happened.errors ?? []}
        notice={happened.notice}
      />,
      status,
    );

  return new Hono<AppEnv>()
    .post('/applications/:reference/tags', permitted, smallBody, async (c) => {
      const application = await answers.get(c);
      const { id, reference } = application;
      const staffId = c.var.staff.id;
      const field = await readSmallForm(c);
      const typed = field('tag');
      if (field('act') === 'remove' && isId(typed)) {
        await removeTag(deps, { id, tagId: typed, staffId });
      } else if (field('act') === 'add') {
        const outcome = await addTag(deps, { id, typed, staffId });
        if (outcome.kind === 'refused') {
          const message = sayTagProblem(translatorFor(c.var.language), outcome.problem);
          const errors = [{ field: 'tag', message }];
          return await answerWith(answers, c, application, { errors, chosen: { tag: typed } }, 422);
        }
      } else throw new AppError('malformed');
      return c.redirect(`/admin/applications/${reference}${walkQuery(c)}#tags`, 303);
    })
    .get('/tags', permitted, async (c) => {
      const t = translatorFor(c.var.language);
      const done = { renamed: t('tag.renamed'), removed: t('tag.removed') };
      const text = Object.entries(done).find(([name]) => name === c.req.query('done'))?.[1];
      return await showTags(c, { notice: text ? { text, bad: false } : undefined });
    })
    .post('/tags/:id', permitted, smallBody, async (c) => {
      const t = translatorFor(c.var.language);
      const id = c.req.param('id');
      if (!isId(id)) found(undefined);
      const field = await readSmallForm(c);
      if (field('act') === 'remove') {
        if (await removeUnusedTag(deps, id)) return c.redirect('/admin/tags?done=removed', 303);
        return await showTags(c, { notice: { text: t('tag.notRemoved'), bad: true } }, 409);
      }
      if (field('act') !== 'rename') throw new AppError('malformed');
      const outcome = await changeTagName(deps, { id, typed: field('name') });
      if (outcome.kind === 'done') return c.redirect('/admin/tags?done=renamed', 303);
      const errors = [{ field: `name-${id}`, message: sayTagProblem(t, outcome.problem) }];
      return await showTags(c, { typed: { id, name: field('name') }, errors }, 422);
    });
}

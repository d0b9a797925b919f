import { type Context, Hono } from 'hono';
import { changeView, removeView, saveView, type ViewProblem } from '../../actions/save-view.ts';
import { getDeskFacts } from '../../db/desk-facts.ts';
import { setStartView } from '../../db/saved-views.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { builtInViews, mayChangeView, viewLimits, wholeList } from '../../domain/list-views.ts';
import { may } from '../../domain/permissions.ts';
import { AppError, found } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { formatListQuery } from '../../views/components/list-links.ts';
import { SavedViewsPage } from '../../views/pages/saved-views.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { readSmallForm, smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { knownOf, parseListQuery, readFilter, readListQuery } from './list-query.ts';

function sayProblem(t: Translator, problem: ViewProblem): string {
  const { length, perPerson } = viewLimits;
  if (problem === 'long') return t('view.problem.long', { limit: length });
  return problem === 'many'
    ? t('view.problem.many', { limit: perPerson })
    : t('view.problem.empty');
}

/** Filters of the list that are kept under a name. Paths are below /admin. */
export function savedViewRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock } = deps;

  const showViews = async (
    c: Context<AppEnv>,
    happened: {
      query?: string;
      typed?: { id: string; name: string; shared: boolean };
      errors?: FieldError[];
    },
  ) => {
    const { staff } = c.var;
    const t = translatorFor(c.var.language);
    const facts = await getDeskFacts(db, staff.id);
    const { query = '', typed, errors = [] } = happened;
    const known = knownOf(facts);
    const isBroken = (text: string) =>
      readFilter(parseListQuery(text), { keys, clock, reader: staff }, known).problems.length > 0;
    const done = { changed: t('view.changed'), removed: t('view.removed') };
    const page = (
      <SavedViewsPage
        frame={await deskFrame(deps, c, facts.publication)}
        staff={staff}
        query={query}
        typed={typed}
        errors={errors}
        notice={Object.entries(done).find(([name]) => name === c.req.query('done'))?.[1]}
        views={facts.views.map((view) => ({
          ...view,
          owner: view.ownerId === staff.id ? undefined : view.ownerName,
          mayChange: mayChangeView(view, staff),
          broken: isBroken(view.query),
        }))}
      />
    );
    return sendPage(c, page, errors.length > 0 ? 422 : 200);
  };

  return new Hono<AppEnv>()
    .use('/views/*', requirePermission('save-views'))
    .get('/views', (c) =>
      showViews(c, { query: formatListQuery(readListQuery(c)).replace(/^\?/, '') }),
    )
    .post('/views', smallBody, async (c) => {
      const t = translatorFor(c.var.language);
      const { staff } = c.var;
      const field = await readSmallForm(c);
      const [name, shared] = [field('name'), field('shared') === 'yes'];
      const read = parseListQuery(field('query'));
      const query = formatListQuery(read).replace(/^\?/, '');
      if (query === '') throw new AppError('malformed');
      const known = knownOf(await getDeskFacts(db));
      const typed = { id: '', name, shared };
      if (readFilter(read, { keys, clock, reader: staff }, known).problems.length > 0) {
        const errors = [{ field: 'name', message: t('view.problem.broken') }];
        return await showViews(c, { query, typed, errors });
      }
      const outcome = await saveView(deps, { staff, name, shared, query });
      if (outcome.kind === 'done') return c.redirect(`/admin?${query}`, 303);
      const errors = [{ field: 'name', message: sayProblem(t, outcome.problem) }];
      return await showViews(c, { query, typed, errors });
    })
    .post('/views/start', smallBody, async (c) => {
      const { staff } = c.var;
      const field = await readSmallForm(c);
      const id = field('view');
      if (id === '') {
        await setStartView(db, staff.id, null);
        return c.redirect(wholeList, 303);
      }
      const { views } = await getDeskFacts(db, staff.id);
      const builtIn = builtInViews.find(
        ({ name, permission }) => name === id && may(staff.role, permission),
      );
      const { query } = found(builtIn ?? views.find((one) => one.id === id));
      await setStartView(db, staff.id, id);
      return c.redirect(`/admin?${query}`, 303);
    })
    .post('/views/:id', smallBody, async (c) => {
      const { staff } = c.var;
      const id = c.req.param('id');
      if (!isId(id)) found(undefined);
      const field = await readSmallForm(c);
      if (field('act') === 'remove') {
        await removeView(deps, { staff, id });
        return c.redirect('/admin/views?done=removed', 303);
      }
      if (field('act') !== 'change') throw new AppError('malformed');
      const [name, shared] = [field('name'), field('shared') === 'yes'];
      const outcome = await changeView(deps, { staff, id, name, shared });
      if (outcome.kind === 'done') return c.redirect('/admin/views?done=changed', 303);
      const message = sayProblem(translatorFor(c.var.language), outcome.problem);
      return await showViews(c, {
        typed: { id, name, shared },
        errors: [{ field: `name-${id}`, message }],
      });
    });
}

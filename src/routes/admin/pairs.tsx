import { Hono } from 'hono';
import { decidePair } from '../../actions/decide-pair.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { pairActs } from '../../domain/pairs.ts';
import { AppError } from '../../errors.ts';
import { formatListQuery } from '../../views/components/list-links.ts';
import { readSmallForm } from '../small-body.ts';
import { getApplication } from './applications.tsx';
import { requirePermission } from './gate.ts';
import { readListQuery } from './list-query.ts';
import { smallBody } from './small-forms.ts';

/** What editors make of two applications that may be one person's. */
export function pairRoutes(deps: Deps): Hono<AppEnv> {
  return new Hono<AppEnv>().post(
    '/applications/:reference/pairs/:other',
    requirePermission('pair-applications'),
    smallBody,
    async (c) => {
      const { id, reference } = await getApplication(deps, c.req.param('reference'));
      const other = await getApplication(deps, c.req.param('other'));
      const field = await readSmallForm(c);
      const act = pairActs.find((one) => one === field('act'));
      if (!act) throw new AppError('malformed');
      const back = (happened: Record<string, string>) => {
        const filters = formatListQuery(readListQuery(c), happened);
        return c.redirect(`/admin/applications/${reference}${filters}`, 303);
      };
      try {
        const decision = { id, otherId: other.id, act, seen: field('seen') };
        await decidePair(deps, { ...decision, staffId: c.var.staff.id });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        return back({ conflict: 'yes' });
      }
      return back({});
    },
  );
}

import { Hono } from 'hono';
import { getPublication } from '../../db/calls.ts';
import { listWaitingFor } from '../../db/waiting.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { listWaitingRules } from '../../domain/waiting.ts';
import { WaitingPage } from '../../views/pages/waiting.tsx';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

/** So many are shown of each rule. */
const shown = 25;

/** What waits for whoever asks, and what of it is late. */
export function waitingRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;
  return new Hono<AppEnv>().get('/waiting', requirePermission('review'), async (c) => {
    const { staff } = c.var;
    const publication = await getPublication(db);
    const { timeZone } = publication;
    const show = c.req.query('show') === 'late' ? 'late' : 'all';
    const now = clock.now();
    const rules = listWaitingRules(staff.role, show);
    const waiting = await listWaitingFor(db, {
      ...{ staffId: staff.id, role: staff.role, time: { now, timeZone } },
      ...{ rules, limit: shown + 1 },
    });
    const groups = rules
      .map((rule) => ({ rule, rows: waiting.filter((one) => one.rule === rule) }))
      .filter(({ rows }) => rows.length > 0)
      .map(({ rule, rows }) => ({
        ...{ rule, rows: rows.slice(0, shown), more: rows.length > shown },
      }));
    return sendPage(
      c,
      <WaitingPage
        frame={await deskFrame(deps, c, publication)}
        staff={staff}
        show={show}
        groups={groups}
        timeZone={timeZone}
      />,
    );
  });
}

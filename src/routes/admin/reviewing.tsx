import { Hono } from 'hono';
import { getDeskFacts } from '../../db/desk-facts.ts';
import { listWaiting, listWorkloads } from '../../db/review-assignments.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { pickText } from '../../domain/calls.ts';
import { translatorFor } from '../../i18n.ts';
import { ReviewingPage } from '../../views/pages/reviewing.tsx';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

const shownLimit = 100;

/** What waits for the reader's review, and everybody's workload. Paths are below /admin. */
export function reviewingRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;
  return new Hono<AppEnv>().get('/reviewing', requirePermission('review'), async (c) => {
    const { staff } = c.var;
    const t = translatorFor(c.var.language);
    const { publication, calls } = await getDeskFacts(db);
    const waiting = await listWaiting(db, staff, shownLimit + 1);
    const placeNames = calls.flatMap((call) =>
      Object.entries(pickText(call.texts, t.language, publication.language).places),
    );
    return sendPage(
      c,
      <ReviewingPage
        frame={await deskFrame(deps, c, publication)}
        staff={staff}
        waiting={waiting.slice(0, shownLimit)}
        more={waiting.length > shownLimit}
        workloads={await listWorkloads(db)}
        placeNames={new Map(placeNames)}
        time={{ now: clock.now(), timeZone: publication.timeZone }}
      />,
    );
  });
}

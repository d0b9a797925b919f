import { Hono } from 'hono';
import { getPublication } from '../../db/calls.ts';
import {
  countDeletions,
  findPause,
  listDeletions,
  listHolds,
  resumeRetention,
} from '../../db/retention.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { announcedDays } from '../../domain/retention.ts';
import { RetentionPage } from '../../views/pages/retention.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

const shown = 50;
const dayMs = 86_400_000;

/** What is deleted next, and the word that lets it go on after the clock has leapt. */
export function retentionRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock, log } = deps;
  return new Hono<AppEnv>()
    .use('/retention', requirePermission('hold-applications'))
    .get('/retention', async (c) => {
      const publication = await getPublication(db);
      const now = clock.now();
      const before = new Date(now.getTime() + announcedDays * dayMs);
      return sendPage(
        c,
        <RetentionPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          pausedSince={(await findPause(db))?.since}
          confirmed={c.req.query('done') !== undefined}
          deletions={await listDeletions(db, before, shown)}
          counts={await countDeletions(db, before)}
          holds={await listHolds(db)}
          time={{ now, timeZone: publication.timeZone }}
        />,
      );
    })
    .post('/retention', smallBody, async (c) => {
      await resumeRetention(db);
      log.warn({ staffId: c.var.staff.id }, 'an admin confirmed the clock: deleting goes on');
      return c.redirect('/admin/retention?done=yes', 303);
    });
}

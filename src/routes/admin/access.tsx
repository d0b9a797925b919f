import { Hono } from 'hono';
import { listAccesses } from '../../db/access-log.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AccessLogPage } from '../../views/pages/access-log.tsx';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readLogPage } from './log-page.ts';
import type { ApplicationAnswers } from './review-answers.ts';

/** The access log of an application (GDPR, Article 5(2)). Paths are below /admin. */
export function accessRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db } = deps;
  return new Hono<AppEnv>().get(
    '/applications/:reference/access',
    requirePermission('read-looks'),
    async (c) => {
      const { id, reference } = await answers.get(c);
      const publication = await getPublication(db);
      const { shown, older } = await readLogPage(c, (span) => listAccesses(db, id, span));
      return sendPage(
        c,
        <AccessLogPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          reference={reference}
          accesses={shown}
          older={older}
          timeZone={publication.timeZone}
        />,
      );
    },
  );
}

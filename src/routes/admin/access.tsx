import { Hono } from 'hono';
import { listAccesses } from '../../db/access-log.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { AccessLogPage } from '../../views/pages/access-log.tsx';
import { sendPage } from '../respond.tsx';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import type { ApplicationAnswers } from './review-answers.ts';

const pageSize = 100;

/** The access log of an application (GDPR, Article 5(2)). Paths are below /admin. */
export function accessRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db } = deps;
  return new Hono<AppEnv>().get(
    '/applications/:reference/access',
    requirePermission('read-looks'),
    async (c) => {
      const { id, reference } = await answers.get(c);
      const publication = await getPublication(db);
      const before = Number(c.req.query('before') ?? Number.NaN);
      const accesses = await listAccesses(db, id, {
        before: Number.isSafeInteger(before) ? before : undefined,
        limit: pageSize + 1,
      });
      const shown = accesses.slice(0, pageSize);
      return sendPage(
        c,
        <AccessLogPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          reference={reference}
          accesses={shown}
          older={accesses.length > pageSize ? shown.at(-1)!.id : undefined}
          timeZone={publication.timeZone}
        />,
      );
    },
  );
}

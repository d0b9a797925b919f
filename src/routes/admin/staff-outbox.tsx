import { Hono } from 'hono';
import { getPublication } from '../../db/calls.ts';
import { unparkJob } from '../../db/jobs.ts';
import {
  countStaffMails,
  dealWithStaffMail,
  findStaffOutboxMail,
  listStaffMails,
  staffMailStates,
} from '../../db/staff-outbox.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { may } from '../../domain/permissions.ts';
import { AppError, found } from '../../errors.ts';
import { StaffOutboxPage } from '../../views/pages/staff-outbox.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { formatCursor, readCursor } from './cursors.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

const pageSize = 50;
const outcomes = ['queued', 'notParked', 'dealtWith'] as const;

/** How far mails to single members of staff have come. Mounted before the outbox, whose ids are mails'. */
export function staffOutboxRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  const getMail = async (id: string) => {
    if (!isId(id)) throw new AppError('not-found');
    return found(await findStaffOutboxMail(db, id));
  };

  return new Hono<AppEnv>()
    .get('/outbox/staff', requirePermission('read-outbox'), async (c) => {
      const state = staffMailStates.find((one) => one === c.req.query('state'));
      const cursor = readCursor(c.req.query('before'));
      const before = cursor && { createdAt: new Date(cursor.micros / 1000), id: cursor.id };
      const publication = await getPublication(db);
      const mails = await listStaffMails(db, {
        ...(state && { state }),
        ...(before && { before }),
        limit: pageSize + 1,
      });
      const shown = mails.slice(0, pageSize);
      const last = mails.length > pageSize ? shown.at(-1) : undefined;
      return sendPage(
        c,
        <StaffOutboxPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          state={state}
          mails={shown}
          counts={await countStaffMails(db)}
          older={last && formatCursor({ micros: last.createdAt.getTime() * 1000, id: last.id })}
          paged={before !== undefined}
          mayRetry={may(c.var.staff.role, 'retry-mail')}
          done={outcomes.find((one) => one === c.req.query('done'))}
          timeZone={publication.timeZone}
        />,
      );
    })
    .post('/outbox/staff/:mail/retry', requirePermission('retry-mail'), async (c) => {
      const { jobId } = await getMail(c.req.param('mail'));
      const queued = jobId !== null && (await unparkJob(db, jobId, clock.now()));
      return c.redirect(`/admin/outbox/staff?done=${queued ? 'queued' : 'notParked'}`, 303);
    })
    .post('/outbox/staff/:mail/dealt-with', requirePermission('retry-mail'), async (c) => {
      const { id } = await getMail(c.req.param('mail'));
      await dealWithStaffMail(db, id, clock.now());
      return c.redirect('/admin/outbox/staff?done=dealtWith', 303);
    });
}

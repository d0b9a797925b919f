import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Hono } from 'hono';
import { getPublication } from '../../db/calls.ts';
import { unparkJob } from '../../db/jobs.ts';
import { openContent } from '../../db/mails.ts';
import { countMails, findMail, listMails, type MailState, mailStates } from '../../db/outbox.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { may } from '../../domain/permissions.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { CapturedMailPage } from '../../views/pages/captured-mail.tsx';
import { type MailOutcome, mailOutcomes, OutboxPage } from '../../views/pages/outbox.tsx';
import { frameFor } from '../frame.ts';
import { sendPage } from '../respond.tsx';
import { attachmentHeaders, isId } from './attachment.ts';
import { formatCursor, readCursor } from './cursors.ts';
import { requirePermission } from './gate.ts';

const pageSize = 50;

/** What leaves, what has left and what can't; and for admins what each mail says. */
export function outboxRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config } = deps;

  const getMail = async (id: string) => {
    if (!isId(id)) throw new AppError('not-found');
    return found(await findMail(db, id));
  };
  /** The mail as it was captured, undefined when it was not or has been cleared away. */
  const readCaptured = async (id: string): Promise<Buffer | undefined> =>
    await readFile(path.join(config.dataDir, 'mail', `${id}.eml`)).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });

  return new Hono<AppEnv>()
    .get('/outbox', requirePermission('read-outbox'), async (c) => {
      const t = translatorFor(c.var.language);
      const wanted = c.req.query('state') ?? '';
      const state: MailState | undefined = mailStates.find((one) => one === wanted);
      const cursor = readCursor(c.req.query('before'));
      const before = cursor && { createdAt: new Date(cursor.micros / 1000), id: cursor.id };
      const publication = await getPublication(db);
      const mails = await listMails(db, {
        ...(state && { state }),
        ...(before && { before }),
        limit: pageSize + 1,
      });
      const shown = mails.slice(0, pageSize);
      const last = mails.length > pageSize ? shown.at(-1) : undefined;
      const done: MailOutcome | undefined = mailOutcomes.find((one) => one === c.req.query('done'));
      return sendPage(
        c,
        <OutboxPage
          frame={frameFor(deps, t, publication.name)}
          staff={c.var.staff}
          state={state}
          mails={shown}
          counts={await countMails(db)}
          older={last && formatCursor({ micros: last.createdAt.getTime() * 1000, id: last.id })}
          paged={before !== undefined}
          mayRead={may(c.var.staff.role, 'read-captured-mail')}
          done={done}
          timeZone={publication.timeZone}
        />,
      );
    })
    .get('/outbox/:id', requirePermission('read-captured-mail'), async (c) => {
      const t = translatorFor(c.var.language);
      const mail = await getMail(c.req.param('id'));
      const publication = await getPublication(db);
      return sendPage(
        c,
        <CapturedMailPage
          frame={frameFor(deps, t, publication.name)}
          staff={c.var.staff}
          mail={mail}
          content={openContent(keys.unwrapKey(mail.applicationId, mail.wrapped), mail)}
          captured={(await readCaptured(mail.id)) !== undefined}
          timeZone={publication.timeZone}
        />,
      );
    })
    .get('/outbox/:id/eml', requirePermission('read-captured-mail'), async (c) => {
      const { id, reference, template } = await getMail(c.req.param('id'));
      const message = found(await readCaptured(id));
      const name = `${reference} ${template}.eml`;
      const headers = attachmentHeaders({
        name,
        mediaType: 'message/rfc822',
        size: message.length,
      });
      return c.body(new Uint8Array(message), 200, headers);
    })
    .post('/outbox/:id/retry', requirePermission('retry-mail'), async (c) => {
      const { jobId } = await getMail(c.req.param('id'));
      const queued = jobId !== null && (await unparkJob(db, jobId, clock.now()));
      const done: MailOutcome = queued ? 'queued' : 'notParked';
      return c.redirect(`/admin/outbox?done=${done}`, 303);
    });
}

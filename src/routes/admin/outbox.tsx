import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { retryMail } from '../../actions/retry-mail.ts';
import { getPublication } from '../../db/calls.ts';
import { openRefusals } from '../../db/mail-outcome.ts';
import { dealWithTrouble } from '../../db/mail-trouble.ts';
import { openContent } from '../../db/mails.ts';
import {
  countMails,
  findMail,
  listMails,
  type MailState,
  mailStates,
  type OutboxMail,
} from '../../db/outbox.ts';
import { hasStaffMailTrouble } from '../../db/staff-outbox.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { may } from '../../domain/permissions.ts';
import { maskPrivateLinks } from '../../domain/private-links.ts';
import { isReference } from '../../domain/references.ts';
import { AppError, found } from '../../errors.ts';
import { capturedFile } from '../../mail/captured.ts';
import { CapturedMailPage } from '../../views/pages/captured-mail.tsx';
import { type MailOutcome, mailOutcomes, OutboxPage } from '../../views/pages/outbox.tsx';
import { attachmentHeaders, isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { framedMailHeaders, policyWithFrames } from '../security-headers.ts';
import { formatCursor, readCursor } from './cursors.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';

const pageSize = 50;

/** The address of a discreet person is sealed here too. */
const hidesRecipient = ({ discreet, thread }: OutboxMail): boolean =>
  discreet && thread === 'applicant';

/** A mail with whom it could not reach; a discreet person's reference stands for their address. */
export function withRefusals<Mail extends OutboxMail>({ keys }: Pick<Deps, 'keys'>, mail: Mail) {
  const { applicationId, wrapped, refused, reference } = mail;
  const refusals = refused === 0 ? [] : openRefusals(keys.unwrapKey(applicationId, wrapped), mail);
  return {
    ...mail,
    // What their server says may name the mailbox.
    refusals: hidesRecipient(mail)
      ? refusals.map(() => ({ address: reference, reply: '' }))
      : refusals,
  };
}

/** What leaves, what has left and what can't, and what each mail says. */
export function outboxRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config } = deps;

  const getMail = async (id: string) => {
    if (!isId(id)) throw new AppError('not-found');
    return found(await findMail(db, id));
  };
  /** The mail as it was captured; undefined when it was not, was cleared away, or mail leaves by SMTP. */
  const readCaptured = async (id: string): Promise<Buffer | undefined> => {
    // The file holds the applicant's private link: while mail is captured it is the only way to see it.
    if (config.smtpUrl !== null) return undefined;
    return await readFile(capturedFile(config.dataDir, id)).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
  };

  return new Hono<AppEnv>()
    .get('/outbox', requirePermission('read-outbox'), async (c) => {
      const wanted = c.req.query('state') ?? '';
      const state: MailState | undefined = mailStates.find((one) => one === wanted);
      const asked = c.req.query('application') ?? '';
      const reference = isReference(asked) ? asked.toUpperCase() : undefined;
      const cursor = readCursor(c.req.query('before'));
      const before = cursor && { createdAt: new Date(cursor.micros / 1000), id: cursor.id };
      const publication = await getPublication(db);
      const mails = await listMails(db, {
        ...(state && { state }),
        ...(reference && { reference }),
        ...(before && { before }),
        limit: pageSize + 1,
      });
      const shown = mails.slice(0, pageSize);
      const last = mails.length > pageSize ? shown.at(-1) : undefined;
      const done: MailOutcome | undefined = mailOutcomes.find((one) => one === c.req.query('done'));
      return sendPage(
        c,
        <OutboxPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          state={state}
          reference={reference}
          mails={shown.map((mail) => withRefusals(deps, mail))}
          counts={await countMails(db)}
          staffTrouble={await hasStaffMailTrouble(db)}
          older={last && formatCursor({ micros: last.createdAt.getTime() * 1000, id: last.id })}
          paged={before !== undefined}
          mayRetry={may(c.var.staff.role, 'retry-mail')}
          mayDecide={may(c.var.staff.role, 'decide')}
          done={done}
          timeZone={publication.timeZone}
        />,
      );
    })
    .get('/outbox/:id', requirePermission('read-outbox'), async (c) => {
      const mail = await getMail(c.req.param('id'));
      const publication = await getPublication(db);
      const content = openContent(keys.unwrapKey(mail.applicationId, mail.wrapped), mail);
      const text = maskPrivateLinks(content.text);
      const to = hidesRecipient(mail) ? { name: '', address: mail.reference } : content.to;
      c.header('Content-Security-Policy', policyWithFrames);
      return sendPage(
        c,
        <CapturedMailPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          mail={withRefusals(deps, mail)}
          content={{ ...content, to, text }}
          masked={text !== content.text}
          captured={
            may(c.var.staff.role, 'read-captured-mail') &&
            (await readCaptured(mail.id)) !== undefined
          }
          mayRetry={may(c.var.staff.role, 'retry-mail')}
          mayDecide={may(c.var.staff.role, 'decide')}
          timeZone={publication.timeZone}
        />,
      );
    })
    .get('/outbox/:id/html', requirePermission('read-outbox'), async (c) => {
      const mail = await getMail(c.req.param('id'));
      const { html } = openContent(keys.unwrapKey(mail.applicationId, mail.wrapped), mail);
      return c.html(maskPrivateLinks(html), 200, framedMailHeaders);
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
      const done: MailOutcome = await retryMail(deps, await getMail(c.req.param('id')));
      return c.redirect(`/admin/outbox?done=${done}`, 303);
    })
    .post('/outbox/:id/dealt-with', requirePermission('retry-mail'), async (c) => {
      const { id } = await getMail(c.req.param('id'));
      await dealWithTrouble(db, id, clock.now());
      return c.redirect('/admin/outbox?done=dealtWith', 303);
    });
}

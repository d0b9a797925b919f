import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Keyring } from '../crypto.ts';
import { getPublication } from '../db/calls.ts';
import type { Db } from '../db/client.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import type { MailContent } from '../db/mails.ts';
import {
  concludeStaffMail,
  findStaffMail,
  listDigestEntries,
  staffMailContext,
} from '../db/staff-mails.ts';
import { listWaitingFor } from '../db/waiting.ts';
import { enrolmentLink } from '../domain/enrolment-link.ts';
import { accountNotices } from '../domain/staff-events.ts';
import { cleanLine } from '../domain/text.ts';
import { listWaitingRules } from '../domain/waiting.ts';
import { isLanguage, type Language } from '../i18n.ts';
import { composeMail } from './compose.ts';
import { refuseSeeded } from './deliver.ts';
import { renderAccountNotice } from './templates/account-notice.ts';
import { renderDigest } from './templates/digest.ts';
import { renderEnrolment } from './templates/enrolment.ts';
import { renderWeeklyList } from './templates/weekly-list.ts';
import type { Transport } from './transport.ts';

type Deps = {
  db: Db;
  keys: Pick<Keyring, 'open'>;
  config: Pick<Config, 'mailFrom' | 'editorialInbox'>;
  publicUrl: string;
  clock: Clock;
  transport: Transport;
};

type StaffMail = NonNullable<Awaited<ReturnType<typeof findStaffMail>>>;

/**
 * The handler of the jobs that bring staff a mail about no single application. What it says of people
 * is put together when it leaves, so that nothing of somebody who was erased waits anywhere. There is
 * none to somebody who was disabled, and none that would say nothing.
 */
export function createStaffMailHandler(deps: Deps): JobHandler {
  const { db, config, transport } = deps;
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const mail = job.subjectId === null ? undefined : await findStaffMail(db, job.subjectId);
    if (mail === undefined || mail.sentAt !== null) return;
    const { id, messageId, createdAt } = mail;
    const content = mail.disabledAt === null ? await composeFor(mail, deps) : undefined;
    const left = transport.kind === 'captured' ? 'captured' : 'sent';
    const outcome = content?.to ? left : 'skipped';
    if (content?.to) {
      const to = [content.to];
      if (transport.kind !== 'captured') await refuseSeeded(to, deps);
      await transport.send(
        {
          ...{ id, messageId, to, date: createdAt, from: config.mailFrom },
          ...{ inReplyTo: null, references: [], replyTo: null, automatic: true },
          ...{ subject: content.subject, text: content.text, html: content.html },
        },
        signal,
      );
    }
    return async (trx, now) => await concludeStaffMail(trx, { id, now, outcome });
  };
}

async function composeFor(mail: StaffMail, deps: Deps): Promise<MailContent | undefined> {
  const { db, keys, publicUrl } = deps;
  const { id, name, email, role, contentSealed } = mail;
  const publication = await getPublication(db);
  const language: Language = isLanguage(mail.language) ? mail.language : 'en';
  const to = { name, address: email };
  if (mail.template === 'enrolment') {
    if (contentSealed === null) return undefined;
    const token = String(keys.open(contentSealed, staffMailContext(id)));
    const link = enrolmentLink(publicUrl, token);
    const facts = { publication: publication.name, name, link };
    return composeMail(renderEnrolment(language, facts), { to, replyTo: null });
  }
  const notice = accountNotices.find((one) => one === mail.template);
  if (notice) {
    const { name: siteName, timeZone } = publication;
    const link = `${publicUrl}/admin/account`;
    const facts = { publication: siteName, timeZone, notice, at: mail.createdAt, link };
    return composeMail(renderAccountNotice(language, facts), { to, replyTo: null });
  }
  const settings = `${publicUrl}/admin/account/notifications`;
  if (mail.template === 'weekly') {
    const groups = await listGroups(mail, publication.timeZone, deps);
    if (groups.length === 0) return undefined;
    const rendered = renderWeeklyList(language, {
      ...{ publication: publication.name, timeZone: publication.timeZone, groups, settings },
      link: `${publicUrl}/admin/waiting`,
    });
    return composeMail(rendered, { to, replyTo: null });
  }
  const entries = await listDigestEntries(db, id, { id: mail.staffId, role });
  if (entries.length === 0) return undefined;
  const rendered = renderDigest(language, {
    publication: publication.name,
    timeZone: publication.timeZone,
    day: mail.createdAt,
    entries: entries.map((entry) => ({ ...entry, name: cleanLine(entry.name) })),
    link: `${publicUrl}/admin`,
    settings,
  });
  return composeMail(rendered, { to, replyTo: null });
}

/** So many of each rule stand in the list of the week. */
const weeklyRows = 10;

async function listGroups({ staffId, role }: StaffMail, timeZone: string, { db, clock }: Deps) {
  const rules = listWaitingRules(role, 'all');
  const waiting = await listWaitingFor(db, {
    ...{ staffId, role, time: { now: clock.now(), timeZone }, rules, limit: weeklyRows },
  });
  return rules
    .map((rule) => ({ rule, rows: waiting.filter((one) => one.rule === rule) }))
    .filter(({ rows }) => rows.length > 0);
}

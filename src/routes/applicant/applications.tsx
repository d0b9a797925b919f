import { Hono } from 'hono';
import { openPrivatePage } from '../../actions/open-private-page.ts';
import { isOpened } from '../../db/applications.ts';
import { getCallVersion } from '../../db/calls.ts';
import { listDocuments } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { replyByDate } from '../../domain/calls.ts';
import { isLate } from '../../domain/reply-clock.ts';
import { publicStatusOf } from '../../domain/stages.ts';
import { languageLinks } from '../../views/components/language-links.ts';
import { ApplicationStatusPage } from '../../views/pages/application-status.tsx';
import { dressCall } from '../public/call-context.ts';
import { sendPage } from '../respond.tsx';

/** The applicant's private page; right after submitting it is the receipt. */
export function applicationRoutes(deps: Deps): Hono<AppEnv> {
  const { db } = deps;
  return new Hono<AppEnv>().get('/applications/:token', async (c) => {
    const token = c.req.param('token');
    const { application, receiptCode, submittedAt } = await openPrivatePage(deps, token);
    const call = await getCallVersion(db, application.callVersionId);
    const { frame, text, publication } = await dressCall(deps, c, call);
    const opened = await isOpened(db, application.id);
    const replyBy = replyByDate(submittedAt, call.replyDays);
    const { timeZone } = publication;
    // No letter has left yet: what is decided reads as before, and is as late as before.
    const letterSent = false;
    const { stage } = application;
    return sendPage(
      c,
      <ApplicationStatusPage
        frame={frame}
        reference={application.reference}
        receiptCode={receiptCode}
        status={publicStatusOf(stage, opened, letterSent)}
        email={application.email}
        submittedAt={submittedAt}
        replyBy={replyBy}
        lapsed={isLate({ stage, letterSent, replyBy }, { now: deps.clock.now(), timeZone })}
        timeZone={timeZone}
        readers={text.readers}
        contactEmail={call.contactEmail}
        documents={await listDocuments(db, application.id)}
        languages={languageLinks((language) => `/${language}/applications/${token}`)}
      />,
    );
  });
}

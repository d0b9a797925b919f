import type { Application } from '../db/applications.ts';
import type { Call, Publication } from '../db/calls.ts';
import type { Trx } from '../db/client.ts';
import type { ArrivedDocument } from '../db/documents.ts';
import { enqueueMails } from '../db/mails.ts';
import type { Deps } from '../deps.ts';
import { pickText, replyByDate } from '../domain/calls.ts';
import { answerTo, askIn, wordAnswer } from '../domain/questions.ts';
import { translatorFor } from '../i18n.ts';
import { composeMail } from '../mail/compose.ts';
import {
  renderDiscreetNotice,
  renderDiscreetToEditors,
} from '../mail/templates/discreet-notice.ts';
import { renderEditorialNotification } from '../mail/templates/editorial-notification.tsx';
import { renderReceipt } from '../mail/templates/receipt.tsx';
import { discreetLink, languageOf } from './write-mail.ts';

type Submission = {
  /** In clear. */
  application: Application;
  key: Buffer;
  call: Call;
  publication: Publication;
  documents: readonly ArrivedDocument[];
  privateToken: string;
  /** The mailbox has had its receipts of the day: this one never leaves. */
  receiptWithheld?: boolean;
  now: Date;
};

/** The receipt of a submission; `now` is when it was submitted. */
export function composeReceipt(publicUrl: string, submission: Submission) {
  const { application, call, publication, documents, privateToken, now } = submission;
  const language = languageOf(application.language);
  const text = pickText(call.texts, language, publication.language);
  const { reference, discreet } = application;
  const link = `${publicUrl}/${language}/applications/${privateToken}`;
  if (discreet) {
    const notice = { reference, news: 'received', link: discreetLink(application, link) } as const;
    const to = { name: '', address: application.email };
    const rendered = renderDiscreetNotice(language, notice);
    return { language, content: composeMail(rendered, { to, replyTo: null }) };
  }
  const rendered = renderReceipt(language, {
    publication: publication.name,
    timeZone: publication.timeZone,
    reference,
    fullName: application.fullName,
    callTitle: text.title,
    submittedAt: now,
    replyBy: replyByDate(now, call.replyDays),
    readers: text.readers,
    contactEmail: call.contactEmail,
    documents: [...documents],
    link,
  });
  const to = { name: application.latinName || application.fullName, address: application.email };
  return { language, content: composeMail(rendered, { to, replyTo: null }) };
}

function composeNotification(publicUrl: string, submission: Submission) {
  const { application, call, publication, documents, now } = submission;
  const language = languageOf(publication.language);
  const t = translatorFor(language);
  const text = pickText(call.texts, language, publication.language);
  const { reference, fullName, latinName, penName, placesOther, basedIn } = application;
  const { languages, topics, links, via, discreet } = application;
  const link = `${publicUrl}/admin/applications/${reference}`;
  if (discreet) {
    const facts = { publication: publication.name, reference, link, isNew: true };
    const rendered = renderDiscreetToEditors(language, facts);
    return { language, content: composeMail(rendered, { to: null, replyTo: null }) };
  }
  const rendered = renderEditorialNotification(language, {
    publication: publication.name,
    timeZone: publication.timeZone,
    reference,
    callTitle: text.title,
    fullName,
    latinName,
    penName,
    places: application.places.map((place) => text.places[place] ?? place),
    placesOther,
    basedIn,
    languages,
    topics,
    links,
    answers: call.questions.map((question) => {
      const shown = askIn(question, language, publication.language);
      const { text: value } = wordAnswer(t, shown, answerTo(application.answers, question));
      return { label: shown.label.text, value };
    }),
    documents: [...documents],
    via,
    replyBy: replyByDate(now, call.replyDays),
    link,
    repliesReachApplicant: true,
  });
  const replyTo = { name: latinName || fullName, address: application.email };
  return { language, content: composeMail(rendered, { to: null, replyTo }) };
}

/** Queues the two mails that a submission owes: the applicant's receipt and the editors' notification. */
export async function announceSubmission(
  trx: Trx,
  { config, publicUrl }: Pick<Deps, 'config' | 'publicUrl'>,
  submission: Submission,
): Promise<void> {
  const { application, key, now, receiptWithheld } = submission;
  const { id: applicationId, linkMailedAt } = application;
  const from = config.mailFrom.address;
  const shared = { applicationId, key, from, now };
  await enqueueMails(trx, [
    {
      ...shared,
      ...composeReceipt(publicUrl, submission),
      thread: 'applicant',
      opensThread: linkMailedAt === null,
      template: 'receipt',
      ...(receiptWithheld && { withheld: true }),
    },
    {
      ...shared,
      ...composeNotification(publicUrl, submission),
      thread: 'editors',
      opensThread: true,
      template: 'editorial-notification',
    },
  ]);
}

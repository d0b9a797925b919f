import { cleanLine } from '../../domain/text.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { clipText, type RenderedMail, renderMail } from './layout.tsx';

/** What somebody is told who mails the link of a draft to themselves: nothing that was typed. */
export type DraftLinkFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  /** In the language of the mail. */
  callTitle: string;
  /** Until when the draft is kept if nobody touches it. */
  keptUntil: Date;
  /** The address for questions. */
  contactEmail: string;
  /** The whole address of the draft. */
  link: string;
};

/** Brings the private link of a draft to its applicant. */
export function renderDraftLink(language: Language, facts: DraftLinkFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, callTitle, timeZone, contactEmail } = facts;
  const until = t.date(facts.keptUntil, timeZone);
  return renderMail({
    language,
    publication,
    subject: cleanLine(t('mail.draftLink.subject', { call: clipText(cleanLine(callTitle), 120) })),
    title: t('mail.draftLink.title'),
    blocks: [
      { paragraph: t('mail.draftLink.intro', { publication, call: callTitle }) },
      { link: facts.link },
      { paragraph: t('mail.draftLink.private') },
      { paragraph: t('mail.draftLink.kept', { until }) },
      { quiet: t('mail.draftLink.why', { publication, contact: contactEmail }) },
    ],
  });
}

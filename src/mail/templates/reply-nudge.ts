import type { Stage } from '../../domain/stages.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type EditorsFacts, editorsSubject, replyHint } from './editors-thread.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type NudgeFacts = EditorsFacts & {
  timeZone: string;
  /** In the reader's language. */
  callTitle: string;
  stage: Stage;
  submittedAt: Date;
  replyBy: Date;
  /** Whether it goes to the handling editor; else to the inbox, since there is none. */
  handled: boolean;
  /** Then it says nothing of the person but the reference. */
  discreet: boolean;
};

/** Reminds whoever handles an application that the promised day is near and nothing is decided. */
export function renderReplyNudge(language: Language, facts: NudgeFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, timeZone, reference, name, callTitle, discreet, handled } = facts;
  const replyBy = t.date(facts.replyBy, timeZone);
  return renderMail({
    language,
    publication,
    subject: discreet ? `[${reference}]` : editorsSubject(facts),
    title: t('mail.nudge.title', { replyBy }),
    blocks: [
      { paragraph: t('mail.nudge.intro', { reference, replyBy }) },
      {
        facts: [
          ...(discreet
            ? []
            : [
                { label: t('list.column.applicant'), value: name },
                { label: t('admin.application.call'), value: callTitle },
              ]),
          { label: t('status.submittedAt'), value: t.date(facts.submittedAt, timeZone) },
          { label: t('list.column.stage'), value: t(`stage.${facts.stage}`) },
          { label: t('mail.notification.replyBy'), value: replyBy },
        ],
      },
      { paragraph: t('mail.nudge.otherwise') },
      { heading: t('mail.notification.read') },
      { link: facts.link },
      {
        quiet: [
          t(handled ? 'mail.nudge.toHandler' : 'mail.nudge.toInbox'),
          t(replyHint(facts)),
        ].join(' '),
      },
    ],
  });
}

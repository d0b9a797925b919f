import { isLate } from '../../domain/reply-clock.ts';
import type { Stage } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';

/** The moment a page is made for, and the zone it names days in. */
export type PageTime = { now: Date; timeZone: string };

type ReplyByProps = {
  t: Translator;
  time: PageTime;
  stage: Stage;
  /** The applicant knows of the decision. */
  told?: boolean;
  replyBy: Date;
  text: string;
};

/**
 * The day of the promised reply; once it is over and nothing was decided it says "late", in red. To
 * who has withdrawn no reply is owed.
 */
export const ReplyBy = ({ t, time, stage, told = true, replyBy, text }: ReplyByProps) => {
  if (stage === 'withdrawn') return null;
  return isLate({ stage, letterSent: told, replyBy }, time) ? (
    <>
      <span class="late">{text}</span> <span class="chip bad">{t('list.late')}</span>
    </>
  ) : (
    <span>{text}</span>
  );
};

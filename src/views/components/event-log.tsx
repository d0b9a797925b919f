import type { EventType } from '../../db/schema.ts';
import { isConsentEvent } from '../../domain/consent.ts';
import { type DeskEventType, isDeskEvent } from '../../domain/desk-events.ts';
import { documentKinds } from '../../domain/documents.ts';
import type { Actor, Standing } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import type { PageTime } from './reply-by.tsx';
import { standingName } from './stage-chip.tsx';

/** One thing that happened; names are null once the person is deleted. */
export type LoggedEvent = {
  actor: Actor;
  staffName: string | null;
  type: EventType;
  from: string | null;
  to: string | null;
  fromName: string | null;
  toName: string | null;
  at: Date;
};
export type FirstOpening = { staffName: string | null; at: Date };

type LogProps = {
  t: Translator;
  events: LoggedEvent[];
  firstOpening: FirstOpening | undefined;
  time: PageTime;
};

const describeDesk = (t: Translator, event: LoggedEvent, type: DeskEventType): string => {
  const someone = t('event.someone');
  const name = event.staffName ?? someone;
  const other = event.toName ?? someone;
  const isOwn = event.staffName !== null && event.staffName === event.toName;
  switch (type) {
    case 'handling-changed':
      if (event.to === null) {
        return t('event.handlingEnded', { name, other: event.fromName ?? someone });
      }
      return isOwn
        ? t('event.handlingTaken', { name })
        : t('event.handlingChanged', { name, other });
    case 'reviewers-wanted':
      return event.to === null
        ? t('event.reviewersAsCall', { name })
        : t('event.reviewersWanted', { name, count: Number(event.to) });
    case 'review-assigned':
      return t('event.reviewAssigned', { name, other });
    case 'review-returned':
      if (event.actor === 'system') return t('event.reviewLapsed', { other });
      return isOwn
        ? t('event.reviewReturned', { name })
        : t('event.reviewUnassigned', { name, other });
    case 'review-claimed':
      return t('event.reviewClaimed', { name });
    case 'review-recused':
      return t('event.reviewRecused', { name });
    case 'recusal-undone':
      return t('event.recusalUndone', { name });
    case 'review-submitted':
      return t('event.reviewSubmitted', { name });
    case 'review-changed':
      return t('event.reviewChanged', { name });
    case 'original-opened': {
      const kind = documentKinds.find((one) => one === event.to) ?? 'cv';
      return t('event.originalOpened', { name, kind: t(`document.${kind}`) });
    }
    case 'tag-added':
      return t('event.tagAdded', { name, tag: event.toName ?? t('event.someTag') });
    case 'tag-removed':
      return t('event.tagRemoved', { name, tag: event.toName ?? t('event.someTag') });
    default:
      return t(`event.${type}`, { name });
  }
};

/** One event in plain words. */
export const describeEvent = (t: Translator, event: LoggedEvent): string => {
  const { type } = event;
  if (type === 'submitted') return t('event.submitted');
  if (type === 'reply-nudged') return t('event.replyNudged');
  if (type === 'reply-lapsed') return t('event.replyLapsed');
  if (type === 'address-corrected') return t('event.addressCorrected');
  if (type === 'document-infected') {
    const kind = documentKinds.find((one) => one === event.to) ?? 'cv';
    return t('event.documentInfected', { kind: t(`document.${kind}`) });
  }
  if (type === 'contributor-details') return t('event.contributorDetails');
  if (isConsentEvent(type)) return t(`event.${type}`);
  if (isDeskEvent(type)) return describeDesk(t, event, type);
  if (event.to === 'withdrawn') return t('event.withdrawn');
  if (type !== 'stage-changed') {
    const kind = documentKinds.find((one) => one === event.to);
    // Of an application that was erased there is no page.
    return type === 'erased' || !kind ? '' : t(`event.${type}`, { kind: t(`document.${kind}`) });
  }
  const name = (standing: string | null): string =>
    standing ? standingName(t, standing as Standing) : '–';
  const steps = { from: name(event.from), to: name(event.to) };
  if (event.from === 'withdrawn') return t('event.withdrawalUndone', steps);
  return event.actor === 'staff'
    ? t('event.moved', { name: event.staffName ?? t('event.someone'), ...steps })
    : t('event.movedItself', steps);
};

/** What happened, in plain words, the oldest first. */
export const EventLog = ({ t, events, firstOpening, time }: LogProps) => {
  const lines = events.map((event) => ({ at: event.at, text: describeEvent(t, event) }));
  if (firstOpening) {
    const name = firstOpening.staffName ?? t('event.someone');
    lines.push({ at: firstOpening.at, text: t('event.opened', { name }) });
  }
  lines.sort((a, b) => a.at.getTime() - b.at.getTime());
  return (
    <ol class="timeline">
      {lines.map(({ at, text }) => (
        <li>
          {text}
          <time class="under num" datetime={at.toISOString()}>
            {t.dateTime(at, time.timeZone)}
          </time>
        </li>
      ))}
    </ol>
  );
};

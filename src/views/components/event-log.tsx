import type { EventType, PairEventType } from '../../db/schema.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import type { Actor, Standing } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';
import type { PageTime } from './reply-by.tsx';
import { standingName } from './stage-chip.tsx';

/** One thing that happened; names are null once the person is deleted. */
export type LoggedEvent = {
  actor: Actor;
  staffName: string | null;
  type: EventType;
  from: Standing | null;
  to: Standing | DocumentKind | null;
  at: Date;
};
export type FirstOpening = { staffName: string | null; at: Date };

type LogProps = {
  t: Translator;
  events: LoggedEvent[];
  firstOpening: FirstOpening | undefined;
  time: PageTime;
};

const isAboutPair = (type: EventType): type is PairEventType => type.startsWith('pair-');

const describe = (t: Translator, event: LoggedEvent): string => {
  if (event.type === 'submitted') return t('event.submitted');
  if (event.type === 'reply-nudged') return t('event.replyNudged');
  if (event.type === 'reply-lapsed') return t('event.replyLapsed');
  if (event.type === 'address-corrected') return t('event.addressCorrected');
  if (event.type === 'hold-placed' || event.type === 'hold-lifted') {
    return t(`event.${event.type}`, { name: event.staffName ?? t('event.someone') });
  }
  if (event.to === 'withdrawn') return t('event.withdrawn');
  if (isAboutPair(event.type)) {
    return t(`event.${event.type}`, { name: event.staffName ?? t('event.someone') });
  }
  if (event.type !== 'stage-changed') {
    const kind = documentKinds.find((one) => one === event.to);
    // Of an application that was erased there is no page.
    return event.type === 'erased' || !kind
      ? ''
      : t(`event.${event.type}`, { kind: t(`document.${kind}`) });
  }
  const name = (standing: LoggedEvent['to']): string =>
    standing ? standingName(t, standing as Standing) : '–';
  const steps = { from: name(event.from), to: name(event.to) };
  if (event.from === 'withdrawn') return t('event.withdrawalUndone', steps);
  return event.actor === 'staff'
    ? t('event.moved', { name: event.staffName ?? t('event.someone'), ...steps })
    : t('event.movedItself', steps);
};

/** What happened, in plain words, the oldest first. */
export const EventLog = ({ t, events, firstOpening, time }: LogProps) => {
  const lines = events.map((event) => ({ at: event.at, text: describe(t, event) }));
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

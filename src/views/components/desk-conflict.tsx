import type { Translator } from '../../i18n.ts';
import { describeEvent, type LoggedEvent } from './event-log.tsx';
import type { PageTime } from './reply-by.tsx';

/** Somebody was faster, or oneself in another window: nothing was done, and both sides are told. */
export type DeskConflict = {
  text: string;
  /** What happened since the page of the form was shown. */
  changes: LoggedEvent[];
  /** What the reader asked for, and what stands instead. */
  differences: { what: string; asked: string; stands: string }[];
};

/** Told above the heading of the page as it is now. */
export const ConflictNotice = (props: {
  t: Translator;
  conflict: DeskConflict;
  time: PageTime;
}) => {
  const { t, conflict, time } = props;
  const { text, changes, differences } = conflict;
  return (
    <div class="notice bad" role="alert">
      <p>{text}</p>
      {changes.length > 0 && (
        <ul>
          {changes.map((event) => (
            <li>
              {describeEvent(t, event)}{' '}
              <time class="under num" datetime={event.at.toISOString()}>
                {t.dateTime(event.at, time.timeZone)}
              </time>
            </li>
          ))}
        </ul>
      )}
      {differences.length > 0 && (
        <ul>
          {differences.map((one) => (
            <li>{t('conflict.both', one)}</li>
          ))}
        </ul>
      )}
    </div>
  );
};

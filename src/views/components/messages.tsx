import type { MessageEntry } from '../../db/messages.ts';
import type { Translator } from '../../i18n.ts';

export type ShownMessage = Pick<MessageEntry, 'direction' | 'language' | 'body' | 'createdAt'> & {
  /** Who wrote it, in the reader's words. */
  from: string;
};

/** The messages between an applicant and the editors, the oldest first. */
export const Messages = (props: { t: Translator; messages: ShownMessage[]; timeZone: string }) => (
  <>
    {props.messages.map(({ language, body, createdAt, from }) => (
      <article class="message">
        <p class="small">
          <strong>
            <bdi>{from}</bdi>
          </strong>{' '}
          <time class="soft num" datetime={createdAt.toISOString()}>
            {props.t.dateTime(createdAt, props.timeZone)}
          </time>
        </p>
        <p class="words" lang={language} dir="auto">
          {body}
        </p>
      </article>
    ))}
  </>
);

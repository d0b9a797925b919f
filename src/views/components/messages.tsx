import type { Child } from 'hono/jsx';
import type { MessageEntry } from '../../db/messages.ts';
import type { Translator } from '../../i18n.ts';

export type ShownMessage = Pick<
  MessageEntry,
  'id' | 'direction' | 'language' | 'body' | 'createdAt'
> & {
  /** Who wrote it, in the reader's words. */
  from: string;
};

type MessagesProps<Message extends ShownMessage> = {
  t: Translator;
  messages: readonly Message[];
  timeZone: string;
  /** What else there is to say of one. */
  mark?(message: Message): Child;
};

/** The messages between an applicant and the editors, the oldest first. */
export const Messages = <Message extends ShownMessage>(props: MessagesProps<Message>) => (
  <>
    {props.messages.map((message) => (
      <article class={`message ${message.direction}`} id={`message-${message.id}`}>
        <p class="small">
          <strong>
            <bdi>{message.from}</bdi>
          </strong>{' '}
          <time class="soft num" datetime={message.createdAt.toISOString()}>
            {props.t.dateTime(message.createdAt, props.timeZone)}
          </time>
          {props.mark?.(message)}
        </p>
        <p class="words" lang={message.language} dir="auto">
          {message.body}
        </p>
      </article>
    ))}
  </>
);

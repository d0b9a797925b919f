import { deskKeys } from '../../domain/desk-keys.ts';
import { messageLimit } from '../../domain/messages.ts';
import { languages, type Translator } from '../../i18n.ts';
import { type FieldError, SelectField, TextField } from './form.tsx';
import { Messages, type ShownMessage } from './messages.tsx';
import { OutsideSign } from './talk-signs.tsx';

/** A message that an editor is writing. */
export type ComposedMessage = {
  body: string;
  language: string;
  errors: FieldError[];
  /** One was just sent. */
  sent: boolean;
};

type DeskMessagesProps = {
  t: Translator;
  messages: ShownMessage[];
  /** Undefined for those who may not write. */
  composed: ComposedMessage | undefined;
  /** The applicant's. */
  name: string;
  /** Where the form goes. */
  action: string;
  timeZone: string;
};

/** The messages with an applicant, and a box for the next: whatever is written in it reaches them. */
export const DeskMessages = (props: DeskMessagesProps) => {
  const { t, messages, composed, name, action, timeZone } = props;
  return (
    <>
      {composed?.sent && (
        <p class="notice good" role="status">
          {t('admin.message.sent')}
        </p>
      )}
      {messages.length === 0 && <p class="soft">{t('admin.application.noMessages')}</p>}
      <Messages t={t} messages={messages} timeZone={timeZone} />
      {composed && (
        <form class="message outside" method="post" action={action} novalidate>
          <OutsideSign t={t} name={name} language={composed.language} />
          <TextField
            t={t}
            name="message"
            label={t('admin.message.body', { name })}
            hint={t('admin.message.hint', { limit: t.number(messageLimit) })}
            rows={5}
            keys={deskKeys.message}
            value={composed.body}
            errors={composed.errors}
          />
          <SelectField
            t={t}
            name="language"
            label={t('admin.message.language')}
            value={composed.language}
            options={languages.map((code) => ({ value: code, label: t.languageName(code) }))}
            errors={[]}
          />
          <p>
            <button type="submit" class="button quiet small">
              {t('admin.message.send')}
            </button>
          </p>
        </form>
      )}
    </>
  );
};

import { deskKeys } from '../../domain/desk-keys.ts';
import { messageLimit } from '../../domain/messages.ts';
import { languages, type Translator } from '../../i18n.ts';
import { RequestChip, type ShownRequest, sayRequest } from './desk-requests.tsx';
import { type FieldError, SelectField, TextField } from './form.tsx';
import { type MailOnItsWay, mailTones } from './mail-state.tsx';
import { Messages, type ShownMessage } from './messages.tsx';
import type { PageTime } from './reply-by.tsx';
import { OutsideSign } from './talk-signs.tsx';

/** A message that an editor is writing. */
export type ComposedMessage = {
  body: string;
  language: string;
  errors: FieldError[];
  /** One was just sent. */
  sent: boolean;
};

/** A message as editors see it. */
export type DeskMessage = ShownMessage & {
  /** How far its mail has come; of the editors' own. */
  state: MailOnItsWay['state'] | undefined;
  /** The applicant wrote it since the reader was here last. */
  fresh: boolean;
  /** What it asked for. */
  request: ShownRequest | undefined;
};

type DeskMessagesProps = {
  t: Translator;
  messages: DeskMessage[];
  /** Undefined for those who may not write. */
  composed: ComposedMessage | undefined;
  /** The applicant's. */
  name: string;
  /** Where the form goes. */
  action: string;
  /** The language that the applicant applied in. */
  applicantLanguage: string;
  /** Mail to the applicant does not arrive, or they have withdrawn. */
  warning: string | undefined;
  time: PageTime;
};

type MarkProps = { t: Translator; message: DeskMessage; time: PageTime };

const Mark = ({ t, message, time }: MarkProps) => {
  const { state, fresh, request } = message;
  return (
    <>
      {fresh && <span class="chip new">{t('talk.new')}</span>}
      {state && <span class={`chip ${mailTones[state]}`}>{t(`outbox.state.${state}`)}</span>}
      {request && (
        <span class="under">
          <RequestChip t={t} request={request} time={time} /> {sayRequest({ t, request, time })}
        </span>
      )}
    </>
  );
};

/** The messages with an applicant, and a box for the next: whatever is written in it reaches them. */
export const DeskMessages = (props: DeskMessagesProps) => {
  const { t, messages, composed, name, action, time } = props;
  return (
    <>
      {composed?.sent && (
        <p class="notice good" role="status">
          {t('admin.message.sent')}
        </p>
      )}
      {messages.length === 0 && <p class="soft">{t('admin.application.noMessages')}</p>}
      <Messages
        t={t}
        messages={messages}
        timeZone={time.timeZone}
        mark={(message) => <Mark t={t} message={message} time={time} />}
      />
      {composed && (
        <form class="message outside" method="post" action={action} novalidate>
          <OutsideSign t={t} name={name} language={composed.language} />
          {props.warning && <p class="notice">{props.warning}</p>}
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
            hint={t('admin.message.applied', { language: t.languageName(props.applicantLanguage) })}
            value={composed.language}
            options={languages.map((code) => ({ value: code, label: t.languageName(code) }))}
            errors={[]}
          />
          <p class="actions">
            <button type="submit" class="button quiet small" name="act" value="preview">
              {t('admin.message.preview')}
            </button>
            <button type="submit" class="button quiet small" name="act" value="send">
              {t('admin.message.send')}
            </button>
            <button type="submit" class="button quiet small" name="act" value="template">
              {t('admin.message.useTemplate')}
            </button>
          </p>
        </form>
      )}
    </>
  );
};

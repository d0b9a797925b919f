import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import { messageLimit } from '../../domain/messages.ts';
import { isOverdue, momentOfDay, type RequestState, requestDays } from '../../domain/requests.ts';
import { languages, type Translator } from '../../i18n.ts';
import { Choice, type FieldError, SelectField, TextField } from './form.tsx';
import type { PageTime } from './reply-by.tsx';
import { OutsideSign } from './talk-signs.tsx';

/** What an applicant was asked for. */
export type ShownRequest = {
  id: string;
  state: RequestState;
  dueOn: string;
  kinds: DocumentKind[];
  createdAt: Date;
};

/** A request that an editor is writing. */
export type ComposedRequest = {
  body: string;
  language: string;
  kinds: readonly DocumentKind[];
  dueOn: string;
  errors: FieldError[];
  /** The form is unfolded. */
  open?: boolean;
  /** The letter around it, where it was changed as it was shown; it goes along unseen. */
  text?: string | undefined;
};

type RequestProps = { t: Translator; request: ShownRequest; time: PageTime };

/** How far a request has come, in one chip. */
export const RequestChip = ({ t, request, time }: RequestProps) => {
  const late = isOverdue(request, time);
  const tones = { open: 'new', answered: 'good', cancelled: '' };
  return (
    <span class={`chip ${late ? 'bad' : tones[request.state]}`}>
      {t(late ? 'request.state.overdue' : `request.state.${request.state}`)}
    </span>
  );
};

/** By when and what, in one line. */
export const sayRequest = ({ t, request, time }: RequestProps): string => {
  const { timeZone } = time;
  const date = t.date(momentOfDay(request.dueOn, timeZone), timeZone);
  const files = t.list(request.kinds.map((kind) => t(`document.${kind}`)));
  return files === '' ? t('request.by', { date }) : t('request.byWith', { date, files });
};

type DeskRequestsProps = {
  t: Translator;
  /** The one that waits for the applicant. */
  open: ShownRequest | undefined;
  /** Undefined for those who may not ask, and where nobody can be asked. */
  composed: ComposedRequest | undefined;
  /** The applicant's name, and the language of what they sent. */
  name: string;
  replyBy: Date;
  action: string;
  mayWrite: boolean;
  time: PageTime;
};

const OpenRequest = ({ t, open, action, mayWrite, time }: DeskRequestsProps) =>
  open && (
    <div class="outside">
      <p>
        <RequestChip t={t} request={open} time={time} /> {sayRequest({ t, request: open, time })}
      </p>
      {mayWrite && (
        <form method="post" action={action}>
          <input type="hidden" name="requestId" value={open.id} />
          <p class="small">{t('request.cancel.hint')}</p>
          <p>
            <button type="submit" class="button quiet small" name="act" value="cancel">
              {t('request.cancel')}
            </button>
          </p>
        </form>
      )}
    </div>
  );

/** What the applicant was asked for, and a form to ask for something by a day. */
export const DeskRequests = (props: DeskRequestsProps) => {
  const { t, open, composed, name, action, time } = props;
  // What was typed while a colleague asked is still there.
  const unfolded = composed !== undefined && (composed.errors.length > 0 || composed.open === true);
  const isShown = composed && (!open || unfolded);
  return (
    <>
      <OpenRequest {...props} />
      {isShown && (
        <details class="asking" open={unfolded}>
          <summary>{t('request.ask')}</summary>
          <form class="message outside" method="post" action={action} novalidate>
            <OutsideSign t={t} name={name} language={composed.language} />
            {composed.text !== undefined && (
              <>
                <input type="hidden" name="text" value={composed.text} />
                <input type="hidden" name="textLanguage" value={composed.language} />
              </>
            )}
            <TextField
              t={t}
              name="request"
              label={t('request.body')}
              hint={t('request.hint', { limit: t.number(messageLimit) })}
              rows={4}
              value={composed.body}
              errors={composed.errors}
            />
            <SelectField
              t={t}
              name="language"
              id="request-language"
              label={t('admin.message.language')}
              value={composed.language}
              options={languages.map((code) => ({ value: code, label: t.languageName(code) }))}
              errors={[]}
            />
            <fieldset class="tell">
              <legend>{t('request.files')}</legend>
              <div class="colleagues">
                {documentKinds.map((kind) => (
                  <Choice
                    name="kinds"
                    id={`kinds-${kind}`}
                    label={t(`document.${kind}`)}
                    value={kind}
                    checked={composed.kinds.includes(kind)}
                  />
                ))}
              </div>
            </fieldset>
            <TextField
              t={t}
              name="dueOn"
              type="date"
              label={t('request.dueOn')}
              hint={t('request.dueOn.hint', {
                days: requestDays.most,
                zone: t.zone(time.now, time.timeZone),
                date: t.date(props.replyBy, time.timeZone),
              })}
              value={composed.dueOn}
              errors={composed.errors}
            />
            <p class="actions">
              <button type="submit" class="button quiet small" name="act" value="preview">
                {t('admin.message.preview')}
              </button>
              <button type="submit" class="button quiet small" name="act" value="ask">
                {t('request.send')}
              </button>
            </p>
          </form>
        </details>
      )}
    </>
  );
};

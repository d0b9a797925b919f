import { allowedExtensions } from '../../domain/document-types.ts';
import { type DocumentKind, fileLimits } from '../../domain/documents.ts';
import { messageLimit } from '../../domain/messages.ts';
import { momentOfDay } from '../../domain/requests.ts';
import type { Translator } from '../../i18n.ts';
import { type FieldError, TextField } from './form.tsx';

/** What the editors ask of an applicant, and what the applicant is about to answer. */
export type OwnRequestProps = {
  t: Translator;
  base: string;
  /**
   * The id of the form that sends it: the one of the message box too, so that whatever is sent, what
   * stands in both boxes travels along.
   */
  form: string;
  request: {
    id: string;
    body: string;
    language: string;
    kinds: DocumentKind[];
    dueOn: string;
  };
  overdue: boolean;
  typed: string;
  errors: FieldError[];
  maxFileBytes: number;
  timeZone: string;
};

const FileInput = (props: OwnRequestProps & { kind: DocumentKind }) => {
  const { t, kind, errors, maxFileBytes } = props;
  const error = errors.find(({ field }) => field === kind || field.startsWith(`${kind}-`));
  const limit = t.size(maxFileBytes);
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <label for={kind}>{t(`document.${kind}`)}</label>
      <p class="hint" id={`${kind}-hint`}>
        {t('request.own.file', {
          types: t.list(allowedExtensions.map((one) => one.toUpperCase())),
          limit,
        })}
      </p>
      {error && (
        <p class="error" id={`${kind}-error`}>
          {error.message}
        </p>
      )}
      <input
        type="file"
        id={kind}
        name={kind}
        form={props.form}
        multiple={fileLimits[kind] > 1}
        accept={allowedExtensions.map((extension) => `.${extension}`).join(',')}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={[error && `${kind}-error`, `${kind}-hint`].filter(Boolean).join(' ')}
      />
    </div>
  );
};

/** What the editors asked for, by when, and what answers it. */
export const OwnRequest = (props: OwnRequestProps) => {
  const { t, base, form, request, overdue, typed, errors, timeZone } = props;
  const moment = momentOfDay(request.dueOn, timeZone);
  const values = { date: t.date(moment, timeZone), zone: t.zone(moment, timeZone) };
  return (
    <section class="notice flow" aria-labelledby="request">
      <h2 id="request">{t('request.own.title')}</h2>
      <p>{t(overdue ? 'request.own.overdue' : 'request.own.by', values)}</p>
      <blockquote class="words" lang={request.language} dir="auto">
        {request.body}
      </blockquote>
      <input type="hidden" name="request" value={request.id} form={form} />
      {request.kinds.length > 0 && <p>{t('request.own.kept')}</p>}
      {request.kinds.map((kind) => (
        <FileInput {...props} kind={kind} />
      ))}
      <TextField
        t={t}
        name="answer"
        form={form}
        label={t('request.own.answer')}
        hint={`${t('status.message.hint', { limit: t.number(messageLimit) })} ${t('field.sensitive')}`}
        optional={request.kinds.length > 0}
        rows={5}
        value={typed}
        errors={errors}
      />
      <p>
        <button
          type="submit"
          class="button"
          form={form}
          formaction={`${base}/request`}
          name="intent"
          value="send"
        >
          {t('request.own.send')}
        </button>
      </p>
    </section>
  );
};

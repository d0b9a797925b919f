import type { TemplateKind } from '../../domain/letter-placeholders.ts';
import type { Role } from '../../domain/permissions.ts';
import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { PlaceholderList } from '../components/letter-fields.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

export type CheckMessageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  applicant: { name: string; reference: string; email: string };
  kind: Extract<TemplateKind, 'message' | 'request-more'>;
  /** Where the form goes, and the application's page with the list's filters. */
  action: string;
  back: string;
  /** What else was typed, and goes along unseen. */
  carried: readonly (readonly [name: string, value: string])[];
  /** The control with the text, as it was written. */
  text: { name: string; value: string; language: string };
  /** As the applicant will read it; undefined while something keeps it from being sent. */
  mail: { subject: string; text: string } | undefined;
  /** The applicant's language. */
  language: string;
  warning: string | undefined;
  errors: FieldError[];
};

/** A message or a request as its applicant will read it, before it is sent; it can still be changed. */
export const CheckMessagePage = (props: CheckMessageProps) => {
  const { frame, staff, applicant, kind, text, mail, errors, language } = props;
  const { t } = frame;
  const { name, reference } = applicant;
  const heading = t(
    kind === 'message' ? 'checkMessage.title.message' : 'checkMessage.title.request',
    {
      name,
    },
  );
  const title = `${heading} · ${reference}`;
  const send = kind === 'message' ? 'admin.message.send' : 'request.send';
  return (
    <DeskPage
      frame={frame}
      title={title}
      failed={errors.length > 0}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ErrorSummary t={t} errors={errors} />
      <p class="walk">
        <a href={props.back}>
          <bdi>{name}</bdi> · {reference}
        </a>
      </p>
      <h1>{heading}</h1>
      {props.warning && <p class="notice bad">{props.warning}</p>}
      <form class="flow" method="post" action={props.action} novalidate>
        <input type="hidden" name="on" value="check" />
        {props.carried.map(([field, value]) => (
          <input type="hidden" name={field} value={value} />
        ))}
        {mail && (
          <>
            <p>{t('checkMessage.goes', { to: applicant.email || reference })}</p>
            {mail.subject !== '' && (
              <dl class="answers">
                <div>
                  <dt>{t('outbox.mail.subject')}</dt>
                  <dd lang={language} dir="auto">
                    {mail.subject}
                  </dd>
                </div>
              </dl>
            )}
            <div class="paper" lang={language} dir="auto">
              {mail.text}
            </div>
            <p class="actions">
              <button
                type="submit"
                class="button"
                name="act"
                value={kind === 'message' ? 'send' : 'ask'}
              >
                {t(send)}
              </button>
              <button type="submit" class="button quiet" name="act" value="back">
                {t('checkMessage.back')}
              </button>
            </p>
          </>
        )}
        <h2>{t('checkMessage.change')}</h2>
        <TextField
          t={t}
          name={text.name}
          label={t('checkMessage.text')}
          rows={12}
          {...(text.language !== t.language && { lang: text.language })}
          value={text.value}
          errors={errors}
        />
        <PlaceholderList t={t} kind={kind} />
        <p class="actions">
          <button type="submit" class="button quiet" name="act" value="preview">
            {t('checkMessage.again')}
          </button>
          {!mail && (
            <button type="submit" class="button quiet" name="act" value="back">
              {t('checkMessage.back')}
            </button>
          )}
        </p>
      </form>
    </DeskPage>
  );
};

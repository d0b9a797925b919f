import type { Child } from 'hono/jsx';
import type { FormValues } from '../../domain/application-form.ts';
import type { Changeable } from '../../domain/documents.ts';
import { messageLimit } from '../../domain/messages.ts';
import type { ShownQuestion } from '../../domain/questions.ts';
import type { PublicStatus } from '../../domain/stages.ts';
import { Alert, ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { type Material, Materials } from '../components/materials.tsx';
import { Messages, type ShownMessage } from '../components/messages.tsx';
import { SentAnswers } from '../components/sent-answers.tsx';
import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

/** What was just done here. */
export const statusActs = [
  'documents',
  'message',
  'request',
  'returned',
  'address',
  'details',
  'consent-renewed',
  'consent-withdrawn',
] as const;
export type StatusAct = (typeof statusActs)[number];

/** A decision letter as its applicant reads it. */
export type ShownLetter = { subject: string; body: string; language: string; at: Date };

export type StatusPageProps = {
  frame: Frame;
  /** The address of this page without its query. */
  base: string;
  reference: string;
  receiptCode: string;
  status: PublicStatus;
  /** Then nothing is shown that tells who it is from. */
  discreet: boolean;
  email: string;
  /** Set when mail to that address is refused. */
  refusedAddress?: Child;
  /** Set when the editors wait for something. */
  request?: Child;
  submittedAt: Date;
  replyBy: Date;
  /** That day is over and the reply is still owed. */
  lapsed: boolean;
  timeZone: string;
  readers: string;
  contactEmail: string;
  documents: Material[];
  /** Which of its documents can be changed. */
  changeable: Changeable;
  /** When it is deleted, of a withdrawn one. */
  deletedAt?: Date | undefined;
  /** Until when a withdrawal can be undone; null when it can't, or there is none. */
  undoUntil: Date | null;
  /** They are in the directory and can say more of themselves. */
  contributes: boolean;
  /** Until when they agreed to be kept, of those who were told what was decided. */
  consent?: Child;
  /** Decision letters that have left, the newest first. */
  letters: ShownLetter[];
  messages: ShownMessage[];
  /** What is in the box for a message. */
  typed: string;
  errors: FieldError[];
  alert?: string | undefined;
  done?: StatusAct | undefined;
  values: FormValues;
  placeNames: Record<string, string>;
  questions: readonly ShownQuestion[];
  languages: LanguageLink[];
};

/** The one form of the page whose boxes keep what is typed, whatever is sent. */
export const messageForm = 'message-form';

const Receipt = ({ frame: { t }, receiptCode, discreet }: StatusPageProps) => (
  <div class="receipt flow">
    <p>{t('status.receiptCode')}</p>
    <p>
      <strong data-receipt-code>{receiptCode}</strong>
    </p>
    <p class="small">{t(discreet ? 'status.receiptHint.discreet' : 'status.receiptHint')}</p>
  </div>
);

const Facts = ({ frame: { t }, status, timeZone, ...props }: StatusPageProps) => (
  <dl class="facts">
    <div>
      <dt>{t('status.status')}</dt>
      <dd>{t(`status.${status}`)}</dd>
    </div>
    {(status === 'received' || status === 'being-read') && !props.lapsed && (
      <div>
        <dt>{t('status.replyBy')}</dt>
        <dd>
          {t.date(props.replyBy, timeZone)}
          <span class="under">
            {t('status.replyBy.zone', { zone: t.zone(props.replyBy, timeZone) })}
          </span>
        </dd>
      </div>
    )}
    <div>
      <dt>{t('status.submittedAt')}</dt>
      <dd>{t.dateTime(props.submittedAt, timeZone)}</dd>
    </div>
    <div>
      <dt>{t('status.reference')}</dt>
      <dd>{props.reference}</dd>
    </div>
    <div>
      <dt>{t('status.readers')}</dt>
      <dd>{props.readers}</dd>
    </div>
    {props.deletedAt && (
      <div>
        <dt>{t('call.deletion')}</dt>
        <dd>{t.date(props.deletedAt, timeZone)}</dd>
      </div>
    )}
  </dl>
);

const Undo = ({ frame: { t }, base, undoUntil, timeZone }: StatusPageProps) =>
  undoUntil && (
    <form class="notice flow" method="post" action={`${base}/withdraw/undo`}>
      <p>{t('status.undo.until', { time: t.dateTime(undoUntil, timeZone) })}</p>
      <p>
        <button type="submit" class="button">
          {t('status.undo')}
        </button>
      </p>
    </form>
  );

const Letters = ({ frame: { t }, letters, timeZone }: StatusPageProps) =>
  letters.length === 0 ? null : (
    <>
      <h2 id="letters">{t('status.letters')}</h2>
      {letters.map(({ subject, body, language, at }) => (
        <article class="message">
          <h3 lang={language} dir="auto">
            {subject}
          </h3>
          <p class="small">
            <time class="soft num" datetime={at.toISOString()}>
              {t.dateTime(at, timeZone)}
            </time>
          </p>
          <p class="words" lang={language} dir="auto">
            {body}
          </p>
        </article>
      ))}
    </>
  );

const Documents = ({ frame: { t }, base, status, changeable, ...props }: StatusPageProps) => (
  <>
    <h2 id="documents">{t('status.materials')}</h2>
    <Materials t={t} documents={props.documents} base={base} discreet={props.discreet} />
    {changeable !== 'nothing' && (
      <>
        {changeable === 'all' && <p>{t('status.documents.open')}</p>}
        <p>
          <a class="button quiet" href={`${base}/documents`}>
            {t('status.documents.change')}
          </a>
        </p>
      </>
    )}
    {changeable !== 'all' && status === 'being-read' && <p>{t('status.documents.closed')}</p>}
  </>
);

const Conversation = ({ frame: { t }, base, messages, ...props }: StatusPageProps) => (
  <>
    <h2 id="messages">{t('status.messages')}</h2>
    {props.done === 'message' && (
      <p class="notice good" role="status">
        {t('status.done.message')}
      </p>
    )}
    <div>
      <Messages t={t} messages={messages} timeZone={props.timeZone} />
    </div>
    <form
      class="flow"
      id={messageForm}
      method="post"
      action={`${base}/messages`}
      enctype="multipart/form-data"
      novalidate
    >
      <TextField
        t={t}
        name="message"
        label={t('status.message.body')}
        hint={[
          t(props.discreet ? 'status.message.hintDiscreet' : 'status.message.hint', {
            limit: t.number(messageLimit),
          }),
          t('field.sensitive'),
        ].join(' ')}
        rows={5}
        value={props.typed}
        errors={props.errors}
      />
      <p>
        <button
          type="submit"
          class={props.undoUntil ? 'button quiet' : 'button'}
          name="intent"
          value="send"
        >
          {t('status.message.send')}
        </button>
      </p>
    </form>
  </>
);

/** Whoever has a discreet page but not its address gets nothing that the page leaves out. */
const GuardedExport = ({ frame: { t }, base, errors }: StatusPageProps) => (
  <form class="flow" method="post" action={`${base}/export`} novalidate>
    <p>{t('status.exportDiscreet')}</p>
    <TextField
      t={t}
      name="exportEmail"
      type="email"
      inputmode="email"
      label={t('status.exportEmail')}
      value=""
      errors={errors}
    />
    <p>
      <button type="submit" class="button quiet">
        {t('status.export')}
      </button>
    </p>
  </form>
);

const OwnData = (props: StatusPageProps) => {
  const { frame, base, status, discreet } = props;
  const { t } = frame;
  return (
    <>
      <h2 id="data">{t('status.data')}</h2>
      <p>{t('status.exportHint')}</p>
      {discreet && <GuardedExport {...props} />}
      <p class="actions">
        {!discreet && (
          <a class="button quiet" href={`${base}/export`} download>
            {t('status.export')}
          </a>
        )}
        {(status === 'received' || status === 'being-read') && (
          <a class="button quiet" href={`${base}/withdraw`}>
            {t('status.withdraw')}
          </a>
        )}
        <a class="button quiet" href={`${base}/erase`}>
          {t('status.erase')}
        </a>
      </p>
    </>
  );
};

/** What happens next; what was decided without a letter has none to look for. */
const sayNext = (props: StatusPageProps): string => {
  const { frame, status, lapsed, letters, discreet, replyBy, timeZone } = props;
  const day = { replyBy: frame.t.date(replyBy, timeZone) };
  if (lapsed) return frame.t('status.lapsed.next', day);
  if (status === 'decision-made') {
    if (letters.length === 0) return frame.t('status.decision-made.noLetter');
    return frame.t(discreet ? 'status.decision-made.nextDiscreet' : 'status.decision-made.next');
  }
  return frame.t(`status.${status}.next`, day);
};

/** The applicant's private page; right after submitting it is the receipt. */
export const ApplicationStatusPage = (props: StatusPageProps) => {
  const { frame, status, errors, alert, done } = props;
  const { t } = frame;
  const title = t(`status.${status}.title`);
  const failed = errors.length > 0 || alert !== undefined;
  return (
    <PublicPage
      frame={frame}
      title={title}
      failed={failed}
      scripts={['form.js']}
      languages={props.languages}
      form={{ id: messageForm, submit: t('status.message.send') }}
    >
      {alert && <Alert text={alert} focused={errors.length === 0} />}
      <ErrorSummary t={t} errors={errors} />
      <h1>{title}</h1>
      {done && done !== 'message' && (
        <p class="notice good" role="status">
          {t(`status.done.${done}`)}
        </p>
      )}
      {props.refusedAddress}
      {props.request}
      <Undo {...props} />
      <Receipt {...props} />
      <Facts {...props} />
      <h2>{t('status.next')}</h2>
      <p>{sayNext(props)}</p>
      {props.contributes && (
        <>
          <p>{t('status.details')}</p>
          <p>
            <a class="button" href={`${props.base}/details`}>
              {t('contributor.own.title')}
            </a>
          </p>
        </>
      )}
      {props.consent}
      {status === 'received' && !props.lapsed && !props.refusedAddress && (
        <p>
          {props.discreet
            ? t('status.mailSent.discreet')
            : t('status.mailSent', { email: props.email })}
        </p>
      )}
      {/* A mail would carry the address past the seal; the box below does not. */}
      {!props.discreet && (
        <p>
          {t.rich('call.questions', {
            address: () => <a href={`mailto:${props.contactEmail}`}>{props.contactEmail}</a>,
          })}
        </p>
      )}
      <Letters {...props} />
      <Documents {...props} />
      {props.discreet ? (
        <p class="soft">{t('status.discreet')}</p>
      ) : (
        <details>
          <summary>{t('status.answers')}</summary>
          <SentAnswers {...props} t={t} />
        </details>
      )}
      <Conversation {...props} />
      <OwnData {...props} />
      <p class="soft">{t('status.privatePage')}</p>
    </PublicPage>
  );
};

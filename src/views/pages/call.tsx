import type { CallState, CallText, Fee } from '../../domain/calls.ts';
import { type DocumentKind, fileLimits } from '../../domain/documents.ts';
import { namePeriod } from '../../domain/periods.ts';
import { describeState } from '../components/call-state.tsx';
import { languageLinks } from '../components/language-links.ts';
import type { Shared } from '../components/link-preview.tsx';
import type { Frame } from '../layout.tsx';
import { PublicPage, previewHref } from '../layout.tsx';

type CallPageProps = {
  frame: Frame;
  slug: string;
  text: CallText;
  /** The language of the texts, where they are not there in the page's. */
  textLanguage: string | undefined;
  shared: Shared;
  state: CallState;
  opensAt: Date;
  closesAt: Date | null;
  timeZone: string;
  places: string[];
  documents: { kind: DocumentKind; required: boolean }[];
  fee: Fee | null;
  contactEmail: string;
  replyDays: number;
  retentionDays: number;
  maxFileBytes: number;
  maxFiles: number;
  /** The article the reader came from, carried on to the form. */
  via: string;
};

const withVia = (path: string, via: string): string =>
  via === '' ? path : `${path}?via=${encodeURIComponent(via)}`;

const FeeBlock = ({ frame: { t }, fee }: { frame: Frame; fee: Fee | null }) =>
  fee === null ? (
    <p class="notice">{t('call.fee.open')}</p>
  ) : (
    <ul class="plain num">
      <li>
        <strong>
          {t('call.fee.range', {
            from: t.number(fee.from),
            to: t.number(fee.to),
            currency: fee.currency,
          })}
        </strong>
      </li>
      <li>{t(fee.expenses ? 'call.fee.expenses' : 'call.fee.noExpenses')}</li>
      {fee.killFeePercent !== null && (
        <li>{t('call.fee.kill', { percent: fee.killFeePercent })}</li>
      )}
      <li>{t('call.fee.paidWithin', { days: fee.paidWithinDays })}</li>
    </ul>
  );

const StateNotice = (props: CallPageProps) => {
  const { frame, state } = props;
  const { t } = frame;
  const sentence = describeState({ ...props, t });
  if (state === 'open') return <p class="soft">{sentence}</p>;
  return (
    <div class="notice flow">
      <p>
        <strong>{sentence}</strong>{' '}
        {t(state === 'closed' ? 'call.state.closedNext' : 'call.state.notYetOpenNext')}
      </p>
      {state === 'closed' && (
        <p class="actions">
          <a class="button quiet" href={`/${t.language}`}>
            {t('call.state.others')}
          </a>
        </p>
      )}
    </div>
  );
};

const ApplyLink = ({ frame: { t, preview }, slug, via }: CallPageProps) => {
  const form = `/${t.language}/calls/${slug}/apply`;
  return (
    <p class="actions">
      <a class="button" href={preview ? previewHref(preview.path, form) : withVia(form, via)}>
        {t('call.apply')}
      </a>
      <span class="soft">{t('call.duration')}</span>
    </p>
  );
};

/** What to send, in which form, and how large it may be. */
const Materials = ({ frame: { t }, documents, maxFileBytes, maxFiles }: CallPageProps) => {
  // The form has no place for more than its kinds of documents take.
  const places = documents.reduce((sum, { kind }) => sum + fileLimits[kind], 0);
  const count = Math.min(maxFiles, places);
  return (
    <>
      <ul class="asked">
        {documents.map(({ kind, required }) => (
          <li>
            <strong>{t(`document.${kind}`)}</strong>
            {!required && <span class="optional"> {t('form.optional')}</span>}
            <span class="hint">{t(`document.${kind}.hint`)}</span>
          </li>
        ))}
      </ul>
      <p>{t('call.sendFormats', { size: t.size(maxFileBytes), count })}</p>
      <p>{t('call.sendHow')}</p>
    </>
  );
};

/** What the newsroom seeks, offers and promises, with the way to the form. */
export const CallPage = (props: CallPageProps) => {
  const { frame, slug, text, textLanguage: lang, places, fee, contactEmail, via } = props;
  const { t } = frame;
  const open = props.state === 'open';
  return (
    <PublicPage
      frame={frame}
      title={text.title}
      description={text.lead}
      indexed
      shared={props.shared}
      languages={languageLinks((language) => withVia(`/${language}/calls/${slug}`, via))}
    >
      <h1 lang={lang}>{text.title}</h1>
      <p class="lead" lang={lang}>
        {text.lead}
      </p>
      <StateNotice {...props} />
      {open && <ApplyLink {...props} />}
      <h2>{t('call.seek')}</h2>
      <p lang={lang}>{text.seek}</p>
      {places.length > 0 && (
        <>
          <ul class="plain" lang={lang}>
            {places.map((place) => (
              <li>{place}</li>
            ))}
          </ul>
          <p class="soft small">{t('call.placesNote')}</p>
        </>
      )}
      <h2>{t('call.offer')}</h2>
      <ul class="plain" lang={lang}>
        {text.offer.map((line) => (
          <li lang={lang}>{line}</li>
        ))}
      </ul>
      <h3>{t('call.fee.heading')}</h3>
      <FeeBlock frame={frame} fee={fee} />
      <h2>{t('call.send')}</h2>
      <Materials {...props} />
      <h2>{t('call.next')}</h2>
      <dl class="facts">
        <div>
          <dt>{t('call.replyWithin')}</dt>
          <dd>{t('call.days', { days: props.replyDays })}</dd>
        </div>
        <div>
          <dt>{t('call.readers')}</dt>
          <dd lang={lang}>{text.readers}</dd>
        </div>
        <div>
          <dt>{t('call.deletion')}</dt>
          <dd>{t('call.deletedAfter', namePeriod(props.retentionDays))}</dd>
        </div>
      </dl>
      <p>{t('call.replyPromise')}</p>
      <p>
        {t.rich('call.questions', {
          address: () => <a href={`mailto:${contactEmail}`}>{contactEmail}</a>,
        })}
      </p>
      {open && <ApplyLink {...props} />}
    </PublicPage>
  );
};

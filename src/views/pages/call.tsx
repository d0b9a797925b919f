import type { CallState, CallText, Fee } from '../../domain/calls.ts';
import type { DocumentKind } from '../../domain/documents.ts';
import { namePeriod } from '../../domain/periods.ts';
import { languageLinks } from '../components/language-links.ts';
import type { Frame } from '../layout.tsx';
import { PublicPage, previewHref } from '../layout.tsx';

type CallPageProps = {
  frame: Frame;
  slug: string;
  text: CallText;
  /** The language of the texts, where they are not there in the page's. */
  textLanguage: string | undefined;
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
  /** The article the reader came from, carried on to the form. */
  via: string;
};

const withVia = (path: string, via: string): string =>
  via === '' ? path : `${path}?via=${encodeURIComponent(via)}`;

const FeeBlock = ({ frame: { t }, fee }: { frame: Frame; fee: Fee | null }) =>
  fee === null ? (
    <p class="soft">{t('call.fee.open')}</p>
  ) : (
    <ul class="plain">
      <li>
        {t('call.fee.range', {
          from: t.number(fee.from),
          to: t.number(fee.to),
          currency: fee.currency,
        })}
      </li>
      <li>{t(fee.expenses ? 'call.fee.expenses' : 'call.fee.noExpenses')}</li>
      {fee.killFeePercent !== null && (
        <li>{t('call.fee.kill', { percent: fee.killFeePercent })}</li>
      )}
      <li>{t('call.fee.paidWithin', { days: fee.paidWithinDays })}</li>
    </ul>
  );

const StateNotice = (props: CallPageProps) => {
  const { state, opensAt, closesAt, timeZone } = props;
  const { t } = props.frame;
  if (state === 'not-yet-open') {
    return (
      <p class="notice">{t('call.state.notYetOpen', { when: t.dateTime(opensAt, timeZone) })}</p>
    );
  }
  if (state === 'closed' && closesAt) {
    return <p class="notice">{t('call.state.closed', { when: t.dateTime(closesAt, timeZone) })}</p>;
  }
  return (
    <p class="soft">
      {closesAt
        ? t('call.state.closes', { when: t.dateTime(closesAt, timeZone) })
        : t('call.state.rolling')}
    </p>
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

/** What the newsroom seeks, offers and promises, with the way to the form. */
export const CallPage = (props: CallPageProps) => {
  const {
    frame,
    slug,
    text,
    textLanguage: lang,
    places,
    documents,
    fee,
    contactEmail,
    via,
  } = props;
  const { t } = frame;
  const open = props.state === 'open';
  return (
    <PublicPage
      frame={frame}
      title={text.title}
      description={text.lead}
      indexed
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
      <ul class="plain">
        {places.map((place) => (
          <li>{place}</li>
        ))}
      </ul>
      <p class="soft small">{t('call.placesNote')}</p>
      <h2>{t('call.offer')}</h2>
      <ul class="plain">
        {text.offer.map((line) => (
          <li lang={lang}>{line}</li>
        ))}
      </ul>
      <h3>{t('call.fee.heading')}</h3>
      <FeeBlock frame={frame} fee={fee} />
      <h2>{t('call.send')}</h2>
      <ul class="plain">
        {documents.map(({ kind, required }) => (
          <li>
            {t(`document.${kind}`)}
            {!required && <span class="optional"> {t('form.optional')}</span>}
          </li>
        ))}
      </ul>
      <p>{t('call.sendHow')}</p>
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
      <p>
        {t.rich('call.questions', {
          address: () => <a href={`mailto:${contactEmail}`}>{contactEmail}</a>,
        })}
      </p>
      {open && <ApplyLink {...props} />}
    </PublicPage>
  );
};

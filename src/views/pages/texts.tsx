import type { NoticeText } from '../../domain/calls.ts';
import { languageLinks } from '../components/language-links.ts';
import { type Frame, PublicPage } from '../layout.tsx';

/** The privacy notice in force. */
export const PrivacyPage = (props: {
  frame: Frame;
  notice: NoticeText;
  /** The notice's language, where it is not the page's. */
  noticeLanguage: string | undefined;
  version: number;
  since: string;
}) => {
  const { t } = props.frame;
  return (
    <PublicPage
      frame={props.frame}
      title={t('layout.privacy')}
      indexed
      languages={languageLinks((language) => `/${language}/privacy`)}
    >
      <h1>{t('layout.privacy')}</h1>
      <p class="soft">{t('privacy.version', { version: props.version, since: props.since })}</p>
      {props.notice.sections.map(({ heading, text }) => (
        <>
          <h2 lang={props.noticeLanguage}>{heading}</h2>
          <p lang={props.noticeLanguage}>{text}</p>
        </>
      ))}
    </PublicPage>
  );
};

/** Who is responsible for the site; says so plainly while the operator has not filled it in. */
export const ImprintPage = ({ frame, lines }: { frame: Frame; lines: string[] }) => {
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t('layout.imprint')}
      indexed
      languages={languageLinks((language) => `/${language}/imprint`)}
    >
      <h1>{t('layout.imprint')}</h1>
      {lines.length === 0 ? (
        <p class="notice">{t('imprint.empty')}</p>
      ) : (
        <p>
          {lines.map((line) => (
            <>
              {line}
              <br />
            </>
          ))}
        </p>
      )}
    </PublicPage>
  );
};

type CallListProps = {
  frame: Frame;
  /** `textLanguage` is that of the texts, where it is not the page's. */
  calls: { slug: string; title: string; lead: string; textLanguage: string | undefined }[];
};

/** The open calls, when there is not exactly one. */
export const CallListPage = ({ frame, calls }: CallListProps) => {
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t('calls.title')}
      indexed
      languages={languageLinks((language) => `/${language}`)}
    >
      <h1>{t('calls.title')}</h1>
      {calls.length === 0 && <p>{t('calls.none')}</p>}
      {calls.map(({ slug, title, lead, textLanguage }) => (
        <>
          <h2 lang={textLanguage}>
            <a href={`/${t.language}/calls/${slug}`}>{title}</a>
          </h2>
          <p lang={textLanguage}>{lead}</p>
        </>
      ))}
    </PublicPage>
  );
};

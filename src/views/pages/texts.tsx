import type { NoticeText } from '../../domain/calls.ts';
import { languageLinks } from '../components/language-links.ts';
import type { Shared } from '../components/link-preview.tsx';
import { type Frame, PublicPage } from '../layout.tsx';

/** The privacy notice in force. */
export const PrivacyPage = (props: {
  frame: Frame;
  shared: Shared;
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
      shared={props.shared}
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
export const ImprintPage = (props: { frame: Frame; shared: Shared; lines: string[] }) => {
  const { frame, shared, lines } = props;
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t('layout.imprint')}
      indexed
      shared={shared}
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

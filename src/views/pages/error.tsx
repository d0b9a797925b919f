import type { ErrorCode } from '../../errors.ts';
import { languageLinks } from '../components/language-links.ts';
import { type Frame, PublicPage } from '../layout.tsx';

/** What went wrong and what to do next, in the reader's language; never a cause or a trace. */
export const ErrorPage = (props: {
  frame: Frame;
  code: ErrorCode | 'internal';
  /** Where the reader can go in another language, behind the language. */
  path?: string;
  /** The address of the draft that waits in spite of the failure. */
  draft?: string;
}) => {
  const { frame, code, path = '', draft } = props;
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t(`error.${code}.title`)}
      languages={languageLinks((language) => `/${language}${path}`)}
    >
      <h1>{t(`error.${code}.title`)}</h1>
      <p>{t(`error.${code}.text`)}</p>
      {draft && (
        <p>
          <a href={draft}>{t('error.draft')}</a>
        </p>
      )}
      <p>
        <a href={`/${t.language}`}>{t('error.home')}</a>
      </p>
    </PublicPage>
  );
};

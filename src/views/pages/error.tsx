import type { ErrorCode } from '../../errors.ts';
import { languageLinks } from '../components/language-links.ts';
import { type Frame, PublicPage } from '../layout.tsx';

/** What went wrong and what to do next, in the reader's language; never a cause or a trace. */
export const ErrorPage = ({ frame, code }: { frame: Frame; code: ErrorCode | 'internal' }) => {
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t(`error.${code}.title`)}
      languages={languageLinks((language) => `/${language}`)}
    >
      <h1>{t(`error.${code}.title`)}</h1>
      <p>{t(`error.${code}.text`)}</p>
      <p>
        <a href={`/${t.language}`}>{t('error.home')}</a>
      </p>
    </PublicPage>
  );
};

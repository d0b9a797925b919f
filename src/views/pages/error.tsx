import type { Role } from '../../domain/permissions.ts';
import type { ErrorCode } from '../../errors.ts';
import { languageLinks } from '../components/language-links.ts';
import { DeskPage, type Frame, PublicPage } from '../layout.tsx';

/** What went wrong and what to do next, in the reader's language; never a cause or a trace. */
export const ErrorPage = (props: {
  frame: Frame;
  code: ErrorCode | 'internal';
  /** Where the reader can go in another language, behind the language. */
  path?: string;
  /** The address of the draft that waits in spite of the failure. */
  draft?: string;
  /** Where the reader can go on: the application that was submitted already, or its call. */
  way?: { to: 'application' | 'call'; href: string } | undefined;
  /** What else there is to know about it. */
  note?: string;
}) => {
  const { frame, code, path = '', draft, way, note } = props;
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t(`error.${code}.title`)}
      languages={languageLinks((language) => `/${language}${path}`)}
    >
      <h1>{t(`error.${code}.title`)}</h1>
      <p>{t(`error.${code}.text`)}</p>
      {note && <p>{note}</p>}
      {draft && (
        <p>
          <a class="way" href={draft}>
            {t('error.draft')}
          </a>
        </p>
      )}
      {way && (
        <p>
          <a class="way" href={way.href}>
            {t(`error.${way.to}`)}
          </a>
        </p>
      )}
      <p>
        <a class="way" href={`/${t.language}`}>
          {t('error.home')}
        </a>
      </p>
    </PublicPage>
  );
};

/** The same below /admin, with the way back into the desk. */
export const DeskErrorPage = (props: {
  frame: Frame;
  code: ErrorCode | 'internal';
  /** Undefined before one is signed in. */
  staff: { name: string; role: Role } | undefined;
}) => {
  const { frame, code, staff } = props;
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t(`error.${code}.title`)} staff={staff} width="narrow">
      <h1>{t(`error.${code}.title`)}</h1>
      <p>{t(`error.${code}.text`)}</p>
      <p>
        <a href="/admin">{t(staff ? 'error.list' : 'error.signIn')}</a>
      </p>
    </DeskPage>
  );
};

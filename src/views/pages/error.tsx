import type { Role } from '../../domain/permissions.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Translator } from '../../i18n.ts';
import { languageLinks } from '../components/language-links.ts';
import { DeskPage, type Frame, PublicPage } from '../layout.tsx';

/** Something that only its owner has the link of. */
export type PrivateLink = 'draft' | 'application';

type ErrorPageProps = {
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
  /** What the address was a link to, or pretended to be. */
  link?: PrivateLink | undefined;
  /** For how many days a draft is kept that nobody touches, where that is known. */
  draftDays?: number | undefined;
};

const unknownLinks = {
  draft: ['error.draftUnknown.title', 'error.draftUnknown.text'],
  application: ['error.applicationUnknown.title', 'error.applicationUnknown.text'],
} as const;

/** What happened, in two parts: a heading and a sentence that says what to do. */
function describe(t: Translator, { code, link, draftDays }: ErrorPageProps): [string, string] {
  if (link && code === 'not-found') {
    return unknownLinks[link].map((key) => t(key)) as [string, string];
  }
  if (link === 'application' && code === 'gone') {
    return [t('error.applicationGone.title'), t('error.applicationGone.text')];
  }
  if (link === 'draft' && code === 'gone' && draftDays !== undefined) {
    return [t('error.draftGone.title'), t('error.draftGone.text', { days: draftDays })];
  }
  return [t(`error.${code}.title`), t(`error.${code}.text`)];
}

/** What went wrong and what to do next, in the reader's language; never a cause or a trace. */
export const ErrorPage = (props: ErrorPageProps) => {
  const { frame, path = '', draft, way, note } = props;
  const { t } = frame;
  const [title, text] = describe(t, props);
  const ways = [
    draft && { href: draft, name: t('error.draft') },
    way && { href: way.href, name: t(`error.${way.to}`) },
    { href: `/${t.language}`, name: t('error.home') },
    { href: `/${t.language}/find`, name: t('layout.find') },
  ].filter((one) => !!one);
  return (
    <PublicPage
      frame={frame}
      title={title}
      languages={languageLinks((language) => `/${language}${path}`)}
    >
      <h1>{title}</h1>
      <p>{text}</p>
      {note && <p>{note}</p>}
      <h2>{t('error.next')}</h2>
      <ul class="ways">
        {ways.map(({ href, name }) => (
          <li>
            <a class="way" href={href}>
              {name}
            </a>
          </li>
        ))}
      </ul>
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
  const text = code === 'too-large' ? 'error.desk.too-large' : (`error.${code}.text` as const);
  return (
    <DeskPage frame={frame} title={t(`error.${code}.title`)} staff={staff} width="narrow">
      <h1>{t(`error.${code}.title`)}</h1>
      <p>{t(text)}</p>
      <p>
        <a href="/admin">{t(staff ? 'error.list' : 'error.signIn')}</a>
      </p>
    </DeskPage>
  );
};

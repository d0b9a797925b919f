import type { Child } from 'hono/jsx';
import type { AssetName } from '../assets.ts';
import { deskKeys } from '../domain/desk-keys.ts';
import { may, type Permission, type Role } from '../domain/permissions.ts';
import type { Language, Translator } from '../i18n.ts';
import { KeyParts, keyed } from './components/desk-keys.tsx';
import { LinkPreview, type Shared } from './components/link-preview.tsx';

/** What every page needs beside its own facts. */
export type Frame = {
  t: Translator;
  siteName: string;
  asset(name: AssetName): string;
  /** Mails that need a person, shown beside the outbox. */
  mailTrouble?: number;
  /** Notes that wait for the reader, shown beside the mentions. */
  mentions?: number;
  /** Single keys act on this staff page. */
  keyboard?: boolean;
  /** Set where staff look at a page as applicants will see it. */
  preview?: Preview;
};

/** What a preview says of itself, and the address below which its pages are. */
export type Preview = { note: string; lang: Language; back: string; path: string };

/** What a page is called. */
export type Titled = {
  title: string;
  /** What was sent could not be done as it was: the title says so first. */
  failed?: boolean | undefined;
};

type DocumentProps = Titled & {
  frame: Frame;
  stylesheet: AssetName;
  scripts?: AssetName[];
  description?: string | undefined;
  /** Pages that belong to one person stay out of search engines. */
  indexed?: boolean;
  /** Set on pages that anybody may pass on. */
  shared?: Shared | undefined;
  /** What previews call it; the title where it is absent. */
  heading?: string;
  children?: Child;
};

const HtmlDocument = (props: DocumentProps) => {
  const { frame, title, stylesheet, scripts = [], description, indexed = false, children } = props;
  const { shared, heading = title, failed = false } = props;
  const { t } = frame;
  const { language } = t;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{failed ? t('form.errorTitle', { title }) : title}</title>
        {description && <meta name="description" content={description} />}
        {(!indexed || frame.preview) && <meta name="robots" content="noindex" />}
        <link rel="icon" href={frame.asset('icon.svg')} />
        <link rel="stylesheet" href={frame.asset(stylesheet)} />
        {/* What sends by itself has no place in a preview. */}
        {!frame.preview && scripts.map((name) => <script src={frame.asset(name)} defer />)}
        {shared && !frame.preview && (
          <LinkPreview
            {...{ shared, language, description, siteName: frame.siteName, title: heading }}
          />
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          {t('layout.skip')}
        </a>
        {children}
      </body>
    </html>
  );
};

export type LanguageLink = { language: Language; name: string; href: string };

type PublicPageProps = Titled & {
  frame: Frame;
  description?: string | undefined;
  indexed?: boolean;
  shared?: Shared | undefined;
  scripts?: AssetName[];
  /** Where the same page is in each language; none where switching would lose something. */
  languages?: LanguageLink[];
  /**
   * A form on the page that switching the language sends along, so that nothing typed is lost.
   * `submit` is the button that the Enter key presses.
   */
  form?: { id: string; submit: string };
  children?: Child;
};

type LanguageNavProps = {
  t: Translator;
  languages: LanguageLink[];
  form: PublicPageProps['form'] | undefined;
};

const LanguageNav = ({ t, languages, form }: LanguageNavProps) => (
  <nav aria-label={t('layout.languages')}>
    {/* Enter presses the first button of a form, and that must be neither a language nor Remove. */}
    {form && (
      <button type="submit" class="first" form={form.id} name="intent" value="check" tabindex={-1}>
        {form.submit}
      </button>
    )}
    {languages.map(({ language, name, href }) => {
      if (language === t.language) {
        return (
          <a lang={language} hreflang={language} href={form ? undefined : href} aria-current="true">
            {name}
          </a>
        );
      }
      return form ? (
        <button
          type="submit"
          class="language"
          form={form.id}
          formaction={href}
          name="intent"
          value="switch"
          lang={language}
        >
          {name}
        </button>
      ) : (
        <a lang={language} hreflang={language} href={href}>
          {name}
        </a>
      );
    })}
  </nav>
);

/** From a page of a call to the same one in the preview. */
const inPreview =
  ({ path }: Preview) =>
  (link: LanguageLink): LanguageLink => ({
    ...link,
    href: previewHref(path, link.href),
  });

/** Where the preview has the page of a public address: `/ka/calls/x/apply` is `…/preview/ka/apply`. */
export function previewHref(path: string, href: string): string {
  const [, language = '', rest = ''] = /^\/([a-z]{2})\/calls\/[^/?]+(\/apply)?/.exec(href) ?? [];
  return `${path}/preview/${language}${rest}`;
}

/** A page for applicants: masthead, one column, imprint and privacy notice at its foot. */
export const PublicPage = (props: PublicPageProps) => {
  const { frame, languages = [], form, children, title, ...rest } = props;
  const { t, siteName, preview } = frame;
  return (
    <HtmlDocument
      frame={frame}
      title={`${title} – ${siteName}`}
      heading={title}
      stylesheet="public.css"
      {...rest}
    >
      <header class="masthead">
        <div>
          <a class="name" href={`/${t.language}`}>
            {siteName}
          </a>
          <span class="soft">{t('layout.section')}</span>
          {languages.length > 1 && (
            <LanguageNav
              t={t}
              languages={preview ? languages.map(inPreview(preview)) : languages}
              form={preview ? undefined : form}
            />
          )}
        </div>
      </header>
      <main id="main" class="column flow" tabindex={-1}>
        {preview && (
          <p class="notice" id="preview" lang={preview.lang}>
            {preview.note} <a href={preview.path}>{preview.back}</a>
          </p>
        )}
        {children}
      </main>
      <footer class="foot">
        <div>
          <a href={`/${t.language}/find`}>{t('layout.find')}</a>
          <a href={`/${t.language}/privacy`}>{t('layout.privacy')}</a>
          <a href={`/${t.language}/imprint`}>{t('layout.imprint')}</a>
          <a href={`/${t.language}/accessibility`}>{t('layout.accessibility')}</a>
        </div>
      </footer>
    </HtmlDocument>
  );
};

export type DeskSection =
  | 'applications'
  | 'reviewing'
  | 'overview'
  | 'contributors'
  | 'mentions'
  | 'outbox'
  | 'calls'
  | 'publication'
  | 'staff'
  | 'account';

type DeskPageProps = Titled & {
  frame: Frame;
  /** Undefined on the pages before one is signed in. */
  staff?: { name: string; role: Role } | undefined;
  current?: DeskSection;
  scripts?: AssetName[];
  /** `narrow` for forms and single texts, `wide` for tables. */
  width?: 'wide' | 'narrow';
  children?: Child;
};

/** A page for staff: masthead with the sections that the role may see, sign-out as a button. */
export const DeskPage = (props: DeskPageProps) => {
  const { frame, title, failed, staff, current, scripts = [], width = 'wide', children } = props;
  const { t, mailTrouble = 0, mentions = 0 } = frame;
  const holds = (permission: Permission): boolean => !!staff && may(staff.role, permission);
  const sections: { section: DeskSection; href: string; shown: boolean }[] = [
    { section: 'applications', href: '/admin', shown: true },
    { section: 'reviewing', href: '/admin/reviewing', shown: holds('review') },
    {
      section: 'contributors',
      href: '/admin/contributors',
      shown: holds('keep-contributors'),
    },
    { section: 'overview', href: '/admin/overview', shown: holds('read-overview') },
    { section: 'mentions', href: '/admin/mentions', shown: holds('write-notes') },
    { section: 'outbox', href: '/admin/outbox', shown: holds('read-outbox') },
    { section: 'calls', href: '/admin/calls', shown: holds('read-calls') },
    { section: 'publication', href: '/admin/publication', shown: holds('edit-publication') },
    { section: 'staff', href: '/admin/staff', shown: holds('manage-staff') },
    { section: 'account', href: '/admin/account', shown: true },
  ];
  return (
    <HtmlDocument
      frame={frame}
      title={`${title} – Feder`}
      failed={failed}
      stylesheet="desk.css"
      scripts={frame.keyboard ? ['keys.js', ...scripts] : scripts}
    >
      <header class="masthead">
        <div>
          <a class="name" href="/admin">
            Feder
          </a>
          {frame.siteName !== 'Feder' && <span class="soft">{frame.siteName}</span>}
          {staff && (
            <nav aria-label={t('desk.nav.label')}>
              {sections
                .filter((one) => one.shown)
                .map((one) => (
                  <a href={one.href} aria-current={one.section === current ? 'page' : undefined}>
                    {t(`desk.nav.${one.section}`)}
                    {one.section === 'mentions' && mentions > 0 && (
                      <span class="chip new num">
                        {t.number(mentions)}
                        <span class="unseen"> {t('desk.nav.unread', { count: mentions })}</span>
                      </span>
                    )}
                    {one.section === 'outbox' && mailTrouble > 0 && (
                      <span class="chip bad num">
                        {t.number(mailTrouble)}
                        <span class="unseen"> {t('desk.nav.trouble', { count: mailTrouble })}</span>
                      </span>
                    )}
                  </a>
                ))}
              <form method="post" action="/admin/sign-out">
                <button type="submit" class="link-button">
                  {t('desk.nav.signOut')}
                </button>
              </form>
            </nav>
          )}
        </div>
      </header>
      <main id="main" class={width === 'wide' ? 'desk' : 'column flow'} tabindex={-1}>
        {children}
      </main>
      <footer class="foot">
        <div>
          {staff && (
            <a href="/admin/keys" {...keyed(deskKeys.help)}>
              {t('keys.title')}
            </a>
          )}
          <a href={`/${t.language}/privacy`}>{t('layout.privacy')}</a>
          <a href={`/${t.language}/imprint`}>{t('layout.imprint')}</a>
        </div>
      </footer>
      {frame.keyboard && <KeyParts t={t} />}
    </HtmlDocument>
  );
};

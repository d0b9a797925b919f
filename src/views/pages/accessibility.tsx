import { languageLinks } from '../components/language-links.ts';
import type { Shared } from '../components/link-preview.tsx';
import { type Frame, PublicPage } from '../layout.tsx';

/** What the statement says is true of this day; whoever changes it counts on. */
const statement = { version: 1, date: new Date('2026-11-26T12:00:00Z') };

type AccessibilityProps = {
  frame: Frame;
  shared: Shared;
  /** Addresses of the calls for questions; may be empty. */
  contacts: string[];
  timeZone: string;
};

/** What standard the public pages keep, how that is known, where they fall short, whom to tell. */
export const AccessibilityPage = ({ frame, shared, contacts, timeZone }: AccessibilityProps) => {
  const { t, siteName } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t('accessibility.title')}
      indexed
      shared={shared}
      languages={languageLinks((language) => `/${language}/accessibility`)}
    >
      <h1>{t('accessibility.title')}</h1>
      <p class="soft">
        {t('privacy.version', {
          version: statement.version,
          since: t.date(statement.date, timeZone),
        })}
      </p>
      <p>{t('accessibility.scope', { publication: siteName })}</p>
      <h2>{t('accessibility.standard.heading')}</h2>
      <p>{t('accessibility.standard.text')}</p>
      <p>{t('accessibility.standard.status')}</p>
      <h2>{t('accessibility.tests.heading')}</h2>
      <ul class="plain">
        <li>{t('accessibility.tests.checker')}</li>
        <li>{t('accessibility.tests.scripts')}</li>
        <li>{t('accessibility.tests.noScript')}</li>
      </ul>
      <h2>{t('accessibility.limits.heading')}</h2>
      <ul class="plain">
        <li>{t('accessibility.limits.documents')}</li>
        <li>{t('accessibility.limits.translations')}</li>
        <li>{t('accessibility.limits.browser')}</li>
        <li>{t('accessibility.limits.people')}</li>
      </ul>
      <h2>{t('accessibility.report.heading')}</h2>
      <p>{t('accessibility.report.text')}</p>
      {contacts.length === 0 ? (
        <p>
          <a href={`/${t.language}/imprint`}>{t('accessibility.report.imprint')}</a>
        </p>
      ) : (
        contacts.map((address) => (
          <p>
            <a class="way" href={`mailto:${address}`}>
              {address}
            </a>
          </p>
        ))
      )}
    </PublicPage>
  );
};

import { discreetDays } from '../../domain/discreet.ts';
import { languageLinks } from '../components/language-links.ts';
import type { Shared } from '../components/link-preview.tsx';
import { type Frame, PublicPage } from '../layout.tsx';

const protects = ['alias', 'stored', 'address', 'mails', 'search', 'time', 'traces'] as const;
const exposes = ['mailbox', 'network', 'device', 'files', 'facets', 'law'] as const;

/** What applying discreetly protects from and what it does not, plainly. */
export const DiscreetPage = ({ frame, shared }: { frame: Frame; shared: Shared }) => {
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t('apply.discreet')}
      indexed
      shared={shared}
      languages={languageLinks((language) => `/${language}/discreet`)}
    >
      <h1>{t('apply.discreet')}</h1>
      <p>{t('discreet.lead')}</p>
      <h2>{t('discreet.does.heading')}</h2>
      <ul class="plain">
        {protects.map((one) => (
          <li>{t(`discreet.does.${one}`, { days: discreetDays })}</li>
        ))}
      </ul>
      <h2>{t('discreet.not.heading')}</h2>
      <ul class="plain">
        {exposes.map((one) => (
          <li>{t(`discreet.not.${one}`)}</li>
        ))}
      </ul>
      <h2>{t('discreet.before.heading')}</h2>
      <p>{t('discreet.before.text')}</p>
    </PublicPage>
  );
};

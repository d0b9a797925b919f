import type { CallState } from '../../domain/calls.ts';
import { describeState } from '../components/call-state.tsx';
import { languageLinks } from '../components/language-links.ts';
import type { Shared } from '../components/link-preview.tsx';
import { type Frame, PublicPage } from '../layout.tsx';

type ListedCall = {
  slug: string;
  title: string;
  lead: string;
  /** The language of the texts, where it is not the page's. */
  textLanguage: string | undefined;
  state: CallState;
  opensAt: Date;
  closesAt: Date | null;
};

type CallListProps = { frame: Frame; shared: Shared; timeZone: string; calls: ListedCall[] };

/** The calls that are open or will be, when there is not exactly one open. */
export const CallListPage = ({ frame, shared, timeZone, calls }: CallListProps) => {
  const { t } = frame;
  return (
    <PublicPage
      frame={frame}
      title={t('calls.title')}
      indexed
      shared={shared}
      languages={languageLinks((language) => `/${language}`)}
    >
      <h1>{t('calls.title')}</h1>
      {!calls.some(({ state }) => state === 'open') && (
        <>
          <p class="lead">{t('calls.none')}</p>
          <p>{t('calls.noneNext')}</p>
        </>
      )}
      {calls.length > 0 && (
        <ul class="calls">
          {calls.map(({ slug, title, lead, textLanguage, ...call }) => (
            <li>
              <h2 lang={textLanguage}>
                <a href={`/${t.language}/calls/${slug}`}>{title}</a>
              </h2>
              <p lang={textLanguage}>{lead}</p>
              <p class="soft">{describeState({ t, timeZone, ...call })}</p>
            </li>
          ))}
        </ul>
      )}
    </PublicPage>
  );
};

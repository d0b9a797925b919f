import { type Language, localeOf } from '../../i18n.ts';

/** How a page that anybody may pass on is known outside. Whole addresses, without a query. */
export type Shared = {
  /** The one that search engines keep. */
  canonical: string;
  /** The same page in each language that it is there in, the page's own included. */
  alternates: ReadonlyMap<Language, string>;
};

type Props = {
  shared: Shared;
  language: Language;
  siteName: string;
  title: string;
  description: string | undefined;
};

/** As Open Graph writes it: `de_DE`. */
function territoryLocale(language: Language): string {
  const { language: code, region } = new Intl.Locale(localeOf(language));
  return `${code}_${region}`;
}

/**
 * What other sites show of a link to the page (ogp.me; the cards of X read the same), and where it
 * is in other languages. No picture: whoever shows the preview would fetch it.
 */
export const LinkPreview = ({ shared, language, siteName, title, description }: Props) => {
  const { canonical, alternates } = shared;
  const fallback = alternates.get('en') ?? [...alternates.values()][0];
  return (
    <>
      <link rel="canonical" href={canonical} />
      {[...alternates].map(([one, href]) => (
        <link rel="alternate" hreflang={one} href={href} />
      ))}
      <link rel="alternate" hreflang="x-default" href={fallback} />
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={siteName} />
      <meta property="og:title" content={title} />
      {description && <meta property="og:description" content={description} />}
      <meta property="og:url" content={canonical} />
      <meta property="og:locale" content={territoryLocale(language)} />
      {[...alternates.keys()]
        .filter((one) => one !== language)
        .map((one) => (
          <meta property="og:locale:alternate" content={territoryLocale(one)} />
        ))}
      <meta name="twitter:card" content="summary" />
      <meta name="twitter:title" content={title} />
      {description && <meta name="twitter:description" content={description} />}
    </>
  );
};

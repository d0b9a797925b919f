import { type Language, languages, translatorFor } from '../../i18n.ts';

/** The same page in every language, each named in itself. */
export function languageLinks(
  href: (language: Language) => string,
): { language: Language; name: string; href: string }[] {
  return languages.map((language) => ({
    language,
    name: translatorFor(language).languageName(language),
    href: href(language),
  }));
}

/** Languages that the form offers first: those of the region and of the publications that read. */
export const mainLanguageCodes = ['az', 'de', 'en', 'hy', 'ka', 'ru'] as const;

/** Further languages of the region and its neighbours, by ISO 639. */
export const otherLanguageCodes = [
  'ab',
  'ady',
  'av',
  'ce',
  'dar',
  'fa',
  'fr',
  'inh',
  'kbd',
  'krc',
  'ku',
  'kum',
  'lbe',
  'lez',
  'nog',
  'os',
  'tab',
  'tr',
  'tt',
  'uk',
] as const;

export const languageCodes: readonly string[] = [...mainLanguageCodes, ...otherLanguageCodes];

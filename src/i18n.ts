import { IntlMessageFormat, type PrimitiveType } from 'intl-messageformat';
import az from '../locales/az.json' with { type: 'json' };
import de from '../locales/de.json' with { type: 'json' };
import en from '../locales/en.json' with { type: 'json' };
import hy from '../locales/hy.json' with { type: 'json' };
import ka from '../locales/ka.json' with { type: 'json' };
import ru from '../locales/ru.json' with { type: 'json' };

/** The English catalogue is the list of keys that exist; the others are held to it by a test. */
export type MessageKey = keyof typeof en;
export type Language = 'en' | 'de' | 'ru' | 'ka' | 'hy' | 'az';

const catalogues: Record<Language, Record<MessageKey, string>> = { en, de, ru, ka, hy, az };

/** Languages that the interface speaks, in the order in which they are offered. */
export const languages = Object.keys(catalogues) as Language[];

export function isLanguage(value: string): value is Language {
  return Object.hasOwn(catalogues, value);
}

// How numbers and dates are written: day before month, 24 hours, as European readers expect.
const locales: Record<Language, string> = {
  en: 'en-GB',
  de: 'de-DE',
  ru: 'ru-RU',
  ka: 'ka-GE',
  hy: 'hy-AM',
  az: 'az-Latn-AZ',
};

/** The locale of a language, with its script and territory (BCP 47). */
export const localeOf = (language: Language): string => locales[language];

type Values = Record<string, PrimitiveType>;
type RichValues<T> = Record<string, PrimitiveType | T | ((parts: (string | T)[]) => T | string)>;

/** Speaks one language: calling it formats a message (ICU), its members format by `Intl`. */
export type Translator = {
  (key: MessageKey, values?: Values): string;
  readonly language: Language;
  /**
   * A message with tags, such as `<link>…</link>`, whose values are functions from their contents to
   * T; a gap such as `{call}` may be filled with a T as it is.
   */
  rich<T>(key: MessageKey, values: RichValues<T>): (string | T)[];
  /** A day, as in "4 December 2026". */
  date(value: Date, timeZone: string): string;
  /** Day and time with the zone's name, as in "4 December 2026, 14:02 CET". */
  dateTime(value: Date, timeZone: string): string;
  /** The time zone's name on that day, as in "Central European Standard Time". */
  zone(value: Date, timeZone: string): string;
  /** Day and month for narrow columns, the year added when it is not `now`'s. */
  shortDate(value: Date, now: Date, timeZone: string): string;
  /** A month with its year, as in "December 2026". */
  month(value: Date, timeZone: string): string;
  number(value: number): string;
  /** Bytes in the unit a person would use (decimal: 1 MB = 1,000,000 bytes). */
  size(bytes: number): string;
  list(items: readonly string[]): string;
  /** The name of a language by its ISO 639 code, in this language. */
  languageName(code: string): string;
  compare(a: string, b: string): number;
};

/** Parsing a message or building a formatter costs far more than using one. */
function remember<K, V>(create: (key: K) => V): (key: K) => V {
  const kept = new Map<K, V>();
  return (key) => {
    let value = kept.get(key);
    if (value === undefined) {
      value = create(key);
      kept.set(key, value);
    }
    return value;
  };
}

const unnamed = new Map<string, MessageKey>([
  ['lbe', 'language.lbe'],
  ['nog', 'language.nog'],
  ['tab', 'language.tab'],
]);

/** A value that ends with a full stop, as dates do in Russian, ends its sentence too. */
function endOnce(text: string, values: Readonly<Record<string, unknown>> = {}): string {
  let ended = text;
  for (const value of Object.values(values)) {
    if (typeof value === 'string' && value.endsWith('.')) {
      ended = ended.replaceAll(`${value}.`, () => value);
    }
  }
  return ended;
}

const createTranslator = (language: Language): Translator => {
  const locale = locales[language];
  const message = remember(
    (key: MessageKey) => new IntlMessageFormat(catalogues[language][key] ?? key, locale),
  );
  const dates = remember(
    (timeZone: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }),
  );
  const times = remember(
    (timeZone: string) =>
      new Intl.DateTimeFormat(locale, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
        timeZone,
      }),
  );
  const zones = remember(
    (timeZone: string) => new Intl.DateTimeFormat(locale, { timeZoneName: 'long', timeZone }),
  );
  const shortDates = remember((timeZone: string) => [
    new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone }),
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }),
    new Intl.DateTimeFormat('en', { year: 'numeric', timeZone }),
  ]);
  const months = remember(
    (timeZone: string) =>
      new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone }),
  );
  const numbers = new Intl.NumberFormat(locale);
  const units = remember(
    (unit: string) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        // English has no plural in the short form of this one.
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumFractionDigits: unit === 'megabyte' ? 1 : 0,
      }),
  );
  const lists = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });
  const displayNames = new Intl.DisplayNames(locale, { type: 'language' });
  // What is no code at all, as somebody may have typed it, is shown as it is.
  const names = remember((code: string) => {
    try {
      return displayNames.of(code) ?? code;
    } catch {
      return code;
    }
  });
  const collator = new Intl.Collator(locale);

  const translate = (key: MessageKey, values?: Values): string =>
    endOnce(String(message(key).format(values)), values);
  return Object.assign(translate, {
    language,
    rich<T>(key: MessageKey, values: RichValues<T>): (string | T)[] {
      const parts = message(key).format<T>(values as Record<string, PrimitiveType>);
      return (Array.isArray(parts) ? parts : [parts]).map((part) =>
        typeof part === 'string' ? endOnce(part, values) : part,
      );
    },
    date: (value: Date, timeZone: string) => dates(timeZone).format(value),
    // Formatted apart: together some languages join them in ways that few readers know.
    dateTime: (value: Date, timeZone: string) =>
      `${dates(timeZone).format(value)}, ${times(timeZone).format(value)}`,
    zone: (value: Date, timeZone: string) =>
      zones(timeZone)
        .formatToParts(value)
        .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
    shortDate(value: Date, now: Date, timeZone: string) {
      const [day, full, year] = shortDates(timeZone);
      return year!.format(value) === year!.format(now) ? day!.format(value) : full!.format(value);
    },
    month: (value: Date, timeZone: string) => months(timeZone).format(value),
    number: (value: number) => numbers.format(value),
    size(bytes: number) {
      if (bytes < 1000) return units('byte').format(bytes);
      if (bytes < 1_000_000) return units('kilobyte').format(bytes / 1000);
      if (bytes < 1_000_000_000) return units('megabyte').format(bytes / 1_000_000);
      return units('gigabyte').format(bytes / 1_000_000_000);
    },
    list: (items: readonly string[]) => lists.format(items),
    languageName(code: string) {
      // Intl has no names for some languages of the region, or not in all of ours.
      const own = unnamed.get(code);
      return own ? translate(own) : names(code);
    },
    compare: collator.compare,
  });
};

/** The translator of a language, built once. */
export const translatorFor: (language: Language) => Translator = remember(createTranslator);

/** The best language we have for an `Accept-Language` header (RFC 9110, 12.5.4); English when none fits. */
export function negotiateLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',', 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='));
      return { language: tag.split('-')[0] ?? '', weight: quality ? Number(quality.slice(2)) : 1 };
    })
    .filter((one) => one.weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wanted.map((one) => one.language).find(isLanguage) ?? 'en';
}

/** What letters are made from: a text for each act that decides, one that asks for more, and one around a message. */
export const templateKinds = [
  'accept',
  'keep-on-file',
  'decline',
  'reopen',
  'request-more',
  'message',
] as const;
export type TemplateKind = (typeof templateKinds)[number];

/** The closed table of what can stand between braces, and in which templates. */
const table = {
  name: templateKinds,
  reference: templateKinds,
  call: templateKinds,
  publication: templateKinds,
  /** Where questions go: the address that the call names. */
  contact: templateKinds,
  /** The day on which the application is deleted. */
  deletion: ['keep-on-file', 'decline'],
  editor: templateKinds,
  signature: templateKinds,
  /** A place for own words: has to be written over. */
  words: templateKinds,
  /** The day of the letter that a reversal takes back. */
  letterDate: ['reopen'],
  /** What the form for contributors is called on the private page. */
  details: ['accept'],
  /** What is asked for, and until when. */
  request: ['request-more'],
  until: ['request-more'],
} as const satisfies Record<string, readonly TemplateKind[]>;

export type Placeholder = keyof typeof table;
export const placeholders = Object.keys(table) as Placeholder[];

/** Values by placeholder; what is absent or empty is missing. */
export type PlaceholderValues = Partial<Record<Placeholder, string>>;

/** The placeholders that a kind of template knows, in the order of the table. */
export function listPlaceholders(kind: TemplateKind): Placeholder[] {
  return placeholders.filter((one) => (table[one] as readonly string[]).includes(kind));
}

/** What a kind of template needs in its text: without it what an editor types would not be sent. */
export const neededPlaceholder: Partial<Record<TemplateKind, Placeholder>> = {
  'request-more': 'request',
  message: 'words',
};

/** Code points that a letter's subject and body may have. */
export const letterLimits = { subject: 150, body: 5000 } as const;

const braced = /\{([^{}\n]{0,80})\}/g;

/** The words between braces, each once, in the order of the text. */
function listBraced(text: string): string[] {
  return [...new Set([...text.matchAll(braced)].map(([, word]) => word!.trim()))];
}

/** True when the placeholder stands in the text. */
export const hasPlaceholder = (text: string, name: Placeholder): boolean =>
  listBraced(text).includes(name);

/** The words between braces that a kind of template does not know. */
export function findUnknownPlaceholders(text: string, kind: TemplateKind): string[] {
  const known: readonly string[] = listPlaceholders(kind);
  return listBraced(text).filter((word) => !known.includes(word));
}

/** The placeholders in a text that have no value here. */
export function findMissingValues(text: string, values: PlaceholderValues): Placeholder[] {
  return placeholders.filter((one) => listBraced(text).includes(one) && !values[one]);
}

const bracedWithStop = /\{([^{}\n]{0,80})\}(\.(?!\.))?/g;

/**
 * The text with its values in place. Nothing within a value is a placeholder, and one that ends with a full
 * stop, as dates do in Russian, ends its sentence too.
 */
export function fillPlaceholders(text: string, values: PlaceholderValues): string {
  return text.replace(bracedWithStop, (whole, word: string, stop = '') => {
    const name = word.trim();
    const value = Object.hasOwn(values, name) ? values[name as Placeholder] : undefined;
    if (value === undefined) return whole;
    return value.endsWith('.') ? value : `${value}${stop}`;
  });
}

import { type DocumentKind, documentKinds } from './documents.ts';
import { cleanLine, cleanText } from './text.ts';

export const contactChannels = ['email', 'signal', 'telegram', 'whatsapp', 'phone'] as const;
export type ContactChannel = (typeof contactChannels)[number];

/** What was typed into the form, cleaned but not judged: wrong values are kept and shown again. */
export type FormValues = {
  fullName: string;
  latinName: string;
  penName: string;
  email: string;
  contactChannel: string;
  contactHandle: string;
  places: string[];
  placesOther: string;
  basedIn: string;
  languages: string[];
  topics: string;
  links: string[];
  answers: Record<string, string>;
  discreet: boolean;
  /** Mails about a discreet application carry the link of its page; else its receipt code is the way there. */
  mailLinks: boolean;
  keepOnFile: boolean;
  consent: boolean;
};

/** Text pasted instead of, or beside, a file; empty when there is none. */
export type PastedTexts = Record<DocumentKind, string>;

/** Code points that a field may have. Longer is refused, never cut. */
export const fieldLimits = {
  fullName: 200,
  latinName: 200,
  penName: 200,
  contactHandle: 200,
  placesOther: 500,
  basedIn: 200,
  topics: 2000,
  link: 1000,
  shortAnswer: 200,
  answer: 5000,
  via: 300,
} as const;
export const linkLimit = 5;

export type Fields = ReadonlyMap<string, readonly string[]>;

const names = (
  'draft via typed fullName latinName penName email contactChannel contactHandle places ' +
  'placesOther basedIn languages topics links cvText coverLetterText writingSampleText ' +
  'writingSampleLanguage discreet mailLinks keepOnFile consent mailTo newEmail message request answer ' +
  'byline beats availability availabilityNote legalName intent remove'
).split(' ');

/** True for a field of the applicant's forms: by its name, or by its shape where a call or a document names it. */
export const isFormField = (name: string): boolean =>
  names.includes(name) || /^(?:q|language)-[\w-]{1,100}$/.test(name);

const first = (fields: Fields, name: string): string => fields.get(name)?.[0] ?? '';
const all = (fields: Fields, name: string): readonly string[] => fields.get(name) ?? [];
const unique = (values: readonly string[]): string[] => [
  ...new Set(values.map(cleanLine).filter((value) => value !== '')),
];

/** Reads what was typed out of the form's fields; a single ticked box is a list of one. */
export function readFormValues(fields: Fields): FormValues {
  const line = (name: string): string => cleanLine(first(fields, name));
  const ticked = (name: string): boolean => first(fields, name) === 'yes';
  const answers: [string, string][] = [];
  for (const [name, values] of fields) {
    const key = name.startsWith('q-') ? cleanLine(name.slice(2)) : '';
    const answer = cleanText(values[0] ?? '');
    if (key !== '' && answer !== '') answers.push([key, answer]);
  }
  return {
    fullName: line('fullName'),
    latinName: line('latinName'),
    penName: line('penName'),
    email: line('email'),
    contactChannel: line('contactChannel'),
    contactHandle: line('contactHandle'),
    places: unique(all(fields, 'places')),
    placesOther: line('placesOther'),
    basedIn: line('basedIn'),
    languages: unique(all(fields, 'languages')),
    topics: cleanText(first(fields, 'topics')),
    links: unique(all(fields, 'links')),
    answers: Object.fromEntries(answers),
    // Whatever its value: nobody who asks for protection goes without.
    discreet: fields.has('discreet'),
    mailLinks: ticked('mailLinks'),
    keepOnFile: ticked('keepOnFile'),
    consent: ticked('consent'),
  };
}

/** The fields that would be typed to get these values: the way back of `readFormValues`. */
export function writeFields(values: FormValues): Map<string, string[]> {
  const { answers, discreet, mailLinks, keepOnFile, consent, ...typed } = values;
  const fields = new Map<string, string[]>();
  for (const [name, value] of Object.entries(typed)) fields.set(name, [value].flat());
  for (const [key, answer] of Object.entries(answers)) fields.set(`q-${key}`, [answer]);
  const boxes = { discreet, mailLinks, keepOnFile, consent };
  for (const [name, ticked] of Object.entries(boxes)) if (ticked) fields.set(name, ['yes']);
  return fields;
}

/** The pasted texts; a field that the form did not carry leaves the stored text alone. */
export function readTypedTexts(fields: Fields): Partial<PastedTexts> {
  const texts: Partial<PastedTexts> = {};
  for (const kind of documentKinds) {
    if (fields.has(`${kind}Text`)) texts[kind] = cleanText(first(fields, `${kind}Text`));
  }
  return texts;
}

const blankForm = JSON.stringify([readFormValues(new Map()), {}]);

/** True when nobody has typed or ticked anything. */
export function isBlank(fields: Fields): boolean {
  const texts = Object.entries(readTypedTexts(fields)).filter(([, text]) => text !== '');
  return JSON.stringify([readFormValues(fields), Object.fromEntries(texts)]) === blankForm;
}

/** An address that may stand in a link: http or https, nothing that a browser would run. */
export function parseLink(text: string): string | undefined {
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  const bare = url.username === '' && url.password === '';
  return web && bare && url.hostname.includes('.') ? url.href : undefined;
}

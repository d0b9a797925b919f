import type { MessageKey } from '../i18n.ts';
import type { CallDocuments, Question } from './calls.ts';
import { type DocumentKind, documentKinds, pastedTextLimit } from './documents.ts';
import { parseEmailAddress } from './email-address.ts';
import { languageCodes } from './languages.ts';
import { cleanLine, cleanText, lengthOf } from './text.ts';

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
  keepOnFile: boolean;
  consent: boolean;
};

/** Text pasted instead of, or beside, a file; empty when there is none. */
export type PastedTexts = Record<DocumentKind, string>;

/** Something to mend: the control it belongs to and the message beside it. */
export type Problem = {
  field: string;
  key: MessageKey;
  values?: Record<string, string | number>;
};

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
  answer: 5000,
  via: 300,
} as const;
export const linkLimit = 5;

export type Fields = ReadonlyMap<string, readonly string[]>;

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
    if (name.startsWith('q-')) answers.push([name.slice(2), cleanText(values[0] ?? '')]);
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
    discreet: fields.has('discreet'),
    keepOnFile: ticked('keepOnFile'),
    consent: ticked('consent'),
  };
}

/** The fields that would be typed to get these values: the way back of `readFormValues`. */
export function writeFields(values: FormValues): Map<string, string[]> {
  const { answers, discreet, keepOnFile, consent, ...typed } = values;
  const fields = new Map<string, string[]>();
  for (const [name, value] of Object.entries(typed)) fields.set(name, [value].flat());
  for (const [key, answer] of Object.entries(answers)) fields.set(`q-${key}`, [answer]);
  const boxes = { discreet, keepOnFile, consent };
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

/** An address that may stand in a link: http or https, nothing that a browser would run. */
export function parseLink(text: string): string | undefined {
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  return web && url.hostname.includes('.') && url.username === '' ? url.href : undefined;
}

export type CallRules = {
  places: readonly string[];
  documents: CallDocuments;
  questions: readonly Question[];
};

const checkLengths = (values: FormValues): Problem[] => {
  const names = [
    'fullName',
    'latinName',
    'penName',
    'contactHandle',
    'placesOther',
    'basedIn',
    'topics',
  ] as const;
  return names.flatMap((field) => {
    const limit = fieldLimits[field];
    const length = lengthOf(values[field]);
    return length > limit
      ? [
          {
            field,
            key: `problem.${field}.tooLong` as MessageKey,
            values: { limit, over: length - limit },
          },
        ]
      : [];
  });
};

const checkEmail = (email: string): Problem[] => {
  if (email === '') return [{ field: 'email', key: 'problem.email.missing' }];
  return parseEmailAddress(email) ? [] : [{ field: 'email', key: 'problem.email.malformed' }];
};

const checkContact = ({
  contactChannel: channel,
  contactHandle: handle,
}: FormValues): Problem[] => {
  if (channel !== '' && !contactChannels.some((one) => one === channel)) {
    return [{ field: 'contactChannel', key: 'problem.contactChannel.unknown' }];
  }
  const needsHandle = channel !== '' && channel !== 'email';
  return needsHandle && handle === ''
    ? [{ field: 'contactHandle', key: 'problem.contactHandle.missing' }]
    : [];
};

const checkPlaces = (values: FormValues, places: readonly string[]): Problem[] => {
  if (values.places.some((place) => !places.includes(place))) {
    return [{ field: 'places', key: 'problem.places.unknown' }];
  }
  return values.places.length === 0 && values.placesOther === ''
    ? [{ field: 'places', key: 'problem.places.missing' }]
    : [];
};

const checkLinks = (links: readonly string[]): Problem[] => {
  if (links.length > linkLimit) {
    return [{ field: 'links', key: 'problem.links.tooMany', values: { limit: linkLimit } }];
  }
  return links.flatMap((link, index): Problem[] => {
    const field = index === 0 ? 'links' : `links-${index + 1}`;
    if (lengthOf(link) > fieldLimits.link) {
      return [{ field, key: 'problem.links.tooLong', values: { limit: fieldLimits.link } }];
    }
    return parseLink(link) ? [] : [{ field, key: 'problem.links.malformed' }];
  });
};

const checkAnswers = (
  answers: Record<string, string>,
  questions: readonly Question[],
): Problem[] => {
  const unknown = Object.keys(answers).filter((key) => !questions.some((one) => one.key === key));
  return unknown.length > 0 ? [{ field: 'topics', key: 'problem.answers.unknown' }] : [];
};

/** Which kinds the application has, as a file or as text. */
export type HeldDocuments = Record<DocumentKind, { files: number; textLength: number }>;

const checkDocuments = (held: HeldDocuments, rules: CallDocuments): Problem[] =>
  documentKinds.flatMap((kind): Problem[] => {
    const { files, textLength } = held[kind];
    if (textLength > pastedTextLimit) {
      return [
        {
          field: `${kind}Text`,
          key: 'problem.pastedText.tooLong',
          values: { limit: pastedTextLimit, over: textLength - pastedTextLimit },
        },
      ];
    }
    const missing = rules[kind] === 'required' && files === 0 && textLength === 0;
    return missing ? [{ field: kind, key: `problem.${kind}.missing` }] : [];
  });

// The controls as they follow each other on the page, so that the summary can be worked from the top.
const order = [
  'fullName',
  'latinName',
  'penName',
  'email',
  'contactChannel',
  'contactHandle',
  'places',
  'placesOther',
  'basedIn',
  'languages',
  'topics',
  'links',
  'cv',
  'coverLetter',
  'writingSample',
  'consent',
];

/** Problems in the order of their controls on the page. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const rank = ({ field }: Problem): number => order.indexOf(field.replace(/(Text|-\d+)$/, ''));
  return [...problems].sort((a, b) => rank(a) - rank(b));
}

/**
 * Everything that must be mended before submitting. The same check runs when the form is sent and
 * again when it is submitted.
 */
export function checkApplication(
  values: FormValues,
  held: HeldDocuments,
  rules: CallRules,
): Problem[] {
  return sortProblems([
    ...(values.fullName === ''
      ? [{ field: 'fullName', key: 'problem.fullName.missing' as const }]
      : []),
    ...checkLengths(values),
    ...checkEmail(values.email),
    ...checkContact(values),
    ...checkPlaces(values, rules.places),
    ...(values.languages.every((code) => languageCodes.includes(code))
      ? []
      : [{ field: 'languages', key: 'problem.languages.unknown' as const }]),
    ...checkLinks(values.links),
    ...checkAnswers(values.answers, rules.questions),
    ...checkDocuments(held, rules.documents),
    // The box is not shown before its protection is built; a request that ticks it is refused.
    ...(values.discreet
      ? [{ field: 'consent', key: 'problem.discreet.unavailable' as const }]
      : []),
    ...(values.consent ? [] : [{ field: 'consent', key: 'problem.consent.missing' as const }]),
  ]);
}

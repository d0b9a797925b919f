import type { MessageKey } from '../i18n.ts';
import {
  contactChannels,
  type FormValues,
  fieldLimits,
  linkLimit,
  parseLink,
} from './application-form.ts';
import type { CallDocuments, Question } from './calls.ts';
import { type DocumentKind, documentKinds, fileLimits, pastedTextLimit } from './documents.ts';
import { parseEmailAddress } from './email-address.ts';
import { languageCodes } from './languages.ts';
import { answerTo, judgeAnswer, questionField } from './questions.ts';
import { lengthOf } from './text.ts';

/** Something to mend: the control it belongs to and the message beside it. */
export type Problem = {
  field: string;
  key: MessageKey;
  values?: Record<string, string | number>;
};

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
  if (channel === '' && handle !== '') {
    return [{ field: 'contactChannel', key: 'problem.contactChannel.missing' }];
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

const checkAnswers = (answers: Record<string, string>, questions: readonly Question[]): Problem[] =>
  questions.flatMap((question): Problem[] => {
    const problem = judgeAnswer(question, answerTo(answers, question));
    if (!problem) return [];
    const { key, limit } = problem;
    return [{ field: questionField(question.key), key, ...(limit && { values: { limit } }) }];
  });

/** Which kinds the application has, as a file or as text. */
export type HeldDocuments = Record<DocumentKind, Held>;
type Held = {
  files: number;
  textLength: number;
  /** In which the virus scanner found something; with the control that each came from. */
  infected?: { field: string; name: string }[];
};

/** What the call still wants of the documents. */
export const checkDocuments = (held: HeldDocuments, rules: CallDocuments): Problem[] =>
  documentKinds.flatMap((kind): Problem[] => {
    const { files, textLength, infected = [] } = held[kind];
    if (infected.length > 0) {
      return infected.map(({ field, name }) => ({
        ...{ field, key: 'problem.file.infected' as const, values: { name } },
      }));
    }
    // Two requests at once can bring more than either would have been allowed alone.
    if (files > fileLimits[kind]) {
      return [{ field: kind, key: 'problem.file.tooMany', values: { limit: fileLimits[kind] } }];
    }
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
  'questions',
  'consent',
  'mailTo',
];

/** Problems in the order of their controls on the page. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  // Those of the call's questions keep the order of the questions, between documents and consent.
  const rank = ({ field }: Problem): number =>
    order.indexOf(field.startsWith('q-') ? 'questions' : field.replace(/(Text|-\d+)$/, ''));
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
    ...(!/[\p{L}\p{N}]/u.test(values.fullName)
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
    ...(values.consent ? [] : [{ field: 'consent', key: 'problem.consent.missing' as const }]),
  ]);
}

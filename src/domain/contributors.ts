import { type Fields, fieldLimits } from './application-form.ts';
import { languageCodes } from './languages.ts';
import { cleanLine, cleanText, lengthOf } from './text.ts';

export const availabilities = ['now', 'sometimes', 'later', 'none'] as const;
export type Availability = (typeof availabilities)[number];

/** Who is in the directory: accepted, or kept on file with their consent, and told so. */
export const contributorDecisions = ['accepted', 'kept-on-file'] as const;
export type ContributorDecision = (typeof contributorDecisions)[number];

/** What contributors say of themselves. */
export type OwnDetails = {
  byline: string;
  places: string[];
  languages: string[];
  beats: string;
  availability: string;
  availabilityNote: string;
};

/** Beside it what only the newsroom sees and writes. */
export type DeskDetails = OwnDetails & { fee: string; notes: string };

/** Code points that a field may have. Longer is refused, never cut. */
export const contributorLimits = {
  byline: fieldLimits.penName,
  legalName: fieldLimits.fullName,
  beats: fieldLimits.topics,
  availabilityNote: 500,
  fee: 200,
  notes: 2000,
  lookReason: 500,
} as const;
type Limited = keyof typeof contributorLimits;

export type DetailProblem =
  | { field: Limited; key: 'contributor.problem.long'; values: { limit: number } }
  | { field: 'byline'; key: 'contributor.problem.byline' }
  | { field: 'lookReason'; key: 'contributor.problem.lookReason' }
  | { field: 'availability' | 'places' | 'languages'; key: 'contributor.problem.unknown' };

const first = (fields: Fields, name: string): string => fields.get(name)?.[0] ?? '';
const all = (fields: Fields, name: string): string[] => [
  ...new Set((fields.get(name) ?? []).map(cleanLine).filter((value) => value !== '')),
];

/** Reads what was typed, cleaned but not judged. */
export function readOwnDetails(fields: Fields): OwnDetails {
  return {
    byline: cleanLine(first(fields, 'byline')),
    places: all(fields, 'places'),
    languages: all(fields, 'languages'),
    beats: cleanText(first(fields, 'beats')),
    availability: cleanLine(first(fields, 'availability')),
    availabilityNote: cleanText(first(fields, 'availabilityNote')),
  };
}

export function readDeskDetails(fields: Fields): DeskDetails {
  return {
    ...readOwnDetails(fields),
    fee: cleanLine(first(fields, 'fee')),
    notes: cleanText(first(fields, 'notes')),
  };
}

export function isAvailability(value: string): value is Availability {
  return availabilities.some((one) => one === value);
}

/** What is wrong with texts that have a limit. */
export function findLongTexts(texts: Partial<Record<Limited, string>>): DetailProblem[] {
  return (Object.keys(texts) as Limited[]).flatMap((field): DetailProblem[] => {
    const limit = contributorLimits[field];
    const isLong = lengthOf(texts[field] ?? '') > limit;
    return isLong ? [{ field, key: 'contributor.problem.long', values: { limit } }] : [];
  });
}

/** What is wrong with the details; `places` are those that can be ticked. */
export function findDetailProblems(
  details: OwnDetails & Partial<DeskDetails>,
  places: readonly string[],
): DetailProblem[] {
  const { byline, beats, availabilityNote, fee = '', notes = '' } = details;
  const unknown = (field: 'availability' | 'places' | 'languages', is: boolean): DetailProblem[] =>
    is ? [{ field, key: 'contributor.problem.unknown' }] : [];
  return [
    ...(byline === '' ? [{ field: 'byline', key: 'contributor.problem.byline' } as const] : []),
    ...unknown('places', !details.places.every((one) => places.includes(one))),
    ...unknown('languages', !details.languages.every((one) => languageCodes.includes(one))),
    ...unknown(
      'availability',
      details.availability !== '' && !isAvailability(details.availability),
    ),
    ...findLongTexts({ byline, beats, availabilityNote, fee, notes }),
  ];
}

import { open, seal } from '../crypto.ts';
import type { Application } from './applications.ts';

// What a discreet application keeps sealed under its own key. Its columns are blank: whoever reads them
// without opening gets nothing, and no index, search or list can hold what they do not.

/** Who somebody is and how to reach them: opened for mails, for its owner, and for those who say why. */
export type SealedIdentity = Pick<Application, 'email' | 'contactChannel'>;

/** What was typed into the form beside that; the name is an alias. */
export type SealedAnswers = Pick<
  Application,
  'fullName' | 'latinName' | 'penName' | 'placesOther' | 'basedIn' | 'topics' | 'links' | 'answers'
>;

type Sealed = Pick<Application, 'id' | 'answersSealed' | 'identitySealed'>;

const answersContext = (id: string): string => `answers:${id}`;
const identityContext = (id: string): string => `identity:${id}`;

const blankAnswers: SealedAnswers = {
  ...{ fullName: '', latinName: '', penName: '', placesOther: '', basedIn: '', topics: '' },
  ...{ links: [], answers: {} },
};
const blankIdentity: SealedIdentity = { email: '', contactChannel: '' };

function pick<T extends object>(from: T, like: Partial<T>): Partial<T> {
  const keys = Object.keys(like) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;
}

const sealJson = (key: Buffer, value: object, context: string): Buffer =>
  seal(key, Buffer.from(JSON.stringify(value)), context);
const openJson = (key: Buffer, sealed: Buffer, context: string) =>
  JSON.parse(open(key, sealed, context).toString());

/**
 * The columns in which a discreet application keeps what was typed: the sealed ones filled, the others
 * blank; of one that is not discreet the other way round.
 */
export function columnsFor(
  key: Buffer,
  { id, discreet }: { id: string; discreet: boolean },
  typed: SealedAnswers & SealedIdentity,
) {
  if (!discreet) {
    return {
      ...{ discreet, answersSealed: null, identitySealed: null },
      ...(pick(typed, { ...blankAnswers, ...blankIdentity }) as SealedAnswers & SealedIdentity),
    };
  }
  return {
    ...{ discreet, ...blankAnswers, ...blankIdentity, via: null },
    answersSealed: sealJson(key, pick(typed, blankAnswers as typeof typed), answersContext(id)),
    identitySealed: sealIdentity(key, id, typed),
  };
}

const sealIdentity = (key: Buffer, id: string, identity: SealedIdentity): Buffer =>
  sealJson(
    key,
    { email: identity.email, contactChannel: identity.contactChannel },
    identityContext(id),
  );

/** Another address in its column, or sealed with the contact channel of `person`, which is open. */
export function addressColumns(
  key: Buffer,
  person: Pick<Application, 'id' | 'discreet' | 'contactChannel'>,
  email: string,
): Pick<Application, 'email'> | Pick<Application, 'identitySealed'> {
  const { id, discreet, contactChannel } = person;
  return discreet
    ? { identitySealed: sealIdentity(key, id, { email, contactChannel }) }
    : { email };
}

/** The application with its answers and its alias in their columns; the address stays sealed. */
export function openAnswers<T extends Sealed>(key: Buffer, row: T): T {
  const { id, answersSealed } = row;
  if (!answersSealed) return row;
  return { ...row, ...openJson(key, answersSealed, answersContext(id)), answersSealed: null };
}

/** The same with the address and the contact channel: nobody's desk shows what comes of this unasked. */
export function openPerson<T extends Sealed>(key: Buffer, row: T): T {
  const { id, identitySealed } = row;
  const opened = openAnswers(key, row);
  if (!identitySealed) return opened;
  return {
    ...opened,
    ...openJson(key, identitySealed, identityContext(id)),
    identitySealed: null,
  };
}

/** A text of an application in its two columns: sealed where the key is given, else in clear. */
export function textColumns(
  key: Buffer | undefined,
  context: string,
  text: string,
): { text: string; sealed: Buffer | null } {
  return key ? { text: '', sealed: seal(key, Buffer.from(text), context) } : { text, sealed: null };
}

/** The text that `textColumns` stored; `readKey` is asked only where it is sealed. */
export function openText(
  readKey: () => Buffer,
  context: string,
  { text, sealed }: { text: string; sealed: Buffer | null },
): string {
  return sealed ? open(readKey(), sealed, context).toString() : text;
}

/** The key that texts of an application are sealed with; undefined where they stand in clear. */
export const textKey = (
  { discreet }: Pick<Application, 'discreet'>,
  key: Buffer,
): Buffer | undefined => (discreet ? key : undefined);

/** Binds a sealed text to its row. */
export const textContext = {
  documentName: (id: string): string => `document-name:${id}`,
  document: (id: string): string => `document-text:${id}`,
  message: (id: string): string => `message:${id}`,
  note: (id: string): string => `note:${id}`,
  review: (applicationId: string, reviewerId: string): string =>
    `review:${applicationId}:${reviewerId}`,
  opening: (documentId: string): string => `opening:${documentId}`,
  look: (applicationId: string): string => `look:${applicationId}`,
  contributor: (applicationId: string): string => `contributor:${applicationId}`,
} as const;

/** A document's name in its two columns. */
export function nameColumns(
  key: Buffer | undefined,
  { id, name }: { id: string; name: string },
): { name: string; nameSealed: Buffer | null } {
  const { text, sealed } = textColumns(key, textContext.documentName(id), name);
  return { name: text, nameSealed: sealed };
}

/** Documents with their names in clear, for their owner and for what goes by a name's ending. */
export const openName = <T extends { id: string; name: string; nameSealed: Buffer | null }>(
  key: Buffer,
  document: T,
): T => {
  const { id, name: text, nameSealed: sealed } = document;
  const name = openText(() => key, textContext.documentName(id), { text, sealed });
  return { ...document, name, nameSealed: null };
};

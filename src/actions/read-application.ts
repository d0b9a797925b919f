import { open } from '../crypto.ts';
import type { Application } from '../db/applications.ts';
import type { Db } from '../db/client.ts';
import { openPerson } from '../db/discreet.ts';
import type { ReceivedDocument } from '../db/documents.ts';
import { readText } from '../documents/store.ts';
import type { HeldDocuments } from '../domain/application-check.ts';
import type { FormValues, PastedTexts } from '../domain/application-form.ts';
import { lengthOf } from '../domain/text.ts';

/** Binds a sealed contact handle to its application. */
export const contactContext = (applicationId: string): string => `contact:${applicationId}`;

/** The contact handle in clear, empty when there is none and for those who do not get the key. */
export function openContactHandle(
  key: Buffer | undefined,
  application: Pick<Application, 'id' | 'contactHandleSealed'>,
): string {
  const { id, contactHandleSealed } = application;
  return contactHandleSealed && key
    ? open(key, contactHandleSealed, contactContext(id)).toString()
    : '';
}

/** What was typed into the form, as it is stored; what is sealed of it is blank without the key. */
export function valuesOf(key: Buffer | undefined, stored: Application): FormValues {
  const application = key ? openPerson(key, stored) : stored;
  const { fullName, latinName, penName, email, contactChannel, places, placesOther } = application;
  const { basedIn, languages, topics, links, answers, discreet } = application;
  const { mailLinks, keepOnFile } = application;
  return {
    fullName,
    latinName,
    penName,
    email,
    contactChannel,
    contactHandle: openContactHandle(key, application),
    places,
    placesOther,
    basedIn,
    languages,
    topics,
    links,
    answers,
    discreet,
    mailLinks,
    keepOnFile,
    consent: application.consentedAt !== null,
  };
}

/** The pasted texts of an application in clear. */
export async function readPastedTexts(
  db: Db,
  key: Buffer,
  documents: readonly ReceivedDocument[],
): Promise<PastedTexts> {
  const texts: PastedTexts = { cv: '', coverLetter: '', writingSample: '' };
  for (const document of documents) {
    if (document.origin === 'text') texts[document.kind] = await readText(db, key, document);
  }
  return texts;
}

/** What the form's check asks about the documents. */
export function countHeld(
  documents: readonly ReceivedDocument[],
  texts: PastedTexts,
): HeldDocuments {
  const count = (kind: ReceivedDocument['kind']) => ({
    files: documents.filter((one) => one.kind === kind && one.origin === 'file').length,
    textLength: lengthOf(texts[kind]),
    infected: documents
      .filter((one) => one.kind === kind && one.closure === 'infected')
      .map(({ origin, name }) => ({ field: origin === 'text' ? `${kind}Text` : kind, name })),
  });
  return {
    cv: count('cv'),
    coverLetter: count('coverLetter'),
    writingSample: count('writingSample'),
  };
}

import { makeSample } from '../../src/documents/samples.ts';
import type { DocumentType } from '../../src/domain/document-types.ts';
import { createMultipart, type Part } from './multipart.ts';

type Values = Record<string, string | readonly string[]>;
type Requestable = { request(path: string, init?: RequestInit): Response | Promise<Response> };

/** Everything that the seeded call asks for, documents aside. */
export const goodFields: Values = {
  fullName: 'ნინო გელაშვილი',
  latinName: 'Nino Gelashvili',
  email: 'nino@example.org',
  places: ['georgia'],
  consent: 'yes',
};

/** A document of the type that its name says, as a part of the form. */
export function filePart(field: string, name: string, size?: number): Part {
  const type = name.slice(name.lastIndexOf('.') + 1) as DocumentType;
  const content = { title: `${field} ${name}`, paragraphs: ['The river was late this year.'] };
  return { field, name, bytes: makeSample(type, content, size === undefined ? {} : { size }) };
}

/** The three documents, each of another type. */
export const goodFiles = (): Part[] => [
  filePart('cv', 'cv.pdf'),
  filePart('coverLetter', 'letter.docx'),
  filePart('writingSample', 'პანკისი.odt'),
];

/** Typed values as the parts of a form; a list repeats its field. */
export function fieldParts(values: Values): Part[] {
  return Object.entries(values).flatMap(([field, value]) =>
    [value].flat().map((text) => ({ field, bytes: Buffer.from(text) })),
  );
}

export const applyPath = (language = 'en'): string => `/${language}/calls/regional-experts/apply`;

type Sending = { path?: string; headers?: Record<string, string> };

/** Sends the form as a browser would: fields first, then files. */
export async function sendForm(
  app: Requestable,
  values: Values,
  files: readonly Part[] = [],
  sending: Sending = {},
): Promise<Response> {
  return await sendParts(app, [...fieldParts(values), ...files], sending);
}

/** Sends a form whose parts stand in this order. */
export async function sendParts(
  app: Requestable,
  parts: readonly Part[],
  { path = applyPath(), headers = {} }: Sending = {},
): Promise<Response> {
  const { contentType, body } = createMultipart(parts);
  return await app.request(path, {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers },
    body: new Uint8Array(body),
  });
}

/** The token of the draft that an answer leads to, or that its form carries. */
export function draftTokenOf(location: string): string {
  const token = /\/drafts\/([\w-]{32})/.exec(location)?.[1];
  if (!token) throw new Error(`no draft in ${location}`);
  return token;
}

/** A draft that has everything; answers with its token. */
export async function fillDraft(
  app: Requestable,
  changes: Values = {},
  files: readonly Part[] = goodFiles(),
  sending?: Sending,
): Promise<string> {
  const answer = await sendForm(app, { ...goodFields, ...changes }, files, sending);
  if (answer.status !== 303) throw new Error(`the draft was answered ${answer.status}`);
  return draftTokenOf(answer.headers.get('location') ?? '');
}

type Submitting = {
  revision?: number | string;
  language?: string;
  headers?: Record<string, string>;
};

/** Presses Submit on the check page. Without a revision it is the newest. */
export async function submit(
  app: Requestable,
  token: string,
  { revision, language = 'en', headers = {} }: Submitting = {},
): Promise<Response> {
  return await app.request(`/${language}/drafts/${token}/submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: revision === undefined ? '' : `revision=${revision}`,
  });
}

/** A submitted application; answers with the address of its private page. */
export async function submitFilled(app: Requestable, changes: Values = {}): Promise<string> {
  const answer = await submit(app, await fillDraft(app, changes));
  const location = answer.headers.get('location');
  if (!location) throw new Error(`submitting was answered ${answer.status}`);
  return location;
}

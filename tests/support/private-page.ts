import { verifyDatabase } from '../../src/actions/verify-database.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { recordOpened } from '../../src/db/access-log.ts';
import { findByToken, type HeldApplication } from '../../src/db/applications.ts';
import { type MailContent, openContent } from '../../src/db/mails.ts';
import type { TestApp } from './app.ts';
import { createStaff } from './factories.ts';
import { createMultipart, type Part } from './multipart.ts';
import { submitFilled } from './send-form.ts';

type App = Pick<TestApp, 'app' | 'deps'>;

/** A submitted application seen from outside and from inside. */
export type Applicant = { path: string; token: string; application: HeldApplication; key: Buffer };

/** Somebody who has just applied. */
export async function apply(
  test: App,
  changes: Record<string, string | readonly string[]> = {},
): Promise<Applicant> {
  const path = await submitFilled(test.app, changes);
  const token = path.split('/').at(-1)!;
  const { db, keys } = test.deps;
  const application = await findByToken(db, 'private', keys.lookup('token', token));
  if (!application || application === 'gone') throw new Error('no application behind its link');
  return { path, token, application, key: keys.unwrapKey(application.id, application.wrapped) };
}

export type Page = { status: number; location: string | null; headers: Headers; html: string };

const read = async (answer: Response): Promise<Page> => ({
  status: answer.status,
  location: answer.headers.get('location'),
  headers: answer.headers,
  html: await answer.text(),
});

export const getPage = async ({ app }: App, path: string): Promise<Page> =>
  await read(await app.request(path));

export const postForm = async (
  { app }: App,
  path: string,
  form: Record<string, string> = {},
): Promise<Page> =>
  await read(await app.request(path, { method: 'POST', body: new URLSearchParams(form) }));

export async function postParts({ app }: App, path: string, parts: readonly Part[]): Promise<Page> {
  const { contentType, body } = createMultipart(parts);
  const headers = { 'content-type': contentType };
  return await read(
    await app.request(path, { method: 'POST', headers, body: new Uint8Array(body) }),
  );
}

export const textPart = (field: string, text: string): Part => ({
  field,
  bytes: Buffer.from(text),
});

/** Opens an application as a staff member does. */
export async function openAs(
  { deps }: App,
  { application: { id } }: Pick<Applicant, 'application'>,
  staff?: StaffMember,
): Promise<void> {
  const { id: staffId } = staff ?? (await createStaff(deps, { role: 'reviewer' }));
  await recordOpened(deps.db, { applicationId: id, staffId, now: deps.clock.now() });
}

/** The mails about an application in the order in which they were written. */
export async function listMailsOf(
  { deps: { db } }: App,
  { application, key }: Pick<Applicant, 'application' | 'key'>,
) {
  const mails = await db
    .selectFrom('mails as m')
    .innerJoin('jobs as j', 'j.subjectId', 'm.id')
    .selectAll('m')
    .select(['j.notBefore', 'j.state'])
    .where('m.applicationId', '=', application.id)
    .orderBy('m.id')
    .execute();
  return mails.map((mail) => {
    const content: MailContent = openContent(key, mail);
    return { ...mail, content };
  });
}

/** What the events of an application say. */
export async function listEventsOf(
  { deps: { db } }: App,
  { application: { id } }: Pick<Applicant, 'application'>,
) {
  const events = await db
    .selectFrom('events')
    .select(['actor', 'type', 'fromValue', 'toValue'])
    .where('applicationId', '=', id)
    .orderBy('id')
    .execute();
  return events.map(({ actor, type, fromValue, toValue }) =>
    [actor, type, fromValue, toValue].filter((one) => one !== null).join(' '),
  );
}

/** The lines of `feder verify`. */
export async function verify({ deps }: App): Promise<string[]> {
  const lines: string[] = [];
  await verifyDatabase(deps, {
    report: ({ rule, subject, problem }) => lines.push(`${rule}: ${subject}: ${problem}`),
  });
  return lines;
}

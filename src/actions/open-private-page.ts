import { open } from '../crypto.ts';
import {
  type Application,
  findByToken,
  getSealedToken,
  type HeldApplication,
} from '../db/applications.ts';
import type { Db, Trx } from '../db/client.ts';
import { openPerson } from '../db/discreet.ts';
import type { Deps } from '../deps.ts';
import { AppError, found } from '../errors.ts';

/** Binds a sealed token or code to its application and use. */
export const tokenContext = (
  kind: 'draft' | 'private' | 'receipt',
  applicationId: string,
): string => `token:${kind}:${applicationId}`;

/** An application in the hands of its applicant, all of it in clear, with its own key. */
export type PrivatePage = {
  token: string;
  application: HeldApplication;
  key: Buffer;
  submittedAt: Date;
};

/** Everything a private link opens. Throws `not-found`, or `gone` once the application was deleted. */
export async function openPrivatePage(
  { db, keys }: Pick<Deps, 'db' | 'keys'>,
  token: string,
): Promise<PrivatePage> {
  const application = found(await findByToken(db, 'private', keys.lookup('token', token)));
  if (application === 'gone') throw new AppError('gone');
  const key = keys.unwrapKey(application.id, application.wrapped);
  const submittedAt = found(application.submittedAt);
  return { token, application: openPerson(key, application), key, submittedAt };
}

/** The receipt code, for showing it again to whom it belongs. */
export async function readReceiptCode(
  { db }: Pick<Deps, 'db'>,
  { application: { id }, key }: PrivatePage,
): Promise<string> {
  const sealed = found(await getSealedToken(db, id, 'receipt'));
  return open(key, sealed, tokenContext('receipt', id)).toString();
}

/** The private page's token of a submitted application. */
export async function findPrivateToken(
  { db }: { db: Db | Trx },
  { id }: Pick<Application, 'id'>,
  key: Buffer,
): Promise<string> {
  const sealed = found(await getSealedToken(db, id, 'private'));
  return open(key, sealed, tokenContext('private', id)).toString();
}

import { open } from '../crypto.ts';
import { findByToken, getSealedToken, type HeldApplication } from '../db/applications.ts';
import type { Deps } from '../deps.ts';
import { AppError, found } from '../errors.ts';

/** Binds a sealed token or code to its application and use. */
export const tokenContext = (
  kind: 'draft' | 'private' | 'receipt',
  applicationId: string,
): string => `token:${kind}:${applicationId}`;

/** Everything a private link opens. Throws `not-found`, or `gone` once the application was deleted. */
export async function openPrivatePage(
  { db, keys }: Pick<Deps, 'db' | 'keys'>,
  token: string,
): Promise<{ application: HeldApplication; receiptCode: string; submittedAt: Date }> {
  const application = found(await findByToken(db, 'private', keys.lookup('token', token)));
  if (application === 'gone') throw new AppError('gone');
  const key = keys.unwrapKey(application.id, application.wrapped);
  const sealed = found(await getSealedToken(db, application.id, 'receipt'));
  const receiptCode = open(key, sealed, tokenContext('receipt', application.id)).toString();
  return { application, receiptCode, submittedAt: found(application.submittedAt) };
}

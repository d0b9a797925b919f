import { createId } from '../crypto.ts';
import {
  type Application,
  findByReference,
  findByToken,
  getWrappedKey,
  lockApplication,
} from '../db/applications.ts';
import { enqueueJob, type JobHandler } from '../db/jobs.ts';
import type { Deps } from '../deps.ts';
import { foldEmailAddress, parseEmailAddress } from '../domain/email-address.ts';
import { renderPrivateLink } from '../mail/templates/private-link.tsx';
import { findPrivateToken } from './open-private-page.ts';
import { writeToApplicant } from './write-mail.ts';

/** Kind of the jobs that mail a private link; their subject is the application. */
export const privateLinkJobKind = 'private-link';

type Core = Pick<Deps, 'db' | 'keys' | 'clock'>;

/** Whether an address is that of an application, which need not be open for that. */
export const hasEmail = (
  { keys }: Pick<Core, 'keys'>,
  application: Pick<Application, 'emailHash'> | undefined,
  email: string,
): boolean => {
  const hash = keys.lookup('email', foldEmailAddress(parseEmailAddress(email) ?? email));
  return application?.emailHash?.equals(hash) ?? false;
};

/** The private page's token for a receipt code and the address that goes with it. */
export async function findByReceiptCode(
  { db, keys }: Pick<Core, 'db' | 'keys'>,
  { code, email }: { code: string; email: string },
): Promise<string | undefined> {
  const found = await findByToken(db, 'receipt', keys.lookup('receipt', code));
  const application = found === 'gone' ? undefined : found;
  const fits = hasEmail({ keys }, application, email);
  if (!application || !fits) return undefined;
  return await findPrivateToken(
    { db },
    application,
    keys.unwrapKey(application.id, application.wrapped),
  );
}

/**
 * Asks for the private link of a reference to be mailed to the address that goes with it. A pair that
 * does not fit costs the same work, a job for nobody, so that nothing can be learnt from the time.
 */
export async function requestPrivateLink(
  { db, keys, clock }: Core,
  { reference, email }: { reference: string; email: string },
): Promise<void> {
  const application = await findByReference(db, reference);
  const now = clock.now();
  const fits = hasEmail({ keys }, application, email);
  const subjectId = application && fits ? application.id : createId(now);
  await db
    .transaction()
    .execute((trx) => enqueueJob(trx, { kind: privateLinkJobKind, subjectId, now }));
}

/** The handler of those jobs: writes the mail with the end of the job; for nobody it writes none. */
export function createPrivateLinkHandler(
  deps: Pick<Deps, 'keys' | 'config' | 'publicUrl'>,
): JobHandler {
  return async ({ subjectId }) =>
    async (trx, now) => {
      const application = subjectId === null ? undefined : await lockApplication(trx, subjectId);
      const wrapped = application && (await getWrappedKey(trx, application.id));
      if (!application?.submittedAt || !wrapped) return;
      const key = deps.keys.unwrapKey(application.id, wrapped);
      await writeToApplicant(
        trx,
        deps,
        { application, key, now },
        {
          template: 'private-link',
          news: 'page',
          render: renderPrivateLink,
        },
      );
    };
}

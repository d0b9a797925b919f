import type { Trx } from '../db/client.ts';
import { recordStaffEvent } from '../db/staff-events.ts';
import { enqueueStaffMail } from '../db/staff-mails.ts';
import type { Deps } from '../deps.ts';
import type { AccountNotice } from '../domain/staff-events.ts';

export type Noticed = {
  staffId: string;
  type: AccountNotice;
  /** Who did it: null for the command line. */
  actorId: string | null;
  now: Date;
};

/**
 * Records what has changed in how a person gets in, and tells them by mail (ASVS 6.3.7), in the
 * transaction that changes it.
 */
export async function recordAndTell(
  trx: Trx,
  { config }: Pick<Deps, 'config'>,
  { staffId, type, actorId, now }: Noticed,
): Promise<void> {
  await recordStaffEvent(trx, { staffId, actorId, type, at: now });
  const from = config.mailFrom.address;
  await enqueueStaffMail(trx, { staffId, template: type, from, now });
}

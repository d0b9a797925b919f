import type { Selectable } from 'kysely';
import { open, seal } from '../crypto.ts';
import type { Db, Trx } from './client.ts';
import type { MailTable } from './schema.ts';

/** A recipient whose server said no for good; sealed as long as it is stored. */
export type Refusal = {
  address: string;
  /** The server's words behind its code, on one line, shortened. */
  reply: string;
};

type Refused = { id: string; key: Buffer; refusals: readonly Refusal[] };

const contextOf = (id: string): string => `refusals:${id}`;

const columnsOf = ({ id, key, refusals }: Refused) => ({
  refused: refusals.length,
  refusalsSealed:
    refusals.length === 0 ? null : seal(key, Buffer.from(JSON.stringify(refusals)), contextOf(id)),
});

/**
 * Marks a mail as sent, or as captured when it became a file on this machine. `refusals` are those
 * recipients who did not get it; the others have it. `key` is the application's own.
 */
export async function markSent(
  trx: Trx,
  mail: Refused & { captured: boolean },
  now: Date,
): Promise<void> {
  const { id, captured } = mail;
  await trx
    .updateTable('mails')
    .set({ sentAt: now, captured, ...columnsOf(mail) })
    .where('id', '=', id)
    .execute();
}

/** Keeps whom a mail could not reach, of one that is still here. */
export async function recordRefusals(db: Db, mail: Refused): Promise<void> {
  await db
    .updateTable('mails')
    .set(columnsOf(mail))
    .where('id', '=', mail.id)
    .where('sentAt', 'is', null)
    .execute();
}

/** Who was refused when the mail was last tried. */
export function openRefusals(
  key: Buffer,
  mail: Pick<Selectable<MailTable>, 'id' | 'refusalsSealed'>,
): Refusal[] {
  if (mail.refusalsSealed === null) return [];
  return JSON.parse(open(key, mail.refusalsSealed, contextOf(mail.id)).toString());
}

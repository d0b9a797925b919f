import { type Insertable, sql } from 'kysely';
import type { StaffEventType } from '../domain/staff-events.ts';
import type { Db, Trx } from './client.ts';
import type { StaffEventTable } from './schema-staff-mails.ts';

/** One thing that happened to an account. */
export type StaffEventEntry = {
  id: number;
  type: StaffEventType;
  staffId: string;
  staffName: string;
  /** Null when it was done on the command line. */
  actorName: string | null;
  from: string | null;
  to: string | null;
  /** The person that `to` names, where it does. */
  toName: string | null;
  at: Date;
};

/** Records what was done to an account, in the transaction that does it. */
export async function recordStaffEvent(
  trx: Trx,
  event: Pick<Insertable<StaffEventTable>, 'staffId' | 'actorId' | 'type' | 'at'> & {
    fromValue?: string;
    toValue?: string;
  },
): Promise<void> {
  await trx
    .insertInto('staffEvents')
    .values({ fromValue: null, toValue: null, ...event })
    .execute();
}

/** The newest events, of one person or of everybody. */
export async function listStaffEvents(
  db: Db,
  { staffId, limit }: { staffId?: string; limit: number },
): Promise<StaffEventEntry[]> {
  return await db
    .selectFrom('staffEvents as e')
    .innerJoin('staff as s', 's.id', 'e.staffId')
    .leftJoin('staff as a', 'a.id', 'e.actorId')
    .leftJoin('staff as t', (join) => join.on(sql<boolean>`t.id::text = e.to_value`))
    .select(['e.id', 'e.type', 'e.staffId', 's.name as staffName', 'a.name as actorName'])
    .select(['e.fromValue as from', 'e.toValue as to', 't.name as toName', 'e.at'])
    .$if(staffId !== undefined, (query) => query.where('e.staffId', '=', staffId!))
    .orderBy('e.id', 'desc')
    .limit(limit)
    .execute();
}

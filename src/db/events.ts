import type { Insertable } from 'kysely';
import type { DocumentKind } from '../domain/documents.ts';
import type { Standing } from '../domain/stages.ts';
import { found } from '../errors.ts';
import type { Db, Trx } from './client.ts';
import type { EventTable, EventType } from './schema.ts';

/** One thing that happened to an application. */
export type EventEntry = {
  actor: 'applicant' | 'staff' | 'system';
  /** Null when no staff member did it, and once the person is deleted. */
  staffName: string | null;
  type: EventType;
  from: Standing | null;
  /** Of an event about a document its kind. */
  to: Standing | DocumentKind | null;
  at: Date;
};

/** What happened to an application, the oldest first. */
export async function listEvents(db: Db | Trx, applicationId: string): Promise<EventEntry[]> {
  return await db
    .selectFrom('events as e')
    .leftJoin('staff as s', 's.id', 'e.staffId')
    .select([
      'e.actor',
      's.name as staffName',
      'e.type',
      'e.fromValue as from',
      'e.toValue as to',
      'e.at',
    ])
    .$narrowType<{ from: Standing | null; to: Standing | DocumentKind | null }>()
    .where('e.applicationId', '=', applicationId)
    .orderBy('e.id')
    .execute();
}

/** Records what changes no stage; changes of stage record themselves. */
export async function recordEvents(
  trx: Trx,
  events: readonly (Pick<Insertable<EventTable>, 'applicationId' | 'actor' | 'at'> & {
    type: Exclude<EventType, 'submitted' | 'stage-changed'>;
    staffId?: string;
    /** The kind of a document, or the id of another application. */
    toValue?: string;
  })[],
): Promise<void> {
  if (events.length === 0) return;
  await trx
    .insertInto('events')
    .values(events.map((one) => ({ staffId: null, fromValue: null, toValue: null, ...one })))
    .execute();
}

/** Where an application stood before it came to where it stands. */
export async function findArrivalFrom(
  trx: Trx,
  applicationId: string,
  standing: Standing,
): Promise<Standing> {
  const arrival = await trx
    .selectFrom('events')
    .select('fromValue')
    .where('applicationId', '=', applicationId)
    .where('toValue', '=', standing)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found(arrival?.fromValue) as Standing;
}

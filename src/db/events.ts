import { type Insertable, sql } from 'kysely';
import { type FormSubject, formSubjects } from '../domain/desk-events.ts';
import type { Standing } from '../domain/stages.ts';
import { found } from '../errors.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import type { EventTable, EventType } from './schema.ts';

/** One thing that happened to an application. */
export type EventEntry = {
  id: number;
  actor: 'applicant' | 'staff' | 'system';
  /** Null when no staff member did it, and once the person is deleted. */
  staffName: string | null;
  type: EventType;
  /** Of a change of stage a standing. */
  from: string | null;
  /** Of a change of stage a standing, of an event about a document its kind; see also `desk-events.ts`. */
  to: string | null;
  /** The staff members that `from` and `to` name, or the tag, where they do. */
  fromName: string | null;
  toName: string | null;
  at: Date;
};

const entries = (db: Db | Trx, applicationId: string) =>
  db
    .selectFrom('events as e')
    .leftJoin('staff as s', 's.id', 'e.staffId')
    .leftJoin('staff as f', (join) => join.on(sql<boolean>`f.id::text = e.from_value`))
    .leftJoin('staff as t', (join) => join.on(sql<boolean>`t.id::text = e.to_value`))
    .leftJoin('tags as g', (join) => join.on(sql<boolean>`g.id::text = e.to_value`))
    .select(['e.id', 'e.actor', 's.name as staffName', 'e.type'])
    .select(['e.fromValue as from', 'e.toValue as to'])
    .select(['f.name as fromName', 'e.at'])
    .select(({ fn }) => fn.coalesce('t.name', 'g.name').as('toName'))
    .where('e.applicationId', '=', applicationId)
    .orderBy('e.id');

const selectEvents = prepare((db, slots: { applicationId: string }) =>
  entries(db, slots.applicationId).compile(),
);

/** What happened to an application, the oldest first. */
export async function listEvents(db: Db | Trx, applicationId: string): Promise<EventEntry[]> {
  return (await selectEvents(db, { applicationId })).rows;
}

/** What happened after the event `seen` that a form about the subject would overwrite. */
export async function listEventsSince(
  db: Db | Trx,
  applicationId: string,
  { seen, subject }: { seen: number; subject: FormSubject },
): Promise<EventEntry[]> {
  return await entries(db, applicationId)
    .where('e.id', '>', seen)
    .where('e.type', 'in', formSubjects[subject])
    .execute();
}

/** Something that happened, its stage aside. */
export type RecordedEvent = Pick<Insertable<EventTable>, 'applicationId' | 'actor'> & {
  at: Date;
  type: Exclude<EventType, 'submitted' | 'stage-changed'>;
  staffId?: string;
  fromValue?: string | null;
  /** The kind of a document, the id of another application, or what `desk-events.ts` says. */
  toValue?: string | null;
};

/** Records what changes no stage; changes of stage record themselves. */
export async function recordEvents(trx: Trx, events: readonly RecordedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await trx
    .insertInto('events')
    .values(events.map((one) => ({ staffId: null, fromValue: null, toValue: null, ...one })))
    .execute();
}

/** Where an application stood before it came to where it stands; that a withdrawal was undone does not count. */
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
    .where('fromValue', '<>', 'withdrawn')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found(arrival?.fromValue) as Standing;
}

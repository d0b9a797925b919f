import type { Standing } from '../domain/stages.ts';
import type { Db } from './client.ts';
import type { EventType } from './schema.ts';

/** One thing that happened to an application. */
export type EventEntry = {
  actor: 'applicant' | 'staff' | 'system';
  /** Null when no staff member did it, and once the person is deleted. */
  staffName: string | null;
  type: EventType;
  from: Standing | null;
  to: Standing | null;
  at: Date;
};

/** What happened to an application, the oldest first. */
export async function listEvents(db: Db, applicationId: string): Promise<EventEntry[]> {
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
    .$narrowType<{ from: Standing | null; to: Standing | null }>()
    .where('e.applicationId', '=', applicationId)
    .orderBy('e.id')
    .execute();
}

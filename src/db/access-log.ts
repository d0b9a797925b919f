import { sql } from 'kysely';
import type { DocumentKind } from '../domain/documents.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';

const reopenAfterMs = 10 * 60_000;

// Both lock the application: an applicant's change of documents that is under way comes first, and one
// that comes later sees that somebody has looked.

const insertOpening = prepare(
  (db, slots: { applicationId: string; staffId: string; now: Date; since: Date }) => {
    const { applicationId, staffId, now, since } = slots;
    return sql`
      insert into access_log (application_id, staff_id, type, at)
      select a.id, ${staffId}::uuid, 'opened', ${now}::timestamptz
      from applications as a
      where a.id = ${applicationId}::uuid and not exists (
        select 1 from access_log
        where application_id = ${applicationId}::uuid and staff_id = ${staffId}::uuid
          and type = 'opened' and document_id is null and at > ${since}::timestamptz
          and at >= greatest('-infinity',
            (select max(created_at) from messages where application_id = a.id and direction = 'in'),
            (select max(created_at) from note_mentions
              where application_id = a.id and staff_id = ${staffId}::uuid))
      )
      for key share of a`.compile(db);
  },
);

/**
 * Notes that somebody opened an application; looking again within ten minutes is the same opening, but
 * for what has come in meanwhile.
 */
export async function recordOpened(
  db: Db,
  { applicationId, staffId, now }: { applicationId: string; staffId: string; now: Date },
): Promise<void> {
  const since = new Date(now.getTime() - reopenAfterMs);
  await insertOpening(db, { applicationId, staffId, now, since });
}

/** Notes each download of a document that the application has. */
export async function recordDownloaded(
  db: Db | Trx,
  entry: { applicationId: string; documentId: string; staffId: string; now: Date },
): Promise<void> {
  const { applicationId, documentId, staffId, now } = entry;
  await sql`
    insert into access_log (application_id, document_id, staff_id, type, at)
    select a.id, ${documentId}::uuid, ${staffId}::uuid, 'downloaded', ${now}::timestamptz
    from applications as a where a.id = ${applicationId} and exists (
      select from documents as d where d.id = ${documentId}::uuid and d.application_id = a.id)
    for key share of a`.execute(db);
}

/** Notes that somebody read a document's text; once more within ten minutes is the same reading. */
export async function recordTextOpened(
  db: Db,
  entry: { applicationId: string; documentId: string; staffId: string; now: Date },
): Promise<void> {
  const { applicationId, documentId, staffId, now } = entry;
  const since = new Date(now.getTime() - reopenAfterMs);
  await sql`
    insert into access_log (application_id, document_id, staff_id, type, at)
    select a.id, ${documentId}::uuid, ${staffId}::uuid, 'opened', ${now}::timestamptz
    from applications as a where a.id = ${applicationId} and exists (
      select from documents as d where d.id = ${documentId}::uuid and d.application_id = a.id)
    and not exists (
      select 1 from access_log
      where application_id = ${applicationId} and staff_id = ${staffId}
        and document_id = ${documentId}::uuid and type = 'opened' and at > ${since}
    )
    for key share of a`.execute(db);
}

type Whose = { applicationId: string; staffId: string };

const selectLastOpening = prepare((db, slots: Whose) =>
  db
    .selectFrom('accessLog')
    .select('at')
    .where('applicationId', '=', slots.applicationId)
    .where('staffId', '=', slots.staffId)
    .where('documentId', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .compile(),
);

/** When this person opened an application last. */
export async function findLastOpening(db: Db, whose: Whose): Promise<Date | undefined> {
  return (await selectLastOpening(db, whose)).rows[0]?.at;
}

const selectFirstOpening = prepare((db, slots: { applicationId: string }) =>
  db
    .selectFrom('accessLog as l')
    .leftJoin('staff as s', 's.id', 'l.staffId')
    .select(['s.name as staffName', 'l.at'])
    .where('l.applicationId', '=', slots.applicationId)
    .orderBy('l.id')
    .limit(1)
    .compile(),
);

/** Who opened an application first; the name is null once that person is deleted. */
export async function findFirstOpening(
  db: Db,
  applicationId: string,
): Promise<{ staffName: string | null; at: Date } | undefined> {
  return (await selectFirstOpening(db, { applicationId })).rows[0];
}

const selectViewed = prepare((db, slots: Whose) =>
  db
    .selectFrom('accessLog')
    .select('documentId')
    .distinct()
    .where('applicationId', '=', slots.applicationId)
    .where('staffId', '=', slots.staffId)
    .where('documentId', 'is not', null)
    .compile(),
);

/** The documents of an application that this person has downloaded or read. */
export async function listViewedDocuments(
  db: Db,
  applicationId: string,
  staffId: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await selectViewed(db, { applicationId, staffId });
  return new Set(rows.flatMap(({ documentId }) => documentId ?? []));
}

/** Once that one of the staff opened an application or a document of it. */
export type Access = {
  id: number;
  type: 'opened' | 'downloaded';
  /** Null once that person is deleted. */
  staffName: string | null;
  /** Null where the application itself was opened. */
  documentId: string | null;
  /** Null of a document that is not there any more. */
  kind: DocumentKind | null;
  at: Date;
};

/** Who opened an application and its documents, the newest first; `before` an entry of the last page. */
export async function listAccesses(
  db: Db,
  applicationId: string,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<Access[]> {
  return await db
    .selectFrom('accessLog as l')
    .leftJoin('staff as s', 's.id', 'l.staffId')
    .leftJoin('documents as d', 'd.id', 'l.documentId')
    .select(['l.id', 'l.type', 's.name as staffName', 'l.documentId', 'd.kind', 'l.at'])
    .where('l.applicationId', '=', applicationId)
    .$if(before !== undefined, (query) => query.where('l.id', '<', before!))
    .orderBy('l.id', 'desc')
    .limit(limit)
    .execute();
}

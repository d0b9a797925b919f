import { type Insertable, type Selectable, type SqlBool, sql } from 'kysely';
import type { CallContent } from '../domain/call-content.ts';
import type { Period } from '../domain/calls.ts';
import type { Db, Trx } from './client.ts';
import type { CallEventTable, CallTable, CallVersionTable } from './schema.ts';

/** A call as those see it who edit it: with its newest version as it was typed. */
export type EditedCall = Selectable<CallTable> & {
  number: number;
  content: CallContent;
  /** Address that the call was seeded with. */
  seededInbox: string | null;
  /** When the version was saved, and by whom; null for what came with the software. */
  savedAt: Date;
  savedBy: string | null;
};

const contentColumns = [
  'v.texts',
  'v.languages',
  'v.typed',
  'v.places',
  'v.documents',
  'v.questions',
  'v.criteria',
  'v.fee',
  'v.contactEmail',
  'v.replyDays',
  'v.retentionDays',
  'v.reviewersWanted',
  'v.blind',
] as const;
type ContentRow = Pick<Selectable<CallVersionTable>, keyof CallContent | 'typed'>;

function contentOf(row: ContentRow): CallContent {
  const { languages, places, documents, criteria, fee, contactEmail } = row;
  const { texts, questions } = row.typed ?? row;
  const { replyDays, retentionDays, reviewersWanted, blind } = row;
  return {
    ...{ texts, languages, places, documents, questions, criteria, fee, contactEmail },
    ...{ replyDays, retentionDays, reviewersWanted, blind },
  };
}

const editedCalls = (db: Db | Trx) =>
  db
    .selectFrom('calls as c')
    .innerJoin('callVersions as v', 'v.callId', 'c.id')
    .leftJoin('staff as s', 's.id', 'v.createdBy')
    .selectAll('c')
    .select(contentColumns)
    .select(['v.number', 'v.seededInbox', 'v.createdAt as savedAt', 's.name as savedBy'])
    .where('v.number', '=', ({ selectFrom }) =>
      selectFrom('callVersions as newer')
        .whereRef('newer.callId', '=', 'c.id')
        .select(({ fn }) => fn.max('newer.number').as('newest')),
    );

type EditedRow = Selectable<CallTable> &
  ContentRow &
  Pick<EditedCall, 'number' | 'seededInbox' | 'savedAt' | 'savedBy'>;

function editedOf(row: EditedRow): EditedCall {
  const { id, slug, opensAt, closesAt, inbox, createdAt } = row;
  const { number, seededInbox, savedAt, savedBy } = row;
  return {
    ...{ id, slug, opensAt, closesAt, inbox, createdAt, number, seededInbox, savedAt, savedBy },
    content: contentOf(row),
  };
}

/** The call in any state, with its newest version. */
export async function findEditedCall(db: Db | Trx, slug: string): Promise<EditedCall | undefined> {
  const row = await editedCalls(db).where('c.slug', '=', slug).executeTakeFirst();
  return row && editedOf(row);
}

/** Counts of applications are exact up to here. */
export const applicationCountLimit = 10_000;

/** Every call in any state with how many applications it has: those in preparation, then the latest opened. */
export async function listEditedCalls(db: Db): Promise<(EditedCall & { applications: number })[]> {
  const rows = await editedCalls(db)
    .select(({ selectFrom, fn }) =>
      selectFrom(
        selectFrom('applications as a')
          .whereRef('a.callId', '=', 'c.id')
          .where('a.submittedAt', 'is not', null)
          .select('a.id')
          .limit(applicationCountLimit + 1)
          .as('some'),
      )
        .select(fn.countAll<number>().as('count'))
        .as('applications'),
    )
    .orderBy('c.opensAt', (order) => order.desc().nullsFirst())
    .orderBy('c.id', 'desc')
    .execute();
  return rows.map((row) => ({ ...editedOf(row), applications: row.applications ?? 0 }));
}

/** What a version said, as it was typed. */
export async function findContent(
  trx: Trx,
  callId: string,
  number: number,
): Promise<CallContent | undefined> {
  const row = await trx
    .selectFrom('callVersions as v')
    .select(contentColumns)
    .where('v.callId', '=', callId)
    .where('v.number', '=', number)
    .executeTakeFirst();
  return row && contentOf(row);
}

/** Holds the call until the transaction ends: its versions follow each other without a gap. */
export async function lockCall(trx: Trx, slug: string): Promise<EditedCall | undefined> {
  await trx.selectFrom('calls').select('id').where('slug', '=', slug).forUpdate().execute();
  return await findEditedCall(trx, slug);
}

/** Inserts a call in preparation; false when there is one of that address. */
export async function insertCall(trx: Trx, call: Insertable<CallTable>): Promise<boolean> {
  const row = await trx
    .insertInto('calls')
    .values(call)
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertVersion(trx: Trx, row: Insertable<CallVersionTable>): Promise<void> {
  await trx.insertInto('callVersions').values(row).execute();
}

export async function updateInbox(trx: Trx, id: string, inbox: string | null): Promise<void> {
  await trx.updateTable('calls').set({ inbox }).where('id', '=', id).execute();
}

export async function updatePeriod(trx: Trx, id: string, period: Period): Promise<void> {
  await trx.updateTable('calls').set(period).where('id', '=', id).execute();
}

export async function recordCallEvent(trx: Trx, event: Insertable<CallEventTable>): Promise<void> {
  await trx.insertInto('callEvents').values(event).execute();
}

/** What happened to a call: its events and its versions, the newest first. */
export type CallHistoryEntry = {
  at: Date;
  /** Null for what came with the software. */
  name: string | null;
} & (
  | { type: Selectable<CallEventTable>['type']; opensAt: Date | null; closesAt: Date | null }
  | { type: 'version'; number: number }
);

/** At most so many entries are told. */
const historyLimit = 50;

export async function listCallHistory(db: Db, callId: string): Promise<CallHistoryEntry[]> {
  const events = await db
    .selectFrom('callEvents as e')
    .leftJoin('staff as s', 's.id', 'e.staffId')
    .select(['e.at', 's.name', 'e.type', 'e.opensAt', 'e.closesAt'])
    .where('e.callId', '=', callId)
    .orderBy('e.id', 'desc')
    .limit(historyLimit)
    .execute();
  const versions = await db
    .selectFrom('callVersions as v')
    .leftJoin('staff as s', 's.id', 'v.createdBy')
    .select(['v.createdAt as at', 's.name', 'v.number', sql<'version'>`'version'`.as('type')])
    .where('v.callId', '=', callId)
    .where(sql<SqlBool>`v.number > 1`)
    .orderBy('v.number', 'desc')
    .limit(historyLimit)
    .execute();
  return [...events, ...versions]
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, historyLimit);
}

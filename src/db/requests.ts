import { type Insertable, type Selectable, sql } from 'kysely';
import { undecidedStages } from '../domain/reply-clock.ts';
import type { RequestState } from '../domain/requests.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import type { RequestTable } from './schema-talk.ts';

export type Request = Selectable<RequestTable>;

const selectRequests = prepare((db, slots: { applicationId: string }) =>
  db
    .selectFrom('requests')
    .selectAll()
    .where('applicationId', '=', slots.applicationId)
    .orderBy('id')
    .compile(),
);

/** What an applicant was asked for, the oldest first. */
export async function listRequests(db: Db | Trx, applicationId: string): Promise<Request[]> {
  return (await selectRequests(db, { applicationId })).rows;
}

type OpenWords = { body: string; bodySealed: Buffer | null; language: string };

/** The one that waits for the applicant; `openBody` reads its words where they are sealed. */
export async function findOpenRequest(
  db: Db | Trx,
  applicationId: string,
): Promise<(Request & OpenWords) | undefined> {
  return await db
    .selectFrom('requests as r')
    .innerJoin('messages as m', 'm.id', 'r.messageId')
    .selectAll('r')
    .select(['m.body', 'm.bodySealed', 'm.language'])
    .where('r.applicationId', '=', applicationId)
    .where('r.state', '=', 'open')
    .executeTakeFirst();
}

export async function insertRequest(trx: Trx, request: Insertable<RequestTable>): Promise<void> {
  await trx.insertInto('requests').values(request).execute();
}

/** Ends an open request. The caller holds a lock on the application. */
export async function closeRequest(
  trx: Trx,
  id: string,
  end: { state: Exclude<RequestState, 'open'>; now: Date; answerId?: string },
): Promise<void> {
  const { state, now, answerId = null } = end;
  await trx
    .updateTable('requests')
    .set({ state, closedAt: now, answerId })
    .where('id', '=', id)
    .execute();
}

/** What the clock does about an open request, once each. */
export type RequestMark = 'reminded' | 'overdueTold';
const columns = { reminded: 'remindedAt', overdueTold: 'overdueToldAt' } as const;

/** Open requests of undecided applications whose day has come and that were not dealt with yet. */
export async function listDueRequests(
  db: Db,
  due: { mark: RequestMark; from?: string; before: string; madeBefore: Date; limit: number },
): Promise<{ id: string; applicationId: string }[]> {
  const { mark, from, before, madeBefore, limit } = due;
  return await db
    .selectFrom('requests as r')
    .innerJoin('applications as a', 'a.id', 'r.applicationId')
    .select(['r.id', 'r.applicationId'])
    .where('r.state', '=', sql.lit('open'))
    .where('r.dueOn', '<', before)
    .$if(from !== undefined, (query) => query.where('r.dueOn', '>=', from!))
    .where('r.createdAt', '<', madeBefore)
    .where(`r.${columns[mark]}`, 'is', null)
    .where('a.stage', 'in', undecidedStages)
    .orderBy('r.dueOn')
    .limit(limit)
    .execute();
}

/** Keeps that the clock has dealt with it. The caller holds a lock on the application. */
export async function markRequest(
  trx: Trx,
  id: string,
  { mark, now }: { mark: RequestMark; now: Date },
): Promise<void> {
  await trx
    .updateTable('requests')
    .set({ [columns[mark]]: now })
    .where('id', '=', id)
    .execute();
}

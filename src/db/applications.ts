import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Db, Trx } from './client.ts';
import type { ApplicationTable, ApplicationTokenTable } from './schema.ts';

export type Application = Selectable<ApplicationTable>;

/** An application together with its own key as it is stored, still wrapped. */
export type HeldApplication = Application & { wrapped: Buffer };

/** What a token in an address leads to: `undefined` when it never existed, `gone` when it was deleted. */
export async function findByToken(
  db: Db | Trx,
  kind: 'draft' | 'private' | 'receipt',
  tokenHash: Buffer,
): Promise<HeldApplication | 'gone' | undefined> {
  const row = await db
    .selectFrom('applicationTokens as t')
    .leftJoin('applications as a', 'a.id', 't.applicationId')
    .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .where('t.tokenHash', '=', tokenHash)
    .where('t.kind', '=', kind)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return row.id === null ? 'gone' : (row as HeldApplication);
}

/** Locks the application for the rest of the transaction. */
export async function lockApplication(trx: Trx, id: string): Promise<Application | undefined> {
  return await trx
    .selectFrom('applications')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Inserts an application with its wrapped key under a reference that nobody else has. */
export async function insertApplication(
  trx: Trx,
  row: Omit<Insertable<ApplicationTable>, 'reference'> & { id: string },
  createReference: () => string,
  key: { masterVersion: number; wrapped: Buffer },
): Promise<Application> {
  let inserted: Application | undefined;
  while (!inserted) {
    inserted = await trx
      .insertInto('applications')
      .values({ ...row, reference: createReference() })
      .onConflict((conflict) => conflict.column('reference').doNothing())
      .returningAll()
      .executeTakeFirst();
  }
  await trx
    .insertInto('keys.applicationKeys')
    .values({ applicationId: row.id, ...key })
    .execute();
  return inserted;
}

/** Columns that an applicant's typing may change; the stage is not among them. */
export type ApplicationChange = Omit<
  Updateable<ApplicationTable>,
  'stage' | 'decision' | 'stageSince' | 'submittedAt'
>;

export async function updateApplication(
  trx: Trx,
  id: string,
  change: ApplicationChange,
): Promise<void> {
  await trx.updateTable('applications').set(change).where('id', '=', id).execute();
}

export async function insertTokens(
  trx: Trx,
  tokens: Insertable<ApplicationTokenTable>[],
): Promise<void> {
  await trx.insertInto('applicationTokens').values(tokens).execute();
}

/** The sealed form of a token, for showing it again to whom it belongs. */
export async function getSealedToken(
  db: Db | Trx,
  applicationId: string,
  kind: 'private' | 'receipt',
): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('applicationTokens')
    .select('sealed')
    .where('applicationId', '=', applicationId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row?.sealed ?? undefined;
}

/** An application by its human reference, with its wrapped key; drafts are not found. */
export async function findByReference(
  db: Db | Trx,
  reference: string,
): Promise<HeldApplication | undefined> {
  return await db
    .selectFrom('applications as a')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .where('a.reference', '=', reference)
    .where('a.submittedAt', 'is not', null)
    .executeTakeFirst();
}

/** True when some staff member has opened the application. */
export async function isOpened(db: Db | Trx, applicationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('accessLog')
    .select('id')
    .where('applicationId', '=', applicationId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

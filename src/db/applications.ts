import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Typing } from '../domain/typing.ts';
import { type Db, type Trx, withoutWaiting } from './client.ts';
import type { ApplicationTable, ApplicationTokenTable } from './schema.ts';

export type Application = Selectable<ApplicationTable>;

/** An application together with its own key as it is stored, still wrapped. */
export type HeldApplication = Application & { wrapped: Buffer };

/** The publication's setting, beside whatever may be a draft; 30 before there is a publication. */
export const draftDays = sql<number>`coalesce((select draft_days from publication), 30)`;
/** What a draft's end depends on. */
export type DraftDays = { draftDays: number };

/** What a token in an address leads to: `undefined` when it never existed, `gone` when it was deleted. */
export async function findByToken(
  db: Db | Trx,
  kind: 'draft' | 'private' | 'receipt',
  tokenHash: Buffer,
): Promise<(HeldApplication & DraftDays) | 'gone' | undefined> {
  const row = await db
    .selectFrom('applicationTokens as t')
    .leftJoin('applications as a', 'a.id', 't.applicationId')
    .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select(['k.wrapped', draftDays.as('draftDays')])
    .where('t.tokenHash', '=', tokenHash)
    .where('t.kind', '=', kind)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return row.id === null ? 'gone' : (row as HeldApplication & DraftDays);
}

/** Locks the application for the rest of the transaction. */
export async function lockApplication(
  trx: Trx,
  id: string,
): Promise<(Application & DraftDays) | undefined> {
  return await trx
    .selectFrom('applications')
    .selectAll()
    .select(draftDays.as('draftDays'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * Inserts a draft with its wrapped key and its token, under a reference that nobody else has and the
 * privacy notice in force. One statement, which does not wait for the disk: a draft counts from the
 * first save, and that commit makes it durable too.
 */
export async function insertDraft(
  db: Db,
  row: Omit<Insertable<ApplicationTable>, 'reference' | 'privacyNoticeId'>,
  key: { masterVersion: number; wrapped: Buffer },
  token: { tokenHash: Buffer; sealed: Buffer },
  createReference: () => string,
): Promise<Application & DraftDays> {
  let inserted: (Application & DraftDays) | undefined;
  while (!inserted) {
    inserted = await db
      .with('quick', () => withoutWaiting)
      .with('application', (qb) =>
        qb
          .insertInto('applications')
          .values({
            ...row,
            reference: createReference(),
            privacyNoticeId: sql<string>`(select id from privacy_notices order by number desc limit 1)`,
          })
          .onConflict((conflict) => conflict.column('reference').doNothing())
          .returningAll(),
      )
      .with('key', (qb) =>
        qb
          .insertInto('keys.applicationKeys')
          .columns(['applicationId', 'masterVersion', 'wrapped'])
          .expression((eb) =>
            eb
              .selectFrom('application')
              .select([
                'id',
                sql<number>`${key.masterVersion}::int`.as('masterVersion'),
                sql<Buffer>`${key.wrapped}::bytea`.as('wrapped'),
              ]),
          ),
      )
      .with('token', (qb) =>
        qb
          .insertInto('applicationTokens')
          .columns(['tokenHash', 'kind', 'applicationId', 'sealed', 'createdAt'])
          .expression((eb) =>
            eb
              .selectFrom('application')
              .select([
                sql<Buffer>`${token.tokenHash}::bytea`.as('tokenHash'),
                sql<'draft'>`'draft'`.as('kind'),
                'id',
                sql<Buffer>`${token.sealed}::bytea`.as('sealed'),
                'createdAt',
              ]),
          ),
      )
      .selectFrom(['application', 'quick'])
      .selectAll('application')
      .select(draftDays.as('draftDays'))
      .executeTakeFirst();
  }
  return inserted;
}

/** Columns that an applicant's typing may change; the stage is not among them. */
export type ApplicationChange = Omit<
  Updateable<ApplicationTable>,
  'stage' | 'decision' | 'stageSince' | 'submittedAt'
>;

/**
 * Stores what was typed into a draft as its next revision, and locks it for the rest of the
 * transaction. Consent keeps the time when it was first given. Answers with the typed revision;
 * undefined, and nothing changed, when the application is no draft any more or when `unlessNewer`
 * and somebody has typed since what the page of `typing` shows: another page, or itself later on.
 */
export async function updateDraft(
  trx: Trx,
  id: string,
  {
    now,
    consent,
    typing,
    unlessNewer,
  }: { now: Date; consent: boolean; typing: Typing | undefined; unlessNewer: boolean },
  change: ApplicationChange,
): Promise<number | undefined> {
  const row = await trx
    .updateTable('applications')
    .set({
      ...change,
      consentedAt: consent ? sql`coalesce(consented_at, ${now}::timestamptz)` : null,
      revision: sql`revision + 1`,
      typedRevision: sql`typed_revision + 1`,
      typedBy: typing?.page ?? null,
      typedOrder: typing?.order ?? 0,
      updatedAt: now,
    })
    .where('id', '=', id)
    .where('stage', '=', 'draft')
    .$if(typing !== undefined && unlessNewer, (query) =>
      query.where(({ and, or, eb }) =>
        or([
          and([eb('typedBy', '=', typing!.page), eb('typedOrder', '<=', typing!.order)]),
          and([
            eb('typedRevision', '=', typing!.base),
            // Its own earlier requests are told by their order, not by what it was loaded with.
            sql<boolean>`typed_by is distinct from ${typing!.page}`,
          ]),
        ]),
      ),
    )
    .returning('typedRevision')
    .executeTakeFirst();
  return row?.typedRevision;
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

/** An application's key, wrapped. */
export async function getWrappedKey(db: Db | Trx, id: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('keys.applicationKeys')
    .select('wrapped')
    .where('applicationId', '=', id)
    .executeTakeFirst();
  return row?.wrapped;
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

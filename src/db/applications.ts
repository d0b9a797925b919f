import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Keyring } from '../crypto.ts';
import { isReference } from '../domain/references.ts';
import type { Typing } from '../domain/typing.ts';
import { found } from '../errors.ts';
import { type Db, type Trx, withoutWaiting } from './client.ts';
import { prepare } from './prepared.ts';
import type { ApplicationTable, ApplicationTokenTable } from './schema.ts';

export type Application = Selectable<ApplicationTable>;

/** An application together with its own key as it is stored, still wrapped. */
export type HeldApplication = Application & { wrapped: Buffer };

/** The publication's setting, beside whatever may be a draft; 30 before there is a publication. */
export const draftDays = sql<number>`coalesce((select draft_days from publication), 30)`;
/** What a draft's end depends on. */
export type DraftDays = { draftDays: number };

type TokenKind = 'draft' | 'private' | 'receipt';

const selectByToken = prepare((db, p: { kind: TokenKind; tokenHash: Buffer }) =>
  db
    .selectFrom('applicationTokens as t')
    .leftJoin('applications as a', 'a.id', 't.applicationId')
    .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select(['k.wrapped', draftDays.as('draftDays')])
    .where('t.tokenHash', '=', p.tokenHash)
    .where('t.kind', '=', p.kind)
    .compile(),
);

/** What a token in an address leads to: `undefined` when it never existed, `gone` when it was deleted. */
export async function findByToken(
  db: Db | Trx,
  kind: TokenKind,
  tokenHash: Buffer,
): Promise<(HeldApplication & DraftDays) | 'gone' | undefined> {
  const row = (await selectByToken(db, { kind, tokenHash })).rows[0];
  if (row === undefined) return undefined;
  return row.id === null ? 'gone' : (row as HeldApplication & DraftDays);
}

const selectForUpdate = prepare((db, p: { id: string }) =>
  db
    .selectFrom('applications')
    .selectAll()
    .select(draftDays.as('draftDays'))
    .where('id', '=', p.id)
    .forUpdate()
    .compile(),
);

/** Locks the application for the rest of the transaction. */
export async function lockApplication(
  trx: Trx,
  id: string,
): Promise<(Application & DraftDays) | undefined> {
  return (await selectForUpdate(trx, { id })).rows[0];
}

type NewDraft = Omit<Insertable<ApplicationTable>, 'reference' | 'privacyNoticeId'>;
type DraftSecrets = { masterVersion: number; wrapped: Buffer; tokenHash: Buffer; sealed: Buffer };

const insertWithSecrets = prepare((db, slots: NewDraft & DraftSecrets & { reference: string }) => {
  const { masterVersion, wrapped, tokenHash, sealed, ...row } = slots;
  return db
    .with('quick', () => withoutWaiting)
    .with('application', (qb) =>
      qb
        .insertInto('applications')
        .values({
          ...row,
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
              sql<number>`${masterVersion}::int`.as('masterVersion'),
              sql<Buffer>`${wrapped}::bytea`.as('wrapped'),
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
              sql<Buffer>`${tokenHash}::bytea`.as('tokenHash'),
              sql<'draft'>`'draft'`.as('kind'),
              'id',
              sql<Buffer>`${sealed}::bytea`.as('sealed'),
              'createdAt',
            ]),
        ),
    )
    .selectFrom(['application', 'quick'])
    .selectAll('application')
    .select(draftDays.as('draftDays'))
    .compile();
});

/**
 * Inserts a draft with its wrapped key and its token, under a reference that nobody else has and the
 * privacy notice in force. One statement, which does not wait for the disk: a draft counts from the
 * first save, and that commit makes it durable too.
 */
export async function insertDraft(
  db: Db,
  draft: NewDraft & DraftSecrets,
  createReference: () => string,
): Promise<Application & DraftDays> {
  for (;;) {
    const { rows } = await insertWithSecrets(db, { ...draft, reference: createReference() });
    if (rows[0]) return rows[0];
  }
}

/** Columns that an applicant's typing may change; the stage is not among them. */
export type ApplicationChange = Omit<
  Updateable<ApplicationTable>,
  'stage' | 'decision' | 'stageSince' | 'submittedAt'
>;

type Typed = ApplicationChange & {
  id: string;
  now: Date;
  consent: boolean;
  typedBy: string | null;
  typedOrder: number;
};

const setTyped = (db: Db, { id, now, consent, ...change }: Typed) =>
  db
    .updateTable('applications')
    .set({
      ...change,
      consentedAt: sql`case when ${consent}::boolean then coalesce(consented_at, ${now}::timestamptz) end`,
      revision: sql`revision + 1`,
      typedRevision: sql`typed_revision + 1`,
      updatedAt: now,
    })
    .where('id', '=', id)
    .where('stage', '=', sql.lit('draft'))
    .returning('typedRevision');

const updateTyped = prepare((db, typed: Typed) => setTyped(db, typed).compile());

const updateTypedUnlessNewer = prepare((db, slots: Typed & { typedBase: number }) => {
  const { typedBase, ...typed } = slots;
  // A page's own earlier requests are told by their order, not by what it was loaded with.
  return setTyped(db, typed)
    .where(
      sql<boolean>`case when typed_by = ${typed.typedBy}::text then typed_order <= ${typed.typedOrder}::int
        else typed_revision = ${typedBase}::int end`,
    )
    .compile();
});

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
  const values = {
    id,
    now,
    consent,
    typedBy: typing?.page ?? null,
    typedOrder: typing?.order ?? 0,
  };
  const { rows } =
    typing && unlessNewer
      ? await updateTypedUnlessNewer(trx, { ...change, ...values, typedBase: typing.base })
      : await updateTyped(trx, { ...change, ...values });
  return rows[0]?.typedRevision;
}

/** Another e-mail address, in clear or sealed, with the keyed hash by which it is found. */
export async function setAddress(
  trx: Trx,
  id: string,
  address: { emailHash: Buffer } & ({ email: string } | Pick<Application, 'identitySealed'>),
): Promise<void> {
  await trx.updateTable('applications').set(address).where('id', '=', id).execute();
}

type NewToken = Insertable<ApplicationTokenTable>;
type TokenColumns = { [K in keyof NewToken]: NewToken[K][] };

const insertTokenColumns = prepare((db, slots: TokenColumns) =>
  sql`insert into application_tokens (token_hash, kind, application_id, sealed, created_at)
    select * from unnest(${slots.tokenHash}::bytea[], ${slots.kind}::text[],
      ${slots.applicationId}::uuid[], ${slots.sealed}::bytea[], ${slots.createdAt}::timestamptz[])`.compile(
    db,
  ),
);

export async function insertTokens(trx: Trx, tokens: readonly NewToken[]): Promise<void> {
  await insertTokenColumns(trx, {
    tokenHash: tokens.map((one) => one.tokenHash),
    kind: tokens.map((one) => one.kind),
    applicationId: tokens.map((one) => one.applicationId),
    sealed: tokens.map((one) => one.sealed),
    createdAt: tokens.map((one) => one.createdAt),
  });
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

/** The key that texts about an application are sealed with; undefined where they stand in clear. */
export async function readTextKey(
  db: Db | Trx,
  keys: Keyring,
  { id, discreet }: Pick<Application, 'id' | 'discreet'>,
): Promise<Buffer | undefined> {
  return discreet ? keys.unwrapKey(id, found(await getWrappedKey(db, id))) : undefined;
}

/**
 * An application by its human reference in any case, with its wrapped key. Drafts are not found, nor
 * is what is no reference.
 */
export async function findByReference(
  db: Db | Trx,
  reference: string,
): Promise<HeldApplication | undefined> {
  if (!isReference(reference)) return undefined;
  return await db
    .selectFrom('applications as a')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .where('a.reference', '=', reference.toUpperCase())
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

import { type RawBuilder, sql } from 'kysely';
import type { Keyring } from '../crypto.ts';
import { createMasker, type Identity } from '../domain/masking.ts';
import { found } from '../errors.ts';
import type { Db, Trx } from './client.ts';
import { openPerson } from './discreet.ts';
import { prepare } from './prepared.ts';
import type { Reader } from './review-access.ts';

/** True of the application `a` when its call, as it is today, is reviewed blind and nobody has revealed who it is. */
export const isBlind: RawBuilder<boolean> = sql<boolean>`(a.identity_revealed_at is null and (
  select newest.blind from call_versions as newest
  where newest.call_id = a.call_id order by newest.number desc limit 1))`;

/**
 * True where the reader may not know who sent the application `a` of the query around it: reviewers of
 * a blind call, until an editor reveals it. The one place that says so; everything that reads names,
 * addresses, documents or texts for the desk asks it.
 */
export const hidesIdentity = ({ role }: Pick<Reader, 'role'>): RawBuilder<boolean> =>
  role === 'reviewer' ? isBlind : sql<boolean>`false`;

/** A name of the application `a`: of a discreet one nothing but the reference stands where lists can read it. */
export const plainName: RawBuilder<string> = sql<string>`
  case when a.discreet then a.reference else a.full_name end`;

/** A name for this reader: where it is hidden, the reference stands for the person. */
export const nameFor = (reader: Reader): RawBuilder<string> => sql<string>`
  case when ${hidesIdentity(reader)} then a.reference else ${plainName} end`;

/** The name that mails and what waits say, the Latin one first; blank where the reader may not know, and of a discreet one. */
export const toldName = (reader: Reader): RawBuilder<string> => sql<string>`
  case when ${hidesIdentity(reader)} or a.discreet then ''
    else coalesce(nullif(a.latin_name, ''), a.full_name) end`;

/** What only those may see who may know the name; blank for the others. */
export const openFor = (reader: Reader, column: string): RawBuilder<string> => sql<string>`
  case when ${hidesIdentity(reader)} then '' else ${sql.ref(`a.${column}`)} end`;

// Who sent the application `a`, where the reader may not know: what colleagues wrote is masked with it.
const hiddenIdentity = (
  reader: Pick<Reader, 'role'>,
): RawBuilder<Identity | null> => sql<Identity | null>`
  case when ${hidesIdentity(reader)} then jsonb_build_object('fullName', a.full_name,
    'latinName', a.latin_name, 'penName', a.pen_name, 'email', a.email) end`;

/** What texts of the application `a` are read with: its wrapped key and who it is, where it is discreet. */
export type SealedBy = {
  applicationId: string;
  hidden: Identity | null;
  wrapped: Buffer | null;
  answersSealed: Buffer | null;
  identitySealed: Buffer | null;
};

/** The columns of `SealedBy`; `hidden` and the sealed identity only where the reader may not know it. */
export const sealedBy = (reader: Pick<Reader, 'role'>): RawBuilder<unknown> => sql`
  a.id as application_id, ${hiddenIdentity(reader)} as hidden,
  case when a.discreet then (select k.wrapped from keys.application_keys as k
    where k.application_id = a.id) end as wrapped,
  case when ${hidesIdentity(reader)} then a.answers_sealed end as answers_sealed,
  case when ${hidesIdentity(reader)} then a.identity_sealed end as identity_sealed`;

/** Opens texts of one application for a reader, and masks in them who may not be known to them. */
export function readerOf(
  keys: Keyring,
  { applicationId: id, hidden, wrapped, answersSealed, identitySealed }: SealedBy,
): { key(): Buffer; mask(text: string): string } {
  const key = (): Buffer => keys.unwrapKey(id, found(wrapped ?? undefined));
  if (!hidden) return { key, mask: (text) => text };
  const person = answersSealed
    ? openPerson(key(), { id, answersSealed, identitySealed, ...hidden })
    : hidden;
  return { key, mask: createMasker(person) };
}

/** The rows, with the columns of `application_search`, by which a reader may find applications. */
export const searchRowsFor = ({ role }: Reader): RawBuilder<unknown> =>
  sql.table(role === 'reviewer' ? 'reviewer_search' : 'application_search');

const searchColumns = sql`
  s.application_id, s.submitted_at, s.stage_since, s.tab, s.decision, s.handling_editor_id`;

/**
 * Of these rows, called `s`, those that meet a condition. For reviewers it says what `reviewer_search` says,
 * with the condition within: PostgreSQL does not carry one there that depends on another table, and would
 * read everything.
 */
export const searchRowsWhere = (
  { role }: Reader,
  condition: RawBuilder<boolean>,
): RawBuilder<unknown> =>
  role === 'reviewer'
    ? sql`(select ${searchColumns} from application_search as s where not s.masked and ${condition}
        union all select ${searchColumns} from masked_search as s where ${condition})`
    : sql`(select ${searchColumns} from application_search as s where ${condition})`;

const selectBlind = prepare<{ id: string }, { blind: boolean }>((db, { id }) =>
  sql<{ blind: boolean }>`
    select ${isBlind} as blind from applications as a where a.id = ${id}::uuid`.compile(db),
);

/** True while the reviewers of an application may not know who it is. */
export async function isIdentityHidden(db: Db | Trx, applicationId: string): Promise<boolean> {
  const { rows } = await selectBlind(db, { id: applicationId });
  return rows[0]?.blind ?? false;
}

/** From now on reviewers may know who it is. The caller holds a lock on the application. */
export async function setRevealed(trx: Trx, applicationId: string, at: Date): Promise<void> {
  await trx
    .updateTable('applications')
    .set({ identityRevealedAt: at })
    .where('id', '=', applicationId)
    .execute();
}

import { sql } from 'kysely';
import { createMasker } from '../domain/masking.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';

/** Where a masked text came from, as `source` names it. */
export const sourceOf = {
  answer: (key: string): string => `answer/${key}`,
  document: (id: string): string => `document/${id}`,
} as const;

/** A text of an application as it is indexed. */
export type MaskedText = { source: string; text: string; language: string | null };

type Facts = {
  fullName: string;
  latinName: string;
  penName: string;
  email: string;
  texts: MaskedText[];
};

/**
 * Holds on to the call of an application for the rest of the transaction: what is indexed must not pass
 * somebody who is making the call blind right now. To be run before whatever reads whether it is: a
 * statement that waited for the lock itself would still see what was true before.
 */
export const holdCall = prepare<{ id: string }, unknown>((db, { id }) =>
  sql`select from calls as c join applications as a on a.call_id = c.id
    where a.id = ${id}::uuid for key share of c`.compile(db),
);

async function readTexts(trx: Trx, applicationId: string): Promise<Facts | undefined> {
  const { rows } = await sql<Facts>`
    select a.full_name, a.latin_name, a.pen_name, a.email,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'source', t.source, 'text', t.text, 'language', t.language)), '[]') from (
        select 'placesOther' as source, a.places_other as text, a.language
        union all select 'basedIn', a.based_in, a.language
        union all select 'topics', a.topics, a.language
        union all select 'answer/' || key, value, a.language from jsonb_each_text(a.answers)
        union all select 'document/' || d.id, t.text, coalesce(t.language, d.language, a.language)
          from document_texts as t join documents as d on d.id = t.document_id
          where t.application_id = a.id and t.state = 'read' and d.state = 'received'
      ) as t where t.text <> '') as texts
    from applications as a where a.id = ${applicationId}`.execute(trx);
  return rows[0];
}

/** Masks the texts of an application anew and stores them in the place of the old ones. */
export async function maskTexts(trx: Trx, applicationId: string): Promise<MaskedText[]> {
  await forgetMasked(trx, applicationId);
  const facts = await readTexts(trx, applicationId);
  if (!facts || facts.texts.length === 0) return [];
  const mask = createMasker(facts);
  const texts = facts.texts.map((one) => ({ ...one, text: mask(one.text) }));
  await trx
    .insertInto('maskedTexts')
    .values(texts.map(({ source, text }) => ({ applicationId, source, text })))
    .execute();
  return texts;
}

/** Deletes what was masked of an application, and how reviewers would find it. */
export async function forgetMasked(trx: Trx, applicationId: string): Promise<void> {
  await trx.deleteFrom('maskedTexts').where('applicationId', '=', applicationId).execute();
  await sql`delete from masked_search where application_id = ${applicationId}`.execute(trx);
}

/** The masked texts of an application by their source. */
export async function listMaskedTexts(
  db: Db | Trx,
  applicationId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('maskedTexts')
    .select(['source', 'text'])
    .where('applicationId', '=', applicationId)
    .execute();
  return new Map(rows.map(({ source, text }) => [source, text]));
}

/** One masked text; undefined while it has not been made. */
export async function findMaskedText(
  db: Db,
  applicationId: string,
  source: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('maskedTexts')
    .select('text')
    .where('applicationId', '=', applicationId)
    .where('source', '=', source)
    .executeTakeFirst();
  return row?.text;
}

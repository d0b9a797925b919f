import { sql } from 'kysely';
import type { Application } from './applications.ts';
import type { Db, Trx } from './client.ts';
import { sourceOf } from './masked-texts.ts';
import { mark, searchVersion } from './search.ts';

// Copies of applications by the thousand: set-based, since a million of them one by one take hours.

/** What each copy has of its own, one column each; documents and mails of all copies follow each other. */
export type CopyColumns = {
  id: string[];
  original: string[];
  /** How much earlier than the original all of it happened. */
  earlierMs: number[];
  reference: string[];
  email: string[];
  emailHash: Buffer[];
  wrapped: Buffer[];
  /** Of the master key that wraps its key. */
  version: number[];
};

export type CopiedToken = {
  tokenHash: Buffer;
  kind: string;
  applicationId: string;
  sealed: Buffer;
};
export type CopiedDocument = {
  id: string;
  applicationId: string;
  original: string;
  data: Buffer;
};
export type CopiedMail = {
  id: string;
  applicationId: string;
  original: string;
  messageId: string;
  contentSealed: Buffer;
};

/** Many values of type bytea as one, which is sent as it is: an array of them would be sent as hexadecimal text. */
function pack(parts: readonly Buffer[]) {
  const bytes = Buffer.concat(parts);
  const starts: number[] = [];
  let start = 1;
  for (const { length } of parts) {
    starts.push(start);
    start += length;
  }
  const lengths = parts.map(({ length }) => length);
  return {
    /** Two columns for `unnest`: where each begins and how long it is. */
    places: sql`${starts}::int[], ${lengths}::int[]`,
    /** The value at such a place. */
    at: (start: string, length: string) =>
      sql`substr(${bytes}::bytea, ${sql.ref(start)}, ${sql.ref(length)})`,
  };
}

/** Tables whose rows of an original are copied, each held apart in a temporary table of that name. */
const held = {
  originals: 'applications',
  original_events: 'events',
  original_accesses: 'access_log',
  original_assignments: 'review_assignments',
  original_reviews: 'reviews',
  original_versions: 'review_versions',
  original_notes: 'notes',
  original_tags: 'application_tags',
  original_masked: 'masked_texts',
} as const;

/** The lexemes of a search row that are its application's own. */
const ownLexemes = sql`array[${mark.reference}::text || a.reference, ${mark.email}::text || lower(a.email),
  ${mark.emailHash}::text || encode(a.email_hash, 'hex')] || search_cells(a.submitted_at)`;

/**
 * Holds what is copied in temporary tables, without what is each copy's own: what the copies are made from
 * stays small and near, however many there are. `forgetOriginals` ends that.
 */
export async function holdOriginals(db: Db | Trx, ids: readonly string[]): Promise<void> {
  const those = sql`any(${ids}::uuid[])`;
  for (const [name, table] of Object.entries(held)) {
    const key = table === 'applications' ? 'id' : 'application_id';
    await sql`create temporary table ${sql.ref(name)} as
      select * from ${sql.ref(table)} where ${sql.ref(key)} = ${those}`.execute(db);
  }
  await sql`create temporary table original_documents as
    select d.id, d.application_id, d.kind, d.position, d.language, d.text_language, d.started_at, d.received_at,
      case d.kind when 'cv' then 'cv.txt' when 'coverLetter' then 'cover-letter.txt' else 'writing-sample.txt' end as name,
      octet_length(t.text) as size, sha256(convert_to(t.text, 'UTF8')) as sha256, t.state, t.text,
      t.language as read_language, t.words, t.pages, t.active, t.read_at,
      y.version as copy_version, y.made_at
    from documents as d join document_texts as t on t.document_id = d.id
    left join document_copies as y on y.document_id = d.id
    where d.application_id = ${those}`.execute(db);
  await sql`create temporary table original_mails as
    select id, thread, template, language, created_at, sent_at, captured
    from mails where application_id = ${those}`.execute(db);
  await sql`create temporary table original_search as
    select s.*, m.application_id is not null as has_masked, a.email,
      ts_delete(s.words, ${ownLexemes}) as base, ts_delete(m.words, ${ownLexemes}) as masked_base
    from application_search as s join applications as a on a.id = s.application_id
    left join masked_search as m on m.application_id = s.application_id
    where s.application_id = ${those}`.execute(db);
  for (const name of temporary) await sql`analyze ${sql.ref(name)}`.execute(db);
  await sql`create temporary table copy (id uuid, original uuid, earlier interval, reference text, email text,
    email_hash bytea, wrapped bytea, version int)`.execute(db);
}

const temporary = [...Object.keys(held), 'original_documents', 'original_mails', 'original_search'];

export async function forgetOriginals(db: Db | Trx): Promise<void> {
  await sql`drop table ${sql.join([...temporary, 'copy'].map((name) => sql.ref(name)))}`.execute(
    db,
  );
}

const changed = [
  'id',
  'reference',
  'email',
  'email_hash',
  'contact_channel',
  'contact_handle_sealed',
  // Messages are not copied.
  'unread_message_at',
  'unanswered_since',
];

/** The columns of `applications` that a copy takes over, those of time apart. */
async function listColumns(trx: Trx): Promise<{ plain: string[]; times: string[] }> {
  const { rows } = await sql<{ name: string; isTime: boolean }>`
    select attname as name, atttypid = 'timestamptz'::regtype as is_time from pg_attribute
    where attrelid = 'applications'::regclass and attnum > 0 and not attisdropped
      and not attname = any(${changed})`.execute(trx);
  return {
    plain: rows.filter(({ isTime }) => !isTime).map(({ name }) => name),
    times: rows.filter(({ isTime }) => isTime).map(({ name }) => name),
  };
}

/**
 * Inserts copies with all that belongs to an application but its sent mails' jobs. On the connection that
 * holds the originals.
 */
export async function insertCopies(
  trx: Trx,
  copies: CopyColumns,
  belongings: { tokens: CopiedToken[]; documents: CopiedDocument[]; mails: CopiedMail[] },
): Promise<void> {
  const { plain, times } = await listColumns(trx);
  const names = [...plain, ...times].map((name) => sql.ref(name));
  const values = [
    ...plain.map((name) => sql.ref(`o.${name}`)),
    ...times.map((name) => sql`${sql.ref(`o.${name}`)} - c.earlier`),
  ];
  const [hashes, wrapped] = [pack(copies.emailHash), pack(copies.wrapped)];
  await sql`truncate copy`.execute(trx);
  await sql`insert into copy
    select id, original, earlier_ms * interval '1 millisecond', reference, email,
      ${hashes.at('hash_at', 'hash_length')}, ${wrapped.at('key_at', 'key_length')}, version
    from unnest(${copies.id}::uuid[], ${copies.original}::uuid[], ${copies.earlierMs}::float8[],
      ${copies.reference}::text[], ${copies.email}::text[], ${copies.version}::int[], ${hashes.places}, ${wrapped.places})
      as c (id, original, earlier_ms, reference, email, version, hash_at, hash_length, key_at, key_length)`.execute(
    trx,
  );
  await sql`analyze copy`.execute(trx);
  await sql`insert into applications (id, reference, email, email_hash, ${sql.join(names)})
    select c.id, c.reference, c.email, c.email_hash, ${sql.join(values)}
    from copy as c join originals as o on o.id = c.original`.execute(trx);
  await sql`insert into keys.application_keys (application_id, master_version, wrapped)
    select id, version, wrapped from copy`.execute(trx);
  await insertBelongings(trx, belongings);
  await sql`insert into events (application_id, actor, staff_id, type, from_value, to_value, at)
    select c.id, e.actor, e.staff_id, e.type, e.from_value, e.to_value, e.at - c.earlier
    from copy as c join original_events as e on e.application_id = c.original order by c.id, e.id`.execute(
    trx,
  );
  await sql`insert into access_log (application_id, staff_id, type, at)
    select c.id, l.staff_id, l.type, l.at - c.earlier
    from copy as c join original_accesses as l on l.application_id = c.original
    where l.type = 'opened' order by c.id, l.id`.execute(trx);
  await insertDeskWork(trx);
  await insertSearchRows(trx);
  await insertMasked(trx, belongings.documents);
}

/** What staff did with the originals: assignments, reviews, notes and tags. */
async function insertDeskWork(trx: Trx): Promise<void> {
  await sql`insert into review_assignments (application_id, reviewer_id, state, origin, assigned_by, since,
      touched_at, recusal)
    select c.id, o.reviewer_id, o.state, o.origin, o.assigned_by, o.since - c.earlier, o.touched_at - c.earlier, o.recusal
    from copy as c join original_assignments as o on o.application_id = c.original`.execute(trx);
  await sql`insert into reviews (application_id, reviewer_id, call_version_id, scores, ability, recommendation, text,
      state, revision, submitted_number, created_at, updated_at)
    select c.id, o.reviewer_id, o.call_version_id, o.scores, o.ability, o.recommendation, o.text,
      o.state, o.revision, o.submitted_number, o.created_at - c.earlier, o.updated_at - c.earlier
    from copy as c join original_reviews as o on o.application_id = c.original`.execute(trx);
  await sql`insert into review_versions (application_id, reviewer_id, number, call_version_id, scores, ability,
      recommendation, text, submitted_at)
    select c.id, o.reviewer_id, o.number, o.call_version_id, o.scores, o.ability,
      o.recommendation, o.text, o.submitted_at - c.earlier
    from copy as c join original_versions as o on o.application_id = c.original`.execute(trx);
  await sql`insert into notes (id, application_id, author_id, body, created_at)
    select gen_random_uuid(), c.id, o.author_id, o.body, o.created_at - c.earlier
    from copy as c join original_notes as o on o.application_id = c.original`.execute(trx);
  await sql`insert into application_tags (application_id, tag_id, added_at)
    select c.id, o.tag_id, o.added_at - c.earlier
    from copy as c join original_tags as o on o.application_id = c.original`.execute(trx);
}

async function insertBelongings(
  trx: Trx,
  {
    tokens,
    documents,
    mails,
  }: { tokens: CopiedToken[]; documents: CopiedDocument[]; mails: CopiedMail[] },
): Promise<void> {
  const hashes = pack(tokens.map((one) => one.tokenHash));
  const secrets = pack(tokens.map((one) => one.sealed));
  await sql`insert into application_tokens (token_hash, kind, application_id, sealed, created_at)
    select ${hashes.at('hash_at', 'hash_length')}, t.kind, t.application_id,
      ${secrets.at('sealed_at', 'sealed_length')}, o.submitted_at - c.earlier
    from unnest(${tokens.map((one) => one.kind)}::text[], ${tokens.map((one) => one.applicationId)}::uuid[],
      ${hashes.places}, ${secrets.places})
      as t (kind, application_id, hash_at, hash_length, sealed_at, sealed_length)
    join copy as c on c.id = t.application_id join originals as o on o.id = c.original`.execute(
    trx,
  );
  const ids = documents.map(({ id }) => id);
  const originals = documents.map(({ original }) => original);
  const owners = documents.map(({ applicationId }) => applicationId);
  const given = sql`unnest(${ids}::uuid[], ${owners}::uuid[], ${originals}::uuid[]) as n (id, application_id, original)
    join copy as c on c.id = n.application_id join original_documents as d on d.id = n.original`;
  await sql`insert into documents (id, application_id, kind, origin, state, position, name, type, size, sha256,
      chunk_count, language, text_language, started_at, received_at)
    select n.id, n.application_id, d.kind, 'text', 'received', d.position, d.name, 'txt', d.size, d.sha256, 1,
      d.language, d.text_language, d.started_at - c.earlier, d.received_at - c.earlier from ${given}`.execute(
    trx,
  );
  const chunks = pack(documents.map(({ data }) => data));
  await sql`insert into document_chunks (document_id, number, data)
    select n.id, 0, ${chunks.at('data_at', 'data_length')}
    from unnest(${ids}::uuid[], ${chunks.places}) as n (id, data_at, data_length)`.execute(trx);
  await sql`insert into document_texts (document_id, application_id, state, text, language, words, pages,
      active, read_at)
    select n.id, n.application_id, d.state, d.text, d.read_language, d.words, d.pages, d.active,
      d.read_at - c.earlier from ${given}`.execute(trx);
  await sql`insert into document_copies (document_id, application_id, state, version, made_at)
    select n.id, n.application_id, 'same', d.copy_version, d.made_at - c.earlier from ${given}
    where d.copy_version is not null`.execute(trx);
  const contents = pack(mails.map((one) => one.contentSealed));
  await sql`insert into mails (id, application_id, thread, template, language, message_id, content_sealed, created_at, sent_at, captured)
    select n.id, n.application_id, m.thread, m.template, m.language, n.message_id,
      ${contents.at('sealed_at', 'sealed_length')},
      m.created_at - c.earlier, m.sent_at - c.earlier, m.captured
    from unnest(${mails.map(({ id }) => id)}::uuid[], ${mails.map((one) => one.applicationId)}::uuid[],
      ${mails.map((one) => one.original)}::uuid[], ${mails.map((one) => one.messageId)}::text[],
      ${contents.places})
      as n (id, application_id, original, message_id, sealed_at, sealed_length)
    join copy as c on c.id = n.application_id join original_mails as m on m.id = n.original`.execute(
    trx,
  );
}

/** The originals' search rows with the copies' own reference and address. */
async function insertSearchRows(trx: Trx): Promise<void> {
  await sql`insert into application_search (application_id, version, submitted_at, stage_since, tab, decision,
      handling_editor_id, tags, facets, handles, masked, words)
    select c.id, ${searchVersion}, s.submitted_at - c.earlier, s.stage_since - c.earlier, s.tab, s.decision,
      s.handling_editor_id, s.tags, s.facets, replace(s.handles, lower(s.email), lower(c.email)), s.masked,
      s.base || array_to_tsvector(array[${mark.reference}::text || c.reference, ${mark.email}::text || lower(c.email),
        ${mark.emailHash}::text || encode(c.email_hash, 'hex')] || search_cells(s.submitted_at - c.earlier))
    from copy as c join original_search as s on s.application_id = c.original`.execute(trx);
}

/** What reviewers get of those whose call is blind: the originals' masked texts, and what finds them. */
async function insertMasked(trx: Trx, documents: readonly CopiedDocument[]): Promise<void> {
  await sql`insert into masked_texts (application_id, source, text)
    select c.id, coalesce(${sourceOf.document('')}::text || n.id, m.source), m.text
    from copy as c join original_masked as m on m.application_id = c.original
    left join unnest(${documents.map(({ id }) => id)}::uuid[],
      ${documents.map(({ applicationId }) => applicationId)}::uuid[],
      ${documents.map(({ original }) => original)}::uuid[]) as n (id, application_id, original)
      on n.application_id = c.id and m.source = ${sourceOf.document('')}::text || n.original
    where n.id is not null or m.source not like ${sourceOf.document('%')}`.execute(trx);
  await sql`insert into masked_search (application_id, submitted_at, stage_since, tab, decision,
      handling_editor_id, facets, handles, words)
    select c.id, s.submitted_at - c.earlier, s.stage_since - c.earlier, s.tab, s.decision, s.handling_editor_id,
      s.facets, '', s.masked_base
        || array_to_tsvector((${mark.reference}::text || c.reference) || search_cells(s.submitted_at - c.earlier))
    from copy as c join original_search as s on s.application_id = c.original
    where s.has_masked`.execute(trx);
}

/** What is copied: applications with their wrapped keys, the texts of their documents, their mails. */
export async function readOriginals(db: Db, ids: readonly string[]) {
  const applications = await db
    .selectFrom('applications as a')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .where('a.id', 'in', ids)
    .orderBy('a.id')
    .execute();
  const texts = await db
    .selectFrom('documentTexts')
    .select(['documentId', 'applicationId', 'text'])
    .where('applicationId', 'in', ids)
    .execute();
  const mails = await db
    .selectFrom('mails')
    .select(['id', 'applicationId', 'contentSealed', 'template'])
    .where('applicationId', 'in', ids)
    .execute();
  return applications.map((application: Application & { wrapped: Buffer }) => ({
    application,
    texts: texts.filter((one) => one.applicationId === application.id),
    mails: mails.filter((one) => one.applicationId === application.id),
  }));
}

/** Every reference that somebody has. */
export async function listReferences(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('applications').select('reference').execute();
  return new Set(rows.map(({ reference }) => reference));
}

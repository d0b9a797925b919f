import { type Selectable, sql } from 'kysely';
import type { CallDocuments } from '../domain/calls.ts';
import type { DocumentKind } from '../domain/documents.ts';
import type { Application } from './applications.ts';
import { isBlind } from './blind-access.ts';
import type { Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import type { ApplicationTokenTable, EventTable, JobState, MailTable } from './schema.ts';
import type { DecisionActTable } from './schema-decisions.ts';
import { mark } from './search.ts';

// What the invariant checker reads. Nothing here judges.

/** Everything that stands about one application, but its documents' bytes. */
export type ApplicationFacts = Application & {
  /** Null when it has no key. */
  wrapped: Buffer | null;
  /** The master key that is said to wrap it. */
  masterVersion: number | null;
  /** What its version of the call asks for. */
  asked: CallDocuments;
  events: Selectable<EventTable>[];
  tokens: Selectable<ApplicationTokenTable>[];
  mails: MailFacts[];
  /** Decisions and reversals, drafts left out. */
  acts: Selectable<DecisionActTable>[];
  search: SearchFacts | null;
  /** Its reviewers may not know who it is. */
  blind: boolean;
  /** What they get of its texts then. */
  masked: string[];
  /** How many of its texts stand unsealed: file names, what documents say, messages, notes, reviews. */
  plain: number;
  /** Kinds of the documents that have arrived. */
  held: DocumentKind[];
};

/** About its row of `application_search`. */
export type SearchFacts = {
  /** It stands where the application stands. */
  mirrors: boolean;
  /** It is found by its reference among what was submitted when it was. */
  dated: boolean;
  handles: string;
  /** Reviewers find it by its masked words alone. */
  masked: boolean;
};

/** `jobs`: states of the jobs that deliver it. */
export type MailFacts = Selectable<MailTable> & { jobs: JobState[] };

/** How much there is to check. */
export async function countAll(
  trx: Trx,
): Promise<{ applications: number; documents: number; chunks: number; mails: number }> {
  const { rows } = await sql<{
    applications: number;
    documents: number;
    chunks: number;
    mails: number;
  }>`select
    (select count(*) from applications) as applications,
    (select count(*) from documents) as documents,
    (select coalesce(sum(chunk_count), 0)::bigint from documents)
      + (select coalesce(sum(chunk_count), 0)::bigint from document_copies) as chunks,
    (select count(*) from mails) as mails`.execute(trx);
  return rows[0]!;
}

const searchFacts = sql<SearchFacts | null>`(
  select jsonb_build_object('handles', s.handles, 'masked', s.masked,
    'mirrors', (s.submitted_at, s.stage_since, s.tab, s.decision, s.handling_editor_id)
      is not distinct from (a.submitted_at, a.stage_since, list_tab(a.stage, a.opened_at), a.decision, a.handling_editor_id)
      and s.tags is not distinct from (
        select array_agg(t.tag_id order by t.tag_id) from application_tags as t where t.application_id = a.id),
    'dated', array(select lexeme from unnest(tsvector_to_array(s.words)) as lexeme
        where lexeme like ${sql.lit(`${mark.cell}%`)} or lexeme like ${sql.lit(`${mark.reference}%`)} order by 1)
      = array(select lexeme from unnest(search_cells(a.submitted_at) || (${sql.lit(mark.reference)} || a.reference))
        as lexeme order by 1))
  from application_search as s where s.application_id = a.id)`;

const plainTexts = sql<number>`case when a.discreet then (
    select count(*) from documents as d
      where d.application_id = a.id and d.origin = 'file' and d.name <> '')
  + (select count(*) from document_texts as t where t.application_id = a.id and t.text <> '')
  + (select count(*) from messages as m where m.application_id = a.id and m.body <> '')
  + (select count(*) from notes as n where n.application_id = a.id and n.body <> '')
  + (select count(*) from reviews as r where r.application_id = a.id and r.text <> '')
  + (select count(*) from review_versions as r where r.application_id = a.id and r.text <> '')
  + (select count(*) from contributors as c where c.application_id = a.id
      and c.byline || c.beats || c.availability_note || c.fee || c.notes <> '')
  + (select count(*) from original_openings as o where o.application_id = a.id and o.reason <> '')
  else 0 end`;

/** The next applications by id; fewer than `limit` when these are the last. */
export async function listApplicationFacts(
  trx: Trx,
  after: string | undefined,
  limit: number,
): Promise<ApplicationFacts[]> {
  const applications = await trx
    .selectFrom('applications as a')
    .innerJoin('callVersions as v', 'v.id', 'a.callVersionId')
    .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select(['k.wrapped', 'k.masterVersion', 'v.documents as asked'])
    .select([searchFacts.as('search'), isBlind.as('blind'), plainTexts.as('plain')])
    .select(
      sql<string[]>`array(select m.text from masked_texts as m where m.application_id = a.id)`.as(
        'masked',
      ),
    )
    .$if(after !== undefined, (query) => query.where('a.id', '>', after!))
    .orderBy('a.id')
    .limit(limit)
    .execute();
  if (applications.length === 0) return [];
  const ids = applications.map(({ id }) => id);
  const events = groupById(
    await trx
      .selectFrom('events')
      .selectAll()
      .where('applicationId', 'in', ids)
      .orderBy('id')
      .execute(),
  );
  const tokens = groupById(
    await trx
      .selectFrom('applicationTokens')
      .selectAll()
      .where('applicationId', 'in', ids)
      .execute(),
  );
  const mails = groupById(await listMailFacts(trx, ids));
  const acts = groupById(
    await trx
      .selectFrom('decisionActs')
      .selectAll()
      .where('applicationId', 'in', ids)
      .where('state', '<>', 'draft')
      .orderBy('id')
      .execute(),
  );
  const documents = groupById(
    await trx
      .selectFrom('documents')
      .select(['applicationId', 'kind'])
      .where('applicationId', 'in', ids)
      .where('state', '=', 'received')
      .execute(),
  );
  return applications.map((application) => ({
    ...application,
    events: events(application.id),
    tokens: tokens(application.id),
    mails: mails(application.id),
    acts: acts(application.id),
    held: documents(application.id).map(({ kind }) => kind),
  }));
}

async function listMailFacts(trx: Trx, applicationIds: readonly string[]): Promise<MailFacts[]> {
  return await trx
    .selectFrom('mails as m')
    .selectAll('m')
    .select(
      sql<JobState[]>`array(
        select j.state from jobs as j
        where j.subject_id = m.id and j.kind = ${mailJobKind} order by j.id
      )`.as('jobs'),
    )
    .where('m.applicationId', 'in', applicationIds)
    .orderBy('m.id')
    .execute();
}

function groupById<T extends { applicationId: string | null }>(
  rows: readonly T[],
): (id: string) => T[] {
  const groups = new Map<string | null, T[]>();
  for (const row of rows) {
    const group = groups.get(row.applicationId);
    if (group) group.push(row);
    else groups.set(row.applicationId, [row]);
  }
  return (id) => groups.get(id) ?? [];
}

/** A row whose parent is missing. */
export type Orphan = {
  what: 'key' | 'document' | 'chunks' | 'mail' | 'mail job' | 'events';
  id: string;
  /** Id of the parent that should be there. */
  parent: string | null;
};

const missing = (parent: string, of: string) =>
  sql`not exists (select from ${sql.table(parent)} as p where p.id = ${sql.ref(of)})`;

// By what each orphan is. Erasing a person leaves events, finished jobs and bare token hashes.
const orphanQueries: Record<Orphan['what'], ReturnType<typeof sql>> = {
  key: sql`select k.application_id as id, k.application_id as parent
    from keys.application_keys as k where ${missing('applications', 'k.application_id')}`,
  document: sql`select d.id, d.application_id as parent
    from documents as d where ${missing('applications', 'd.application_id')}`,
  chunks: sql`select distinct c.document_id as id, c.document_id as parent
    from document_chunks as c where ${missing('documents', 'c.document_id')}`,
  mail: sql`select m.id, m.application_id as parent
    from mails as m where ${missing('applications', 'm.application_id')}`,
  'mail job': sql`select j.id, j.subject_id as parent
    from jobs as j where j.kind = ${mailJobKind} and j.state <> 'done'
      and ${missing('mails', 'j.subject_id')}`,
  events: sql`select distinct e.application_id as id, e.application_id as parent
    from events as e where ${missing('applications', 'e.application_id')} and not exists (
      select from events as last where last.application_id = e.application_id
        and last.type = 'erased')`,
};

/** Kinds of rows that must have a parent. */
export const orphanKinds = Object.keys(orphanQueries) as Orphan['what'][];

/** The next orphans of a kind by id; fewer than `limit` when these are the last. */
export async function listOrphans(
  trx: Trx,
  what: Orphan['what'],
  after: string | undefined,
  limit: number,
): Promise<Orphan[]> {
  const { rows } = await sql<{ id: string; parent: string | null }>`
    select o.id, o.parent from (${orphanQueries[what]}) as o
    where ${after ?? null}::uuid is null or o.id > ${after ?? null}::uuid
    order by o.id limit ${limit}`.execute(trx);
  return rows.map((row) => ({ what, ...row }));
}

/** A counter of the list that does not say what is there. */
export type WrongCount = { facet: string; tab: string; decision: string };

export async function listWrongCounts(trx: Trx): Promise<WrongCount[]> {
  const { rows } = await sql<WrongCount>`
    select facet, tab, decision from (
      select facet, tab, decision, count from application_counts
      union all select facet, tab, decision, change from application_count_changes
      union all select facet, tab, coalesce(decision, ''), -1
        from application_search, unnest(array_prepend(''::text, facets)) as facet
    ) as counted group by 1, 2, 3 having sum(count) <> 0 order by 1, 2, 3`.execute(trx);
  return rows;
}

import { type RawBuilder, type Selectable, sql } from 'kysely';
import type {
  Availability,
  ContributorDecision,
  DeskDetails,
  OwnDetails,
} from '../domain/contributors.ts';
import type { Db, Trx } from './client.ts';
import { agrees, consentUntil, isAsked, joinConsent } from './consents.ts';
import type { ContributorTable } from './schema-contributors.ts';
import { querySearch, type Search } from './search-query.ts';

export type ContributorFilter = {
  state?: ContributorDecision | undefined;
  place?: string | undefined;
  language?: string | undefined;
  availability?: Availability | undefined;
  search?: Search | undefined;
};

/** Somebody in the directory, as its list shows them. */
export type ListedContributor = {
  id: string;
  reference: string;
  byline: string;
  fullName: string;
  decision: ContributorDecision;
  /** When they were told. */
  since: Date;
  places: string[];
  languages: string[];
  beats: string;
  availability: Availability | '';
  fee: string;
  email: string;
  /** When they leave again, unless they agree to another year. */
  agreedUntil: Date;
  /** They were asked and have not answered yet. */
  pending: boolean;
};

// An application `a` with what is known of its person as a contributor `c`: accepted, or kept on file,
// told so, and agreeing to be kept.
const members = (now: Date): RawBuilder<unknown> => sql`
  from applications as a
  left join contributors as c on c.application_id = a.id
  ${joinConsent}
  where a.stage = 'decided' and a.merged_into is null and told.since <= ${now}::timestamptz
    and ${agrees(now)}`;

const nameOf = sql<string>`coalesce(c.byline, nullif(a.pen_name, ''), a.full_name)`;
const orderOf = sql`lower(${nameOf}), a.id`;
const placesOf = sql<string[]>`coalesce(c.places, a.places)`;
const languagesOf = sql<string[]>`coalesce(c.languages, a.languages)`;

const listed = (
  now: Date,
) => sql`a.id, a.reference, ${nameOf} as byline, a.full_name, a.decision, told.since,
  ${placesOf} as places, ${languagesOf} as languages, coalesce(c.beats, a.topics) as beats,
  coalesce(c.availability, '') as availability, coalesce(c.fee, '') as fee, a.email,
  ${consentUntil(now)} as agreed_until, ${isAsked(now)} as pending`;

function conditionsOf(filter: ContributorFilter, words: string | undefined): RawBuilder<unknown> {
  const { state, place, language, availability, search } = filter;
  return sql.join(
    [
      sql`true`,
      ...(state ? [sql`a.decision = ${state}`] : []),
      ...(place ? [sql`${place} = any(${placesOf})`] : []),
      ...(language ? [sql`${language} = any(${languagesOf})`] : []),
      ...(availability ? [sql`c.availability = ${availability}`] : []),
      ...(search
        ? [
            words === undefined
              ? sql`false`
              : sql`(select s.words @@ ${words}::tsquery from application_search as s
                  where s.application_id = a.id)`,
          ]
        : []),
    ],
    sql` and `,
  );
}

/** A page of the directory by byline, with how many there are in all. `after`: the id of the last one seen. */
export async function listContributors(
  db: Db,
  filter: ContributorFilter,
  { now, after, limit }: { now: Date; after?: string | undefined; limit: number },
): Promise<{ rows: ListedContributor[]; more: boolean; total: number }> {
  return await db.transaction().execute(async (trx) => {
    const query = filter.search && (await querySearch(trx, filter.search));
    const read = async (words: string | undefined) => {
      const where = conditionsOf(filter, words);
      const beyond = after
        ? sql`(${orderOf}) > (select ${orderOf} from applications as a
            left join contributors as c on c.application_id = a.id where a.id = ${after}::uuid)`
        : sql`true`;
      const { rows } = await sql<ListedContributor>`select ${listed(now)} ${members(now)}
        and ${where} and ${beyond} order by ${orderOf} limit ${limit + 1}`.execute(trx);
      const { rows: counted } = await sql<{ total: number }>`
        select count(*) as total ${members(now)} and ${where}`.execute(trx);
      const { total } = counted[0]!;
      return { rows: rows.slice(0, limit), more: rows.length > limit, total };
    };
    const found = await read(query?.exact);
    return found.total === 0 && query?.close !== undefined ? await read(query.close) : found;
  });
}

/** What the newsroom knows of one of them. */
export type Contributor = ListedContributor & {
  availabilityNote: string;
  notes: string;
  filledAt: Date | null;
  /** 0 while nothing was saved. */
  revision: number;
  hasLegalName: boolean;
};

/** Somebody in the directory by the id of their application; undefined for anybody else. */
export async function findContributor(
  db: Db | Trx,
  id: string,
  now: Date,
): Promise<Contributor | undefined> {
  const { rows } = await sql<Contributor>`
    select ${listed(now)}, coalesce(c.availability_note, '') as availability_note,
      coalesce(c.notes, '') as notes, c.filled_at, coalesce(c.revision, 0) as revision,
      a.legal_name_sealed is not null as has_legal_name
    ${members(now)} and a.id = ${id}::uuid`.execute(db);
  return rows[0];
}

/** Stores details; what is not among them stays. The caller holds a lock on the application. */
export async function storeContributor(
  trx: Trx,
  id: string,
  details: OwnDetails & Partial<DeskDetails>,
  { now, filled }: { now: Date; filled: boolean },
): Promise<void> {
  const { byline, places, languages, beats, availabilityNote, fee, notes } = details;
  const row = {
    ...{ byline, places, languages, beats, availabilityNote },
    ...(fee !== undefined && { fee }),
    ...(notes !== undefined && { notes }),
    availability: details.availability as Selectable<ContributorTable>['availability'],
    updatedAt: now,
    ...(filled && { filledAt: now }),
  };
  await trx
    .insertInto('contributors')
    .values({ applicationId: id, fee: '', notes: '', filledAt: null, revision: 1, ...row })
    .onConflict((conflict) =>
      conflict
        .column('applicationId')
        .doUpdateSet({ ...row, revision: sql`contributors.revision + 1` }),
    )
    .execute();
}

/** Stores the sealed legal name of an application that the caller has locked; null takes it away. */
export async function storeLegalName(trx: Trx, id: string, sealed: Buffer | null): Promise<void> {
  await trx
    .updateTable('applications')
    .set({ legalNameSealed: sealed })
    .where('id', '=', id)
    .execute();
}

export type LegalNameLook = { staffName: string | null; reason: string; at: Date };

/** Who looked at the legal name and why, the newest first. */
export async function listLegalNameLooks(db: Db, id: string): Promise<LegalNameLook[]> {
  return await db
    .selectFrom('legalNameLooks as l')
    .leftJoin('staff as s', 's.id', 'l.staffId')
    .select(['s.name as staffName', 'l.reason', 'l.at'])
    .where('l.applicationId', '=', id)
    .orderBy('l.id', 'desc')
    .execute();
}

export async function insertLegalNameLook(
  trx: Trx,
  look: { applicationId: string; staffId: string; reason: string; at: Date },
): Promise<void> {
  await trx.insertInto('legalNameLooks').values(look).execute();
}

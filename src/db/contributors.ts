import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Availability, ContributorDecision, DeskDetails } from '../domain/contributors.ts';
import type { Search } from './application-filter.ts';
import { plainName } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { agrees, consentUntil, isAsked, joinConsent } from './consents.ts';
import { openText, textColumns, textContext } from './discreet.ts';
import type { ContributorTable } from './schema-contributors.ts';
import { lookOut } from './search-query.ts';

export type ContributorFilter = {
  state?: ContributorDecision | undefined;
  place?: string | undefined;
  language?: string | undefined;
  availability?: Availability | undefined;
  /** For what leaves the system. */
  withoutDiscreet?: boolean;
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
  /** Empty where it is sealed. */
  email: string;
  discreet: boolean;
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

// The byline of a discreet person stands sealed with their other details.
const nameOf = sql<string>`case when a.discreet then a.reference
  else coalesce(c.byline, nullif(a.pen_name, ''), a.full_name) end`;
const orderOf = sql`lower(${nameOf}), a.id`;
const placesOf = sql<string[]>`coalesce(c.places, a.places)`;
const languagesOf = sql<string[]>`coalesce(c.languages, a.languages)`;

const listed = (
  now: Date,
) => sql`a.id, a.reference, ${nameOf} as byline, ${plainName} as full_name, a.discreet, a.decision, told.since,
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
      ...(filter.withoutDiscreet ? [sql`not a.discreet`] : []),
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
    const query = filter.search && (await lookOut(trx, filter.search)).query;
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

/** True where somebody is in the directory, by the id of their application. */
export async function isContributor(db: Db | Trx, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`select 1 ${members(now)} and a.id = ${id}::uuid`.execute(db);
  return rows.length > 0;
}

/**
 * Somebody in the directory by the id of their application, whose key it is; undefined for anybody
 * else. A discreet person's byline is empty until it was filled in.
 */
export async function findContributor(
  db: Db | Trx,
  { id, key, now }: { id: string; key: Buffer; now: Date },
): Promise<Contributor | undefined> {
  const { rows } = await sql<Contributor & { detailsSealed: Buffer | null }>`
    select ${listed(now)}, c.details_sealed, coalesce(c.availability_note, '') as availability_note,
      coalesce(c.notes, '') as notes, c.filled_at, coalesce(c.revision, 0) as revision,
      a.legal_name_sealed is not null as has_legal_name
    ${members(now)} and a.id = ${id}::uuid`.execute(db);
  const row = rows[0];
  if (!row?.discreet) return row;
  const { detailsSealed: sealed, ...contributor } = row;
  const texts: Partial<SealedDetails> = sealed
    ? JSON.parse(openText(() => key, textContext.contributor(id), { text: '', sealed }))
    : { byline: '' };
  return { ...contributor, ...texts };
}

/** What of the details is sealed where somebody is discreet. */
type SealedDetails = Pick<DeskDetails, 'byline' | 'beats' | 'availabilityNote' | 'fee' | 'notes'>;

/** Stores details, sealed where `sealing` has a key (`textKey`). The caller holds a lock on the application. */
export async function storeContributor(
  trx: Trx,
  id: string,
  details: DeskDetails,
  { now, filled, sealing }: { now: Date; filled: boolean; sealing: Buffer | undefined },
): Promise<void> {
  const { byline, places, languages, beats, availabilityNote, fee, notes } = details;
  const texts: SealedDetails = { byline, beats, availabilityNote, fee, notes };
  const context = textContext.contributor(id);
  const { sealed } = textColumns(sealing, context, JSON.stringify(texts));
  const blank = { byline: '', beats: '', availabilityNote: '', fee: '', notes: '' };
  const row = {
    ...{ places, languages, detailsSealed: sealed },
    ...(sealing ? blank : texts),
    availability: details.availability as Selectable<ContributorTable>['availability'],
    updatedAt: now,
    ...(filled && { filledAt: now }),
  };
  await trx
    .insertInto('contributors')
    .values({ applicationId: id, filledAt: null, revision: 1, ...row })
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

import type { Selectable } from 'kysely';
import { found } from '../errors.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import type {
  CallTable,
  CallVersionTable,
  PrivacyNoticeTable,
  PublicationTable,
} from './schema.ts';

export type Publication = Selectable<PublicationTable>;
export type PrivacyNotice = Selectable<PrivacyNoticeTable>;
/**
 * A call that has a date to open, with one of its versions as readers get it; `versionId` names the
 * version. Calls in preparation, and what is typed of a version, are in `call-versions.ts`.
 */
export type Call = Selectable<CallTable> & {
  opensAt: Date;
  versionId: string;
} & Omit<Selectable<CallVersionTable>, 'id' | 'callId' | 'createdAt' | 'createdBy' | 'typed'>;

const versionColumns = [
  'v.id as versionId',
  'v.number',
  'v.texts',
  'v.languages',
  'v.places',
  'v.documents',
  'v.questions',
  'v.criteria',
  'v.fee',
  'v.contactEmail',
  'v.seededInbox',
  'v.replyDays',
  'v.retentionDays',
  'v.reviewersWanted',
  'v.blind',
] as const;

const newestVersions = (db: Db | Trx) =>
  db
    .selectFrom('calls as c')
    .innerJoin('callVersions as v', 'v.callId', 'c.id')
    .selectAll('c')
    .select(versionColumns)
    .where('v.number', '=', ({ selectFrom }) =>
      selectFrom('callVersions as newer')
        .whereRef('newer.callId', '=', 'c.id')
        .select(({ fn }) => fn.max('newer.number').as('newest')),
    )
    // Whoever guesses the address of a call in preparation finds nothing.
    .where('c.opensAt', 'is not', null)
    .$narrowType<{ opensAt: Date }>();

/** The call with its newest version. */
export async function findCall(db: Db | Trx, slug: string): Promise<Call | undefined> {
  return await newestVersions(db).where('c.slug', '=', slug).executeTakeFirst();
}

/** Every call that has a date to open, with its newest version, the latest opened first. */
export async function listCalls(db: Db | Trx): Promise<Call[]> {
  return await newestVersions(db).orderBy('c.opensAt', 'desc').orderBy('c.id', 'desc').execute();
}

const versionsOf = (db: Db | Trx) =>
  db
    .selectFrom('calls as c')
    .innerJoin('callVersions as v', 'v.callId', 'c.id')
    .selectAll('c')
    .select(versionColumns)
    .where('c.opensAt', 'is not', null)
    .$narrowType<{ opensAt: Date }>();

const selectVersion = prepare((db, slots: { versionId: string }) =>
  versionsOf(db).where('v.id', '=', slots.versionId).compile(),
);

/** The call in the version that an application answered. */
export async function getCallVersion(db: Db | Trx, versionId: string): Promise<Call> {
  return found((await selectVersion(db, { versionId })).rows[0]);
}

/** The versions of calls that applications answered, by id. */
export async function listCallVersions(
  db: Db | Trx,
  versionIds: readonly string[],
): Promise<Map<string, Call>> {
  if (versionIds.length === 0) return new Map();
  const calls = await versionsOf(db).where('v.id', 'in', versionIds).execute();
  return new Map(calls.map((call) => [call.versionId, call]));
}

const selectPublication = prepare((db) => db.selectFrom('publication').selectAll().compile());

export async function getPublication(db: Db | Trx): Promise<Publication> {
  return found((await selectPublication(db, {})).rows[0]);
}

/** The privacy notice in force. */
export async function getPrivacyNotice(db: Db | Trx): Promise<PrivacyNotice> {
  const notice = await db
    .selectFrom('privacyNotices')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found(notice);
}

import { sql } from 'kysely';
import { found } from '../errors.ts';
import { type Call, getCallVersion, getPublication, type Publication } from './calls.ts';
import type { Db } from './client.ts';
import { prepare } from './prepared.ts';

/** A call in one version and the publication as they stand; handed to many, so nobody may change them. */
export type Published = {
  readonly call: Call;
  readonly publication: Publication;
  /** Another one as soon as anything in them is another. */
  readonly stamp: string;
};

type Stamped = { versionId: string; stamp: string };

// xmin is another one after each change of a row; versions never change.
const stampOf = sql`v.id as "versionId", concat_ws(' ', v.id, c.xmin, p.xmin) as stamp`;

const findStamp = prepare<{ slug: string }, Stamped>((db, { slug }) =>
  sql<Stamped>`select ${stampOf} from calls as c
    join call_versions as v on v.call_id = c.id left join publication as p on true
    where c.slug = ${slug} order by v.number desc limit 1`.compile(db),
);

const getStamp = prepare<{ versionId: string }, Stamped>((db, { versionId }) =>
  sql<Stamped>`select ${stampOf} from call_versions as v
    join calls as c on c.id = v.call_id left join publication as p on true
    where v.id = ${versionId}`.compile(db),
);

const keptVersions = 100;
const kept = new WeakMap<Db, Map<string, Published>>();

/** The texts in all languages cost more to read and parse than all else about a request for them. */
async function readOnce(db: Db, { versionId, stamp }: Stamped): Promise<Published> {
  const versions = kept.get(db) ?? new Map<string, Published>();
  kept.set(db, versions);
  const known = versions.get(versionId);
  if (known?.stamp === stamp) return known;
  // Read after its stamp: what changes between the two is read again with the next stamp.
  const fresh = {
    stamp,
    call: await getCallVersion(db, versionId),
    publication: await getPublication(db),
  };
  versions.set(versionId, fresh);
  if (versions.size > keptVersions) versions.delete(versions.keys().next().value!);
  return fresh;
}

/** The call of a slug in its newest version, as it stands at this moment. */
export async function findPublished(db: Db, slug: string): Promise<Published | undefined> {
  const { rows } = await findStamp(db, { slug });
  return rows[0] && (await readOnce(db, rows[0]));
}

/** The call in the version that an application answered. */
export async function getPublished(db: Db, versionId: string): Promise<Published> {
  return await readOnce(db, found((await getStamp(db, { versionId })).rows[0]));
}

import { type Kysely, sql } from 'kysely';

// What seals second factors and finds tokens was derived from the master key, so that it could never
// change. These are keys of their own, wrapped like those of applications; the first start fills them.
const statement = `create table keys.installation_keys (
  purpose text primary key check (purpose in ('seal', 'look-up')),
  master_version int not null references keys.master_versions,
  wrapped bytea not null
)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statement).execute(db);
}

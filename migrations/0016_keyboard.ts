import { type Kysely, sql } from 'kysely';

const statements = [
  // Single keys get in the way of some people's speech input: each person can switch them off.
  'alter table staff add column keyboard boolean not null default true',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

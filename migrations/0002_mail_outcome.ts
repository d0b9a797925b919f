import { type Kysely, sql } from 'kysely';

// Refusals name addresses and quote servers: sealed, like what the mail says.
const statements = [
  `alter table mails
    add column captured boolean not null default false,
    add column refused int not null default 0,
    add column refusals_sealed bytea,
    add column dealt_with_at timestamptz,
    add check ((refused > 0) = (refusals_sealed is not null))`,
  'create index mails_captured on mails (created_at desc, id desc) where captured',
  'create index mails_refused on mails (created_at desc, id desc) where refused > 0',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

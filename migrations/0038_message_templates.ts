import { type Kysely, sql } from 'kysely';

const statements = [
  'alter table response_templates drop constraint response_templates_kind_check',
  `alter table response_templates add constraint response_templates_kind_check
    check (kind in ('accept', 'keep-on-file', 'decline', 'reopen', 'request-more', 'message'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

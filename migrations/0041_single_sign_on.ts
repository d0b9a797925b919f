import { type Kysely, sql } from 'kysely';

const statements = [
  // The account at the single sign-on that opens this one, from its first use there on.
  'alter table staff add column oidc_issuer text',
  'alter table staff add column oidc_subject text',
  `alter table staff add constraint staff_oidc_whole
    check ((oidc_issuer is null) = (oidc_subject is null))`,
  'create unique index staff_oidc on staff (oidc_issuer, oidc_subject)',

  // A session that the single sign-on has opened with a second factor of its own.
  'alter table staff_sessions add column factor_elsewhere boolean not null default false',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

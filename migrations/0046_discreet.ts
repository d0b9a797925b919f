import { type Kysely, sql } from 'kysely';

const eventTypes = ['identity-unsealed'];

const statements = [
  // The box was never taken before: whoever set it by hand was promised nothing, and without the
  // application's key nothing can be sealed here.
  'update applications set discreet = false where discreet',
  // What was typed into a discreet application stands sealed under its key, and nowhere else.
  `alter table applications
    add column answers_sealed bytea,
    add column identity_sealed bytea,
    add column mail_links boolean not null default false,
    add constraint applications_sealed_check check (case when discreet
      then answers_sealed is not null and identity_sealed is not null
        and full_name = '' and latin_name = '' and pen_name = '' and email = ''
        and contact_channel = '' and places_other = '' and based_in = '' and topics = ''
        and links = '{}' and answers = '{}' and via is null
      else answers_sealed is null and identity_sealed is null end)`,
  `create index applications_discreet on applications (id) where discreet`,
  'alter table documents add column name_sealed bytea',
  'alter table document_texts add column text_sealed bytea',
  'alter table messages add column body_sealed bytea',
  'alter table notes add column body_sealed bytea',
  'alter table reviews add column text_sealed bytea',
  'alter table review_versions add column text_sealed bytea',
  'alter table contributors add column details_sealed bytea',
  // Looks at what is sealed of somebody are one log, whatever was looked at.
  `alter table legal_name_looks
    add column subject text not null default 'legal-name' check (subject in ('legal-name', 'identity')),
    add column reason_sealed bytea`,
  'create index legal_name_looks_newest on legal_name_looks (id desc)',
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (%L))', allowed, ${eventTypes.map((type) => `'${type}'`).join(', ')});
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

import { type Kysely, sql } from 'kysely';

const statements = [
  // Since when a message of the applicant waits to be opened by somebody who may answer it.
  'alter table applications add column unread_message_at timestamptz',
  `update applications as a set unread_message_at = last.created_at
    from (select distinct on (application_id) application_id, direction, created_at
      from messages order by application_id, id desc) as last
    where last.application_id = a.id and last.direction = 'in' and not exists (
      select from access_log as l join staff as s on s.id = l.staff_id
      where l.application_id = a.id and l.document_id is null and l.at >= last.created_at
        and s.role <> 'reviewer')`,
  `create function note_message() returns trigger language plpgsql as $$
    begin
      update applications
      set unread_message_at = case when new.direction = 'in' then new.created_at end
      where id = new.application_id and (new.direction = 'in' or unread_message_at is not null);
      return null;
    end $$`,
  `create trigger messages_unread after insert on messages
    for each row execute function note_message()`,
  `create or replace function note_opening() returns trigger language plpgsql as $$
    begin
      update applications set opened_at = new.at where id = new.application_id and opened_at is null;
      if new.document_id is null then
        update applications set unread_message_at = null
        where id = new.application_id and unread_message_at <= new.at and exists (
          select from staff as s where s.id = new.staff_id and s.role <> 'reviewer');
      end if;
      return null;
    end $$`,

  // Whatever a flag of the list stands for, few have it: each index holds these alone.
  `create index applications_unread on applications (id) where unread_message_at is not null`,
  `create index applications_late on applications (submitted_at desc, id desc)
    where submitted_at is not null and merged_into is null
      and stage in ('screening', 'review', 'shortlist')`,
  "create index document_texts_active on document_texts (application_id) where active <> '{}'",
  `create index application_pairs_standing on application_pairs (first_id, second_id)
    where state in ('suspected', 'linked')`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

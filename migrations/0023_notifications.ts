import { type Kysely, sql } from 'kysely';

const statements = [
  "alter table staff add column signature text not null default ''",

  // What a person has chosen; an event without a row goes by its default.
  `create table staff_notification_settings (
    staff_id uuid not null references staff on delete cascade,
    event text not null,
    delivery text not null check (delivery in ('immediate', 'daily', 'off')),
    primary key (staff_id, event)
  )`,

  // Who was told of what: the key is what makes one event one mail for each person.
  `create table staff_notifications (
    staff_id uuid not null references staff on delete cascade,
    application_id uuid not null references applications on delete cascade,
    event text not null,
    about text not null,
    delivery text not null check (delivery in ('immediate', 'daily')),
    at timestamptz not null,
    -- The digest that told of it.
    digest_id uuid,
    primary key (application_id, event, about, staff_id)
  )`,
  `create index staff_notifications_waiting on staff_notifications (staff_id, at)
    where delivery = 'daily' and digest_id is null`,
  'create index staff_notifications_digest on staff_notifications (digest_id) where digest_id is not null',
  'create index staff_notifications_at on staff_notifications (at)',

  // Mails that are about no single application, so that no application's key can seal them.
  `create table staff_mails (
    id uuid primary key,
    staff_id uuid not null references staff on delete cascade,
    template text not null check (template in ('digest', 'weekly', 'enrolment')),
    -- A digest's day and a weekly list's Monday; another mail's own id.
    period text not null,
    message_id text not null unique,
    -- What can't be put together when it leaves; emptied once it has left.
    content_sealed bytea,
    created_at timestamptz not null,
    sent_at timestamptz,
    unique (staff_id, template, period)
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

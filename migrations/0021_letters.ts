import { type Kysely, sql } from 'kysely';

const statements = [
  // Response templates as editors changed them; what nobody changed is the standard text in the code.
  `create table response_templates (
    id uuid primary key,
    call_id uuid not null references calls on delete cascade,
    kind text not null
      check (kind in ('accept', 'keep-on-file', 'decline', 'reopen', 'request-more')),
    language text not null,
    number int not null check (number > 0),
    subject text not null,
    body text not null,
    created_at timestamptz not null,
    created_by uuid references staff on delete set null,
    unique (call_id, kind, language, number)
  )`,
  // A decision or its reversal: why, for the file, and the letter that tells it. Until it is confirmed
  // it is a draft of its author's.
  `create table decision_acts (
    id uuid primary key,
    application_id uuid not null references applications on delete cascade,
    act text not null check (act in ('accept', 'keep-on-file', 'decline', 'reopen')),
    state text not null
      check (state in ('draft', 'live', 'recalled', 'cancelled', 'superseded')),
    author_id uuid references staff on delete set null,
    edits_id uuid references decision_acts on delete cascade,
    from_standing text not null,
    seen bigint not null,
    reason text,
    with_letter boolean not null,
    language text not null,
    content_sealed bytea not null,
    mail_id uuid references mails on delete set null,
    told_at timestamptz,
    created_at timestamptz not null,
    decided_at timestamptz,
    check ((state = 'draft') = (decided_at is null)),
    check (with_letter or state <> 'live' or told_at is not null)
  )`,
  `create unique index decision_acts_live on decision_acts (application_id) where state = 'live'`,
  `create unique index decision_acts_draft on decision_acts (application_id, author_id, act)
    where state = 'draft'`,
  'create index decision_acts_application on decision_acts (application_id)',
  'create index decision_acts_mail on decision_acts (mail_id) where mail_id is not null',
  // It waits so that it can be recalled; false from the moment it leaves.
  'alter table mails add column held boolean not null default false',
  'create index mails_held on mails (application_id) where held',
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (%L, %L, %L, %L, %L, %L))',
        allowed, 'letter-held', 'letter-recalled', 'letter-edited', 'letter-hurried',
        'letter-resent', 'letter-cancelled');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

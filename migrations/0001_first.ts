import { type Kysely, sql } from 'kysely';

const statements = [
  // Trigrams let the list find a part of a name; the extension is trusted, so an owner may create it.
  'create extension if not exists pg_trgm',

  // Wrapped keys stand apart so that they can be backed up, rotated and destroyed apart.
  'create schema keys',
  `create table keys.master_versions (
    version int primary key,
    probe bytea not null,
    created_at timestamptz not null
  )`,

  `create table staff (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null check (role in ('admin', 'editor', 'reviewer')),
    language text not null,
    password_hash text,
    totp_secret_sealed bytea,
    totp_confirmed_at timestamptz,
    totp_last_step bigint,
    created_at timestamptz not null,
    disabled_at timestamptz
  )`,
  'create unique index staff_email on staff (lower(email))',
  // A row without a staff member is the link that creates the first admin.
  `create table staff_enrolments (
    token_hash bytea primary key,
    staff_id uuid references staff on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create table staff_sessions (
    token_hash bytea primary key,
    staff_id uuid not null references staff on delete cascade,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  'create index staff_sessions_staff on staff_sessions (staff_id)',
  // What began with a password or a session and waits for a code. A set-up carries its secret here,
  // so that a factor counts only once its first code was right.
  `create table staff_challenges (
    token_hash bytea primary key,
    staff_id uuid not null references staff on delete cascade,
    kind text not null check (kind in ('code', 'set-up', 'replace')),
    totp_secret_sealed bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    check ((kind = 'code') = (totp_secret_sealed is null))
  )`,

  `create table publication (
    id int primary key default 1 check (id = 1),
    name text not null,
    time_zone text not null,
    language text not null,
    imprint jsonb not null,
    links jsonb not null,
    updated_at timestamptz not null
  )`,
  `create table privacy_notices (
    id uuid primary key,
    number int not null unique,
    texts jsonb not null,
    created_at timestamptz not null
  )`,
  `create table calls (
    id uuid primary key,
    slug text not null unique,
    opens_at timestamptz not null,
    closes_at timestamptz,
    inbox text,
    created_at timestamptz not null
  )`,
  `create table call_versions (
    id uuid primary key,
    call_id uuid not null references calls,
    number int not null,
    texts jsonb not null,
    places text[] not null,
    documents jsonb not null,
    questions jsonb not null,
    fee jsonb,
    contact_email text not null,
    seeded_inbox text,
    reply_days int not null,
    retention_days int not null,
    created_at timestamptz not null,
    created_by uuid references staff,
    unique (call_id, number)
  )`,
  // An application keeps the texts it answered: versions are never edited.
  `create function refuse_version_edit() returns trigger language plpgsql as $$
    begin raise exception 'versions are immutable: insert a new one'; end $$`,
  `create trigger call_versions_immutable before update on call_versions
    for each row execute function refuse_version_edit()`,
  `create trigger privacy_notices_immutable before update on privacy_notices
    for each row execute function refuse_version_edit()`,

  `create table applications (
    id uuid primary key,
    reference text not null unique,
    call_id uuid not null references calls,
    call_version_id uuid not null references call_versions,
    privacy_notice_id uuid not null references privacy_notices,
    stage text not null check (stage in ('draft', 'screening', 'review', 'shortlist', 'decided', 'withdrawn')),
    decision text check (decision in ('accepted', 'kept-on-file', 'declined')),
    stage_since timestamptz not null,
    revision int not null default 1,
    language text not null,
    full_name text not null default '',
    latin_name text not null default '',
    pen_name text not null default '',
    legal_name_sealed bytea,
    search_name text not null default '',
    email text not null default '',
    email_hash bytea,
    contact_channel text not null default '',
    contact_handle_sealed bytea,
    places text[] not null default '{}',
    places_other text not null default '',
    based_in text not null default '',
    languages text[] not null default '{}',
    topics text not null default '',
    links text[] not null default '{}',
    answers jsonb not null default '{}',
    discreet boolean not null default false,
    keep_on_file boolean not null default false,
    consented_at timestamptz,
    via text,
    handling_editor_id uuid references staff,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    submitted_at timestamptz,
    check ((stage = 'decided') = (decision is not null)),
    check (stage in ('draft', 'withdrawn') or submitted_at is not null)
  )`,
  'create index applications_newest on applications (submitted_at desc, id desc) where submitted_at is not null',
  'create index applications_stage on applications (stage, submitted_at desc, id desc) where submitted_at is not null',
  'create index applications_call on applications (call_id, submitted_at desc, id desc) where submitted_at is not null',
  'create index applications_places on applications using gin (places) where submitted_at is not null',
  'create index applications_search_name on applications using gin (search_name gin_trgm_ops) where submitted_at is not null',
  'create index applications_email_hash on applications (email_hash)',
  'create index applications_email on applications using gin (lower(email) gin_trgm_ops) where submitted_at is not null',
  'create index applications_languages on applications using gin (languages) where submitted_at is not null',
  "create index applications_drafts on applications (updated_at) where stage = 'draft'",

  `create table keys.application_keys (
    application_id uuid primary key references applications on delete cascade,
    master_version int not null references keys.master_versions,
    wrapped bytea not null
  )`,

  // A token outlives its application, so that an old link is told "gone", not "never was".
  `create table application_tokens (
    token_hash bytea primary key,
    kind text not null check (kind in ('draft', 'private', 'receipt')),
    application_id uuid references applications on delete set null,
    sealed bytea,
    created_at timestamptz not null
  )`,
  'create unique index application_tokens_kind on application_tokens (application_id, kind)',

  `create table documents (
    id uuid primary key,
    application_id uuid not null references applications on delete cascade,
    kind text not null check (kind in ('cv', 'coverLetter', 'writingSample')),
    origin text not null check (origin in ('file', 'text')),
    state text not null check (state in ('receiving', 'received')),
    position int not null,
    name text not null,
    type text,
    size bigint,
    sha256 bytea,
    chunk_count int,
    language text,
    text_language text,
    started_at timestamptz not null,
    received_at timestamptz,
    check ((state = 'received') = (sha256 is not null and size is not null and chunk_count is not null and type is not null and received_at is not null))
  )`,
  'create index documents_application on documents (application_id)',
  'create index documents_language on documents (language, application_id) where language is not null',
  "create index documents_receiving on documents (started_at) where state = 'receiving'",
  `create table document_chunks (
    document_id uuid not null references documents on delete cascade,
    number int not null,
    data bytea not null,
    primary key (document_id, number)
  )`,
  // Ciphertext does not compress; skipping the attempt measured a third faster.
  'alter table document_chunks alter column data set storage external',

  // Ids, closed words and times only: erasing a person never has to edit the log.
  `create table events (
    id bigint generated always as identity primary key,
    application_id uuid not null,
    actor text not null check (actor in ('applicant', 'staff', 'system')),
    staff_id uuid,
    type text not null check (type in ('submitted', 'stage-changed')),
    from_value text,
    to_value text,
    at timestamptz not null
  )`,
  'create index events_application on events (application_id, id)',
  `create table access_log (
    id bigint generated always as identity primary key,
    application_id uuid not null,
    document_id uuid,
    staff_id uuid not null,
    type text not null check (type in ('opened', 'downloaded')),
    at timestamptz not null
  )`,
  'create index access_log_application on access_log (application_id, id)',

  // One mechanism for everything that happens later: mails, clean-up, reminders.
  `create table jobs (
    id uuid primary key,
    kind text not null,
    subject_id uuid,
    lane text,
    schedule text unique,
    state text not null check (state in ('queued', 'done', 'parked')),
    not_before timestamptz not null,
    attempts int not null default 0,
    leased_until timestamptz,
    lease_id uuid,
    last_error text,
    created_at timestamptz not null,
    finished_at timestamptz
  )`,
  "create index jobs_due on jobs (not_before, id) where state = 'queued'",
  "create index jobs_lane on jobs (lane, id) where state = 'queued' and lane is not null",
  "create index jobs_parked on jobs (id) where state = 'parked'",
  'create index jobs_subject on jobs (subject_id)',

  `create table mails (
    id uuid primary key,
    application_id uuid not null references applications on delete cascade,
    thread text not null check (thread in ('editors', 'applicant')),
    template text not null,
    language text not null,
    message_id text not null unique,
    in_reply_to text,
    content_sealed bytea not null,
    created_at timestamptz not null,
    sent_at timestamptz
  )`,
  'create index mails_application on mails (application_id, id)',
  'create index mails_newest on mails (created_at desc, id desc)',

  // What stays inside and what reaches the applicant can't be confused when they are different tables.
  `create table notes (
    id uuid primary key,
    application_id uuid not null references applications on delete cascade,
    author_id uuid not null references staff,
    body text not null,
    created_at timestamptz not null
  )`,
  'create index notes_application on notes (application_id, id)',
  `create table messages (
    id uuid primary key,
    application_id uuid not null references applications on delete cascade,
    direction text not null check (direction in ('out', 'in')),
    author_id uuid references staff,
    language text not null,
    body text not null,
    mail_id uuid references mails,
    incoming_message_id text,
    created_at timestamptz not null
  )`,
  'create index messages_application on messages (application_id, id)',

  // Unlogged: a crash may forget a count, and no backup keeps one.
  `create unlogged table rate_limit_secret (
    id int primary key default 1 check (id = 1),
    secret bytea not null,
    day date not null
  )`,
  `create unlogged table rate_limit_counters (
    bucket text not null,
    subject bytea not null,
    window_start timestamptz not null,
    count int not null,
    primary key (bucket, subject)
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

import { type Kysely, sql } from 'kysely';

const statements = [
  // What a staff member reads and covers, for assigning by load; no places mean any place.
  `alter table staff
    add column languages text[] not null default '{}',
    add column places text[] not null default '{}'`,
  `alter table call_versions add column reviewers_wanted int not null default 2
    check (reviewers_wanted between 0 and 9)`,
  // Null: as many as the call wants.
  `alter table applications add column reviewers_wanted int
    check (reviewers_wanted between 0 and 9)`,

  // One row for each reviewer and application; how it came to where it is stands in the events.
  `create table review_assignments (
    application_id uuid not null references applications on delete cascade,
    reviewer_id uuid not null references staff,
    state text not null check (state in ('open', 'done', 'recused', 'returned')),
    origin text not null check (origin in ('claimed', 'assigned')),
    assigned_by uuid not null references staff,
    since timestamptz not null,
    touched_at timestamptz not null,
    recusal text check (recusal in ('conflict', 'acquaintance', 'language')),
    primary key (application_id, reviewer_id),
    check ((state = 'recused') = (recusal is not null))
  )`,
  'create index review_assignments_reviewer on review_assignments (reviewer_id, state, since, application_id)',
  "create index review_assignments_open on review_assignments (touched_at) where state = 'open'",

  // What a reviewer is writing; what others may read of it are its submitted versions.
  `create table reviews (
    application_id uuid not null references applications on delete cascade,
    reviewer_id uuid not null references staff,
    call_version_id uuid not null references call_versions,
    scores jsonb not null,
    ability int check (ability between 1 and 4),
    recommendation int check (recommendation between 1 and 4),
    text text not null,
    state text not null check (state in ('draft', 'submitted')),
    revision int not null,
    typed_by text,
    typed_order int not null default 0,
    submitted_number int not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (application_id, reviewer_id),
    check (state = 'draft' or submitted_number > 0)
  )`,
  `create table review_versions (
    application_id uuid not null,
    reviewer_id uuid not null,
    number int not null,
    call_version_id uuid not null references call_versions,
    scores jsonb not null,
    ability int check (ability between 1 and 4),
    recommendation int not null check (recommendation between 1 and 4),
    text text not null,
    submitted_at timestamptz not null,
    primary key (application_id, reviewer_id, number),
    foreign key (application_id, reviewer_id) references reviews on delete cascade
  )`,
  `create trigger review_versions_immutable before update on review_versions
    for each row execute function refuse_version_edit()`,

  // Added to whatever is allowed by now: other migrations widen the same list.
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format(
        'alter table events add constraint events_type_check check (%s or type in (%L, %L, %L, %L, %L, %L, %L, %L, %L))',
        allowed, 'handling-changed', 'reviewers-wanted', 'review-claimed', 'review-assigned',
        'review-returned', 'review-recused', 'recusal-undone', 'review-submitted', 'review-changed');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

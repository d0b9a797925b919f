import { type Kysely, sql } from 'kysely';

const isUndecided = `stage in ('screening', 'review', 'shortlist') and merged_into is null`;

const statements = [
  // How many reviews are in that count, when the newest was written, and since when the applicant has the
  // last word: kept by the database, so that an index can hold those few of whom it is asked.
  `alter table applications
    add column reviews_in int not null default 0,
    add column reviewed_at timestamptz,
    add column unanswered_since timestamptz`,
  `update applications as a set reviews_in = counted.reviews, reviewed_at = counted.newest
    from (
      select v.application_id, max(v.submitted_at) as newest,
        count(*) filter (where v.number = r.submitted_number and ra.state = 'done') as reviews
      from review_versions as v
      join reviews as r on r.application_id = v.application_id and r.reviewer_id = v.reviewer_id
      left join review_assignments as ra
        on ra.application_id = v.application_id and ra.reviewer_id = v.reviewer_id
      group by 1) as counted
    where counted.application_id = a.id`,
  `update applications as a set unanswered_since = last.created_at
    from (select distinct on (application_id) application_id, direction, created_at
      from messages order by application_id, id desc) as last
    where last.application_id = a.id and last.direction = 'in'`,
  `create function note_reviews() returns trigger language plpgsql as $$
    declare changed uuid := coalesce(new.application_id, old.application_id);
    begin
      update applications as a set reviews_in = counted.reviews, reviewed_at = counted.newest
      from (
        select max(v.submitted_at) as newest,
          count(*) filter (where v.number = r.submitted_number and ra.state = 'done') as reviews
        from review_versions as v
        join reviews as r on r.application_id = v.application_id and r.reviewer_id = v.reviewer_id
        left join review_assignments as ra
          on ra.application_id = v.application_id and ra.reviewer_id = v.reviewer_id
        where v.application_id = changed) as counted
      where a.id = changed
        and (a.reviews_in, a.reviewed_at) is distinct from (counted.reviews, counted.newest);
      return null;
    end $$`,
  `create trigger review_assignments_noted after insert or update of state or delete
    on review_assignments for each row execute function note_reviews()`,
  `create trigger reviews_noted after update of submitted_number on reviews
    for each row execute function note_reviews()`,
  `create trigger review_versions_noted after insert or delete on review_versions
    for each row execute function note_reviews()`,
  `create or replace function note_message() returns trigger language plpgsql as $$
    begin
      update applications
      set unread_message_at = case when new.direction = 'in' then new.created_at end,
        unanswered_since = case when new.direction = 'in' then new.created_at end
      where id = new.application_id and (new.direction = 'in' or unanswered_since is not null);
      return null;
    end $$`,

  // Of everybody who handles some, and of nobody: what waits for the reply, by the version that promises it.
  'drop index applications_handled',
  `create index applications_handled on applications
    (handling_editor_id, call_version_id, submitted_at, id) where ${isUndecided}`,
  // What is late is found by its version too.
  'drop index applications_late',
  `create index applications_handled_new on applications (handling_editor_id, submitted_at, id)
    where stage = 'screening' and opened_at is null and merged_into is null`,
  `create index applications_unanswered on applications (handling_editor_id, unanswered_since, id)
    where unanswered_since is not null and ${isUndecided}`,
  // Whether they are all depends on how many are wanted: by the application, or by its call today.
  `create index applications_reviewed on applications (handling_editor_id, reviewed_at, id)
    where reviewers_wanted > 0 and reviews_in >= reviewers_wanted and ${isUndecided}`,
  `create index applications_reviewed_of_call on applications
    (handling_editor_id, call_id, least(reviews_in, 9), reviewed_at, id)
    where reviewers_wanted is null and reviews_in > 0 and ${isUndecided}`,
  `create index review_assignments_waiting on review_assignments
    (reviewer_id, origin, since, application_id) where state = 'open'`,
  `create index review_assignments_claimed on review_assignments (reviewer_id, touched_at, since, application_id)
    where state = 'open' and origin = 'claimed'`,
  `create index requests_unseen on requests (application_id)
    where state = 'answered' and answer_id is null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

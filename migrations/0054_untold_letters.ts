import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Whoever waits for the letter of a decision still waits for the reply: these are looked up by themselves.
  await sql`create index mails_untold on mails (id)
    where template = 'decision-letter' and sent_at is null and dealt_with_at is null`.execute(db);
}

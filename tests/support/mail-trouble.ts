import { sql } from 'kysely';
import type { Db } from '../../src/db/client.ts';
import { troubleCount } from '../../src/db/mail-trouble.ts';

/** How many mails need a person, as the navigation of the desk says it. */
export async function countMailTrouble(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select ${troubleCount} as count`.execute(db);
  return rows[0]!.count;
}

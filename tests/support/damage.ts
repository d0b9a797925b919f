import { type RawBuilder, sql } from 'kysely';
import { expect } from 'vitest';
import { verifySnapshot } from '../../src/actions/verify-database.ts';
import type { Trx } from '../../src/db/client.ts';
import type { Stored } from './stored.ts';

/** The lines of `feder verify`. */
export async function verifyIn(trx: Trx, { keys, clock }: Stored): Promise<string[]> {
  const lines: string[] = [];
  await verifySnapshot(
    trx,
    { keys, now: clock.now() },
    {
      report: ({ rule, subject, problem }) => lines.push(`${rule}: ${subject}: ${problem}`),
    },
  );
  return lines;
}

type Row = Record<string, string>;

/**
 * What is damaged: the row it is about, the statements that damage it, and the lines that tell of
 * it. Statements and lines name the row's columns in braces.
 */
export type Case = [name: string, find: string, damage: string | string[], line: string | string[]];

/** Damages the data in vain and expects exactly the lines of the case. */
export async function expectLines(stored: Stored, [, find, damage, line]: Case): Promise<void> {
  await stored.inVain(async (trx) => {
    const row = await one(trx, sql.raw(find));
    for (const statement of [damage].flat()) await sql.raw(fill(statement, row)).execute(trx);
    expect(await verifyIn(trx, stored)).toEqual([line].flat().map((text) => fill(text, row)));
  });
}

const fill = (text: string, row: Row): string =>
  text.replace(/\{(\w+)\}/g, (_, column: string) => row[column] ?? `{${column}}`);

/** The only row of a query, as text. */
export async function one(trx: Trx, query: RawBuilder<unknown>): Promise<Row> {
  const { rows } = await query.execute(trx);
  expect(rows).toHaveLength(1);
  return Object.fromEntries(
    Object.entries(rows[0] as object).map(([name, value]) => [name, String(value)]),
  );
}

/** An id that nothing has, and the same as a literal; it sorts before all others. */
export const spareId = '01900000-0000-7000-8000-000000000000';
export const spare = `'${spareId}'`;

// The rows that most cases are about.
export const submitted = `select id, reference from applications where stage = 'screening' order by reference limit 1`;
export const draft = `select id, reference from applications where stage = 'draft'`;
export const large = `select d.id, d.application_id as application, a.reference, d.size, d.chunk_count as chunks
  from documents as d join applications as a on a.id = d.application_id where d.size = 600000`;
export const reviewed = `select a.id, a.reference, min(e.id) as submission, max(e.id) as event,
    (select last_value + 1 from events_id_seq) as next
  from applications as a join events as e on e.application_id = a.id
  where a.stage = 'review' group by a.id having count(*) = 2 order by a.reference limit 1`;
export const receipt = `select m.id, a.id as application, a.reference, j.id as job
  from mails as m join applications as a on a.id = m.application_id join jobs as j on j.subject_id = m.id
  where m.template = 'receipt' and a.stage <> 'withdrawn' order by a.reference limit 1`;

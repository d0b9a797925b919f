import { sql } from 'kysely';
import type { ListSort } from '../domain/list-stages.ts';
import type { Condition } from './application-filter.ts';
import type { Reader } from './review-access.ts';

/** A place in the list, which is ordered by a time and id. */
export type ListPosition = {
  id: string;
  /** Microseconds since 1970: a Date would lose the last three digits and with them rows. Absent: when that application was submitted, or reached its stage. */
  micros?: number;
};

export type AskedPage = {
  /** Rows after this one, or before it. Neither: from the first. */
  after?: ListPosition | undefined;
  before?: ListPosition | undefined;
  limit: number;
  sort?: ListSort;
  /** False where nobody looks at the counts. */
  counted?: boolean;
};

export type Page = AskedPage & { reader: Reader };

const columnOf = {
  newest: 'submitted_at',
  oldest: 'submitted_at',
  waiting: 'stage_since',
} as const;

/** How a page is cut out of rows called `alias`, whose id is called `id`. */
export function cutOf({ after, before, limit, sort = 'newest' }: Page, alias: string, id: string) {
  const upwards = before !== undefined && after === undefined;
  const descends = (sort === 'newest') !== upwards;
  const key = sql`${sql.ref(`${alias}.${columnOf[sort]}`)}, ${sql.ref(`${alias}.${id}`)}`;
  const direction = sql.raw(descends ? 'desc' : 'asc');
  const position = after ?? before;
  const time =
    position?.micros === undefined
      ? sql`(select ${sql.ref(`here.${columnOf[sort]}`)} from applications as here where here.id = ${position?.id})`
      : sql`'epoch'::timestamptz + ${position.micros}::float8 * interval '1 microsecond'`;
  const beyond: Condition = position
    ? sql`(${key}) ${sql.raw(descends ? '<' : '>')} (${time}, ${position.id}::uuid)`
    : sql`true`;
  const order = sql`order by ${sql.ref(`${alias}.${columnOf[sort]}`)} ${direction}, ${sql.ref(`${alias}.${id}`)} ${direction} limit ${limit + 1}`;
  return { beyond, order, upwards, descends };
}

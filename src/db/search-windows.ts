import { type RawBuilder, sql } from 'kysely';
import { mark } from './search.ts';

/** Seconds of the shortest cell, and how often each fits into the next one: as in `search_cells`. */
const shortest = 4096;
const widening = 8;
const levels = 6;

/** When applications were submitted, in seconds since 1970. */
export type Spread = {
  first: number;
  last: number;
  /** About as many in each stretch between two; none where the server has not looked yet. */
  bounds: number[];
  /** About how many there are. */
  size: number;
  /** When the one was submitted from which a page goes on. */
  here: number | null;
};

/** Applications in the first cells that are asked; of twice as many, cells are of use. */
export const firstCells = 3000;

/**
 * A `Spread` as a query, around the application with the id `here`: `first`, `last` and `here` are exact, the
 * others what the server's statistics say of `application_search`. No bounds where cells are of no use.
 */
export const spreadAround = (here: string | null): RawBuilder<Spread> => sql<Spread>`
  select size,
    (select extract(epoch from min(submitted_at))::float8 from applications where submitted_at is not null) as first,
    (select extract(epoch from max(submitted_at))::float8 from applications where submitted_at is not null) as last,
    (select extract(epoch from submitted_at)::float8 from applications where id = ${here}::uuid) as here,
    case when size < ${sql.lit(2 * firstCells)} then '{}' else array(
      select extract(epoch from bound)::float8 from unnest((
        select histogram_bounds::text::timestamptz[] from pg_stats
        where schemaname = current_schema() and tablename = 'application_search' and attname = 'submitted_at'
      )) as bound) end as bounds
  from (select greatest(reltuples, 0)::float8 as size from pg_class
    where oid = 'application_search'::regclass) as seen`;

/** True where there are so many that looking into one cell after the other is of use. */
export const hasCells = ({ bounds }: Spread): boolean => bounds.length >= 2;

/** How many of the applications were submitted before a time, about. */
function rankOf({ bounds, size }: Spread, time: number): number {
  const steps = bounds.length - 1;
  let [low, high] = [0, steps];
  if (time <= bounds[0]!) return 0;
  if (time >= bounds[steps]!) return size;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! <= time) low = middle;
    else high = middle;
  }
  const [from, to] = [bounds[low]!, bounds[high]!];
  return (size * (low + (time - from) / (to - from))) / steps;
}

const alignedTo = (time: number, length: number): boolean => time % length === 0;

/**
 * The cells, as queries for their lexemes, that hold everything submitted until `from` (downwards) or since
 * then, next ones first. Each has about `start` applications or as many as all before it, where the clock
 * allows; the small ones go together until they have `least`. Undefined where one look at everything is as good.
 */
export function cellsFrom(
  spread: Spread,
  {
    from,
    descends,
    start,
    least = 0,
  }: { from: number | undefined; descends: boolean; start: number; least?: number },
): string[] | undefined {
  const { first, last } = spread;
  if (!hasCells(spread)) return undefined;
  const floor = (time: number): number => Math.floor(time / shortest) * shortest;
  let at = descends
    ? floor(Math.min(from ?? last, last)) + shortest
    : floor(Math.max(from ?? first, first));
  const queries: string[] = [];
  let [seen, gathered, query] = [0, 0, ''];
  while (descends ? at > first : at <= last) {
    let [level, length, has] = [0, shortest, 0];
    for (let next = 0; next < levels; next += 1) {
      const span = shortest * widening ** next;
      if (!alignedTo(at, span)) break;
      const [low, high] = descends ? [at - span, at] : [at, at + span];
      const within = rankOf(spread, high) - rankOf(spread, low);
      if (next > 0 && within > Math.max(start, seen)) break;
      [level, length, has] = [next, span, within];
    }
    const begins = descends ? at - length : at;
    const cell = `'${mark.cell}${level}/${begins / length}'`;
    query = query === '' ? cell : `${query} | ${cell}`;
    seen += has;
    gathered += has;
    at += descends ? -length : length;
    if (gathered < least) continue;
    queries.push(query);
    [gathered, query] = [0, ''];
  }
  return query === '' ? queries : [...queries, query];
}

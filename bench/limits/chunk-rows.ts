// The limit of `submit`: the same bytes as chunk rows, one transaction an application, nothing
// else; over at most as many connections as the application's own pool has.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { drive, percentile } from '../measure.ts';

const [connection, count, concurrency, chunks] = JSON.parse(process.argv[2]!) as [
  pg.PoolConfig,
  number,
  number,
  number[],
];
const rows = chunks.map((size) => randomBytes(size));
const pool = new pg.Pool({ ...connection, max: Math.min(concurrency, 10) });
let next = 0;

await pool.query(
  `create table if not exists bench_chunks (id bigint, number int, data bytea not null)`,
);
await pool.query('alter table bench_chunks alter column data set storage external');
await pool.query('truncate bench_chunks');
const start = performance.now();
const taken = await drive(count, concurrency, async () => {
  const client = await pool.connect();
  const id = next++;
  try {
    await client.query('begin');
    for (const [number, data] of rows.entries()) {
      await client.query('insert into bench_chunks values ($1, $2, $3)', [id, number, data]);
    }
    await client.query('commit');
  } finally {
    client.release();
  }
});
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage();
await pool.query('truncate bench_chunks');
await pool.end();
process.stdout.write(
  JSON.stringify({
    perSecond: count / seconds,
    p50: percentile(taken, 0.5),
    p95: percentile(taken, 0.95),
    cpuMs: (user + system) / 1000,
  }),
);

// The limit of `submit` and `upload`: the same bytes as chunk rows, one transaction an application,
// nothing else; over at most as many connections as the application's own pool has. Runs until its
// parent lets go, so that its own start and first compilation are no part of what is measured.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { drive } from '../measure.ts';

export type LimitTask = { count: number; concurrency: number; chunks: number[] };
/** `taken`: milliseconds of each transaction; `cpuMs`: this program's own for all of them. */
export type LimitResult = { seconds: number; taken: number[]; cpuMs: number };

const connection = JSON.parse(process.argv[2]!) as pg.PoolConfig;

async function run({ count, concurrency, chunks }: LimitTask): Promise<LimitResult> {
  const rows = chunks.map((size) => randomBytes(size));
  const pool = new pg.Pool({ ...connection, max: Math.min(concurrency, 10) });
  await pool.query(
    'create table if not exists bench_chunks (id bigint, number int, data bytea not null)',
  );
  await pool.query('alter table bench_chunks alter column data set storage external');
  await pool.query('truncate bench_chunks');
  let next = 0;
  const cpu = process.cpuUsage();
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
  const { user, system } = process.cpuUsage(cpu);
  await pool.query('truncate bench_chunks');
  await pool.end();
  return { seconds, taken, cpuMs: (user + system) / 1000 };
}

process.on('message', async (task: LimitTask) => {
  process.send!(await run(task));
});

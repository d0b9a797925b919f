// The limit of `document`: the stored chunks of one document by `copy … to stdout`, read and dropped,
// over as many connections as clients. Runs until its parent lets go.
import pg from 'pg';
import { drive } from '../measure.ts';

export type CopyTask = { count: number; concurrency: number; documentId: string };
export type CopyResult = { seconds: number; taken: number[]; bytes: number; cpuMs: number };

const connection = JSON.parse(process.argv[2]!) as pg.PoolConfig;
const BareQuery = pg.Query as unknown as new (
  config: { text: string },
  callback: (error: Error | null) => void,
) => { handleCopyData(message: { chunk: Buffer }): void };

async function run({ count, concurrency, documentId }: CopyTask): Promise<CopyResult> {
  const pool = new pg.Pool({ ...connection, max: concurrency });
  const text = `copy (select data from document_chunks where document_id = '${documentId}'
    order by number) to stdout (format binary)`;
  let bytes = 0;
  const copy = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      await new Promise<void>((resolve, reject) => {
        const query = new BareQuery({ text }, (error) => (error ? reject(error) : resolve()));
        query.handleCopyData = ({ chunk }) => {
          bytes += chunk.length;
        };
        client.query(query as never);
      });
    } finally {
      client.release();
    }
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const taken = await drive(count, concurrency, copy);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await pool.end();
  return { seconds, taken, bytes: bytes / count, cpuMs: (user + system) / 1000 };
}

process.on('message', async (task: CopyTask) => {
  process.send!(await run(task));
});
process.once('disconnect', () => process.exit(0));

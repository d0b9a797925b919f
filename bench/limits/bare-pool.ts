// The limit of `mail`: as many mails of the same size by a bare nodemailer pool. Runs until its parent lets go.
import nodemailer from 'nodemailer';

export type PoolTask = { url: string; count: number; text: string; html: string };
export type PoolResult = { seconds: number };

process.on('message', async ({ url, count, text, html }: PoolTask) => {
  const { hostname, port } = new URL(url);
  const pool = nodemailer.createTransport({
    ...{ pool: true, host: hostname, port: Number(port), maxConnections: 3, ignoreTLS: true },
  });
  const mail = { from: 'feder@bench.example', subject: '[F-7K3M9Q] Bench', text, html };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      pool.sendMail({ ...mail, to: `reader-${i}@bench.example` }),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  pool.close();
  process.send!({ seconds } satisfies PoolResult);
});
process.once('disconnect', () => process.exit(0));

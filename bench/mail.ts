import http from 'node:http';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { connect } from '../src/db/client.ts';
import { jobChannel } from '../src/db/jobs.ts';
import { type AppProcess, openDatabase, startApp } from './app-process.ts';
import { apply, makeTextForm } from './journey.ts';
import { startPool } from './limit.ts';
import { cpuOf, drive, percentile } from './measure.ts';
import { print } from './stand.ts';

const waiting = Number(process.env.BENCH_MAILS ?? 10_000);
const latencyRounds = 100;

type Sink = {
  url: string;
  port: number;
  count(): number;
  reach(count: number): Promise<void>;
  stop(): Promise<void>;
};

/** A mail server that counts and forgets. */
async function startSink(port = 0): Promise<Sink> {
  let count = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let tell = (): void => {};
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, callback) {
      stream.resume();
      stream.once('end', () => {
        count += 1;
        if (count >= wanted) tell();
        callback();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.server.address() as { port: number }).port;
  return {
    url: `smtp://127.0.0.1:${taken}`,
    port: taken,
    count: () => count,
    reach: (goal) =>
      new Promise((resolve) => {
        wanted = goal;
        tell = resolve;
        if (count >= goal) resolve();
      }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const environment = (port: number) => ({
  SMTP_URL: `smtp://127.0.0.1:${port}`,
  EDITORIAL_INBOX: 'inbox@bench.example',
  MAIL_FROM: 'feder@bench.example',
});

/** Makes every mail that waits due at once, as after hours without a mail server. */
async function makeDue(app: AppProcess): Promise<{ due: number; size: number }> {
  const database = await openDatabase(app.dataDir);
  const db = connect(database.connection, { max: 1 });
  try {
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ notBefore: new Date(0), attempts: 0, leasedUntil: null })
      .where('kind', '=', 'mail')
      .where('state', '=', 'queued')
      .executeTakeFirst();
    await sql`notify ${sql.ref(jobChannel)}`.execute(db);
    const { size } = await db
      .selectFrom('mails')
      .select(({ fn }) => fn.avg<string>(fn('octet_length', ['contentSealed'])).as('size'))
      .executeTakeFirstOrThrow();
    return { due: Number(numUpdatedRows), size: Number(size) };
  } finally {
    await db.destroy();
    await database.stop();
  }
}

/**
 * Thousands of mails that waited for a mail server which was away, beside a bare pool that sends as many
 * of their size; and how long a single one takes from the answer of a submission to the mail server.
 */
export async function benchMail(): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const away = await startSink();
  const { port } = away;
  await away.stop();
  const app = await startApp({ env: environment(port) });
  const pool = startPool();
  try {
    const body = makeTextForm();
    await drive(waiting / 2, 8, () => apply(app, agent, body));
    const { due, size } = await makeDue(app);
    const sink = await startSink(port);
    const used = cpuOf(app.pid);
    const start = performance.now();
    await makeDue(app);
    await sink.reach(due);
    const seconds = (performance.now() - start) / 1000;
    const cpu = (cpuOf(app.pid) - used) / due;
    const html = 'x'.repeat(Math.round(size * 0.7));
    const text = 'x'.repeat(Math.round(size * 0.3));
    const bare = await pool.run({ url: sink.url, count: due, text, html });
    const rate = due / seconds;
    const limit = due / bare.seconds;
    print(
      `mail: ${due} waiting, sent at ${rate.toFixed(0)} per s, ${cpu.toFixed(1)} ms CPU each; ` +
        `bare pool ${limit.toFixed(0)} per s: ${(rate / limit).toFixed(2)} of the limit`,
    );
    const taken: number[] = [];
    for (let round = 0; round < latencyRounds; round += 1) {
      const goal = sink.count() + 2;
      await apply(app, agent, body);
      const answered = performance.now();
      await sink.reach(goal);
      taken.push(performance.now() - answered);
    }
    print(
      `from the answer of a submission to both mails at the mail server: ` +
        `p50 ${percentile(taken, 0.5).toFixed(0)} ms, p95 ${percentile(taken, 0.95).toFixed(0)} ms`,
    );
    await sink.stop();
  } finally {
    agent.destroy();
    pool.stop();
    await app.stop();
  }
}

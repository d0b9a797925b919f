import http from 'node:http';
import type { AppProcess } from './app-process.ts';
import {
  apply,
  callOf,
  chunkBytes,
  expectStatus,
  makeFlood,
  makeForm,
  request,
} from './journey.ts';
import { chunksOf } from './limit.ts';
import { drive, peakRssOf, percentile, pssOf, time } from './measure.ts';
import { compare, openStand, print, tableHead } from './stand.ts';

const documentBytes = 500_000;
const rounds = 3;

/** GETs by four clients while another one sends 60 MB to the form; milliseconds of each GET. */
async function measureStall(app: AppProcess): Promise<{ quiet: number[]; beside: number[] }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const get = () => request(agent, callOf(app), { method: 'GET' });
  const quiet = await drive(400, 4, get);
  const beside: number[] = [];
  let sending = true;
  const sender = new http.Agent();
  const flood = { method: 'POST', body: makeFlood(60_000_000) };
  const upload = request(sender, `${callOf(app)}/apply`, flood)
    .catch(() => undefined)
    .finally(() => {
      sending = false;
    });
  const reader = async (): Promise<void> => {
    while (sending) beside.push(await time(get));
  };
  await Promise.all([upload, reader(), reader(), reader(), reader()]);
  agent.destroy();
  return { quiet, beside };
}

/** Applications over HTTP with three documents of 500 KB, beside the bare rows; medians of rounds taken in turn. */
export async function benchSubmit(): Promise<void> {
  const stand = await openStand();
  const { app } = stand;
  try {
    const body = makeForm(documentBytes);
    const work = (_: AppProcess, agent: http.Agent) => apply(app, agent, body);
    const bare = async (_: AppProcess, agent: http.Agent) =>
      expectStatus(await request(agent, stand.bare.url, { method: 'POST', body }), 204);
    const agent = new http.Agent({ keepAlive: true });
    print(`memory idle: app and PostgreSQL together ${pssOf(app.pid).toFixed(0)} MB PSS`);
    await drive(200, 8, () => work(app, agent));
    await drive(50, 8, () => bare(app, agent));
    await stand.settle();
    agent.destroy();
    print('submit: form, three documents of 500 KB, submit (fsync on, encrypted, mails captured)');
    print(tableHead);
    const chunks = chunksOf(3, documentBytes, chunkBytes);
    for (const concurrency of [1, 8, 32]) {
      const load = { count: Math.max(40, concurrency * 8), concurrency, rounds };
      await compare(stand, String(concurrency), load, { chunks, works: { bare, ours: work } });
    }
    const peak = peakRssOf(app.pid).toFixed(0);
    print(`memory: app at peak ${peak} MB RSS, all now ${pssOf(app.pid).toFixed(0)} MB PSS`);
    const { quiet, beside } = await measureStall(app);
    print(
      `GET beside a 60 MB body: p50 ${percentile(beside, 0.5).toFixed(1)} ms, ` +
        `p95 ${percentile(beside, 0.95).toFixed(1)} ms over ${beside.length} requests ` +
        `(quiet: p95 ${percentile(quiet, 0.95).toFixed(1)} ms)`,
    );
  } finally {
    await stand.stop();
  }
}

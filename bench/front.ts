import http from 'node:http';
import { startApp } from './app-process.ts';
import { callOf, expectStatus, request } from './journey.ts';
import { startBarePages } from './limit.ts';
import { cpuOf, drive, median, percentile } from './measure.ts';
import { print } from './stand.ts';

const clients = 8;
const requests = 800;
const rounds = 5;

type Round = { perSecond: number; p95: number };

async function measure(agent: http.Agent, url: string, wanted: number, tag?: string) {
  const headers = { 'accept-encoding': 'gzip', ...(tag && { 'if-none-match': tag }) };
  const start = performance.now();
  const taken = await drive(requests, clients, async () =>
    expectStatus(await request(agent, url, { method: 'GET', headers }), wanted),
  );
  const seconds = (performance.now() - start) / 1000;
  return { perSecond: requests / seconds, p95: percentile(taken, 0.95) } satisfies Round;
}

/** The call's page and its blank form by eight clients, beside the same bytes from a bare server. */
export async function benchFront(): Promise<void> {
  const app = await startApp();
  const bare = await startBarePages();
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  try {
    print('front: GET by 8 clients, packed; beside it the same bytes by node:http');
    print('page                per s    p95 ms   CPU ms   of the limit');
    for (const [name, url] of [
      ['call', callOf(app)],
      ['form', `${callOf(app)}/apply`],
    ] as const) {
      const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
      const tag = packed.headers.get('etag')!;
      const bytes = await readPacked(agent, url);
      await bare.show({
        body: bytes.toString('base64'),
        headers: { 'content-type': packed.headers.get('content-type')!, etag: tag },
      });
      for (const [way, wanted, sent] of [
        ['', 200, undefined],
        [', known', 304, tag],
      ] as const) {
        const limits: Round[] = [];
        const ours: Round[] = [];
        await measure(agent, url, wanted, sent);
        const before = cpuOf(app.pid);
        for (let round = 0; round < rounds; round += 1) {
          limits.push(await measure(agent, bare.url, wanted, sent));
          ours.push(await measure(agent, url, wanted, sent));
        }
        const cpu = (cpuOf(app.pid) - before) / (rounds * requests);
        const ratio = median(ours.map((one, round) => one.perSecond / limits[round]!.perSecond));
        const shown = [
          median(ours.map(({ perSecond }) => perSecond)).toFixed(0),
          median(ours.map(({ p95 }) => p95)).toFixed(1),
          cpu.toFixed(2),
          ratio.toFixed(2),
        ];
        print(`${`${name}${way}`.padEnd(16)} ${shown.map((one) => one.padStart(8)).join(' ')}`);
      }
    }
  } finally {
    agent.destroy();
    bare.stop();
    await app.stop();
  }
}

/** The bytes of a page as they travel. */
async function readPacked(agent: http.Agent, url: string): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const headers = { 'accept-encoding': 'gzip' };
    http
      .get(url, { agent, headers }, (answer) => {
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.once('end', () => resolve(Buffer.concat(pieces)));
        answer.once('error', reject);
      })
      .once('error', reject);
  });
}

import http from 'node:http';
import { openDatabase, startApp } from './app-process.ts';
import { apply, expectStatus, makeForm, request } from './journey.ts';
import { startCopying } from './limit.ts';
import { cpuOf, drive, median, peakRssOf, percentile, rssOf } from './measure.ts';
import { print } from './stand.ts';

const fileBytes = 10_000_000;
const rounds = 5;

const idOf = (html: string): string => /\/documents\/([0-9a-f-]{36})/.exec(html)![1]!;

/** A document of 10 MB saved from the private page, by one client and by eight, beside bare COPY. */
export async function benchDocument(): Promise<void> {
  const app = await startApp();
  const database = await openDatabase(app.dataDir);
  const limit = startCopying(database.connection);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  try {
    const page = `${app.url}${await apply(app, agent, makeForm(fileBytes))}`;
    const documentId = idOf(await (await fetch(page)).text());
    const url = `${page.split('?')[0]}/documents/${documentId}`;
    const save = async () => expectStatus(await request(agent, url, { method: 'GET' }), 200);
    await drive(16, 8, save);
    await limit.run({ count: 16, concurrency: 8, documentId });
    print(
      'document: 10 MB saved from the private page; beside it COPY of the same chunks, dropped',
    );
    print('clients     MB/s    p95 ms   CPU ms: limit, ours   of the limit   RSS before, after');
    for (const concurrency of [1, 8]) {
      const count = 24;
      const limits: { rate: number; cpu: number }[] = [];
      const ours: { rate: number; p95: number; cpu: number }[] = [];
      const before = rssOf(app.pid);
      for (let round = 0; round < rounds; round += 1) {
        const idle = cpuOf(app.pid);
        const copied = await limit.run({ count, concurrency, documentId });
        const start = performance.now();
        const used = cpuOf(app.pid);
        limits.push({
          rate: count / copied.seconds,
          cpu: (copied.cpuMs + used - idle) / count,
        });
        const taken = await drive(count, concurrency, save);
        const seconds = (performance.now() - start) / 1000;
        ours.push({
          rate: count / seconds,
          p95: percentile(taken, 0.95),
          cpu: (cpuOf(app.pid) - used) / count,
        });
      }
      const of = (key: 'rate' | 'p95' | 'cpu') => median(ours.map((one) => one[key]));
      const shown = [
        ((of('rate') * fileBytes) / 1e6).toFixed(0),
        of('p95').toFixed(0),
        median(limits.map(({ cpu }) => cpu)).toFixed(0),
        of('cpu').toFixed(0),
        median(ours.map(({ rate }, round) => rate / limits[round]!.rate)).toFixed(2),
        before.toFixed(0),
        rssOf(app.pid).toFixed(0),
      ];
      print(`${String(concurrency).padEnd(6)} ${shown.map((one) => one.padStart(9)).join(' ')}`);
    }
    print(`memory: app at peak ${peakRssOf(app.pid).toFixed(0)} MB RSS`);
  } finally {
    agent.destroy();
    limit.stop();
    await database.stop();
    await app.stop();
  }
}

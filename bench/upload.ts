import type http from 'node:http';
import type { AppProcess } from './app-process.ts';
import { callOf, chunkBytes, expectStatus, makeForm, makeUpload, request } from './journey.ts';
import { chunksOf } from './limit.ts';
import { peakRssOf } from './measure.ts';
import { compare, openStand, print, tableHead } from './stand.ts';

const fileBytes = 10_000_000;
/** What the form's script sends at once. */
const pieceBytes = 1024 * 1024;
const rounds = 3;

const encode = (metadata: Record<string, string>): string =>
  Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join();

/** One file of a fresh draft by tus, in the pieces that the form's script sends. */
async function sendByTus(app: AppProcess, agent: http.Agent, file: Buffer): Promise<void> {
  const tus = { 'tus-resumable': '1.0.0' };
  const created = await request(agent, `${app.url}/uploads`, {
    method: 'POST',
    headers: {
      ...tus,
      'upload-length': String(file.length),
      'upload-metadata': encode({ call: 'regional-experts', kind: 'cv', filename: 'cv.pdf' }),
      'content-length': '0',
    },
  });
  const url = `${app.url}${expectStatus(created, 201)}`;
  for (let at = 0; at < file.length; at += pieceBytes) {
    const body = file.subarray(at, at + pieceBytes);
    const headers = {
      ...tus,
      'upload-offset': String(at),
      'content-type': 'application/offset+octet-stream',
    };
    expectStatus(await request(agent, url, { method: 'PATCH', headers, body }), 204);
  }
}

/**
 * Files of 10 MB into fresh drafts, by multipart and by tus, one client after the other; then 50
 * clients with three each at once, and what the app took of memory meanwhile.
 */
export async function benchUpload(): Promise<void> {
  const stand = await openStand();
  try {
    const { body, file } = makeUpload(fileBytes);
    const form = (app: AppProcess) => `${callOf(app)}/apply`;
    // The form is not complete: its files are kept and the page says what is missing.
    const byForm = async (app: AppProcess, agent: http.Agent) =>
      expectStatus(await request(agent, form(app), { method: 'POST', body }), 422);
    const byTus = (app: AppProcess, agent: http.Agent) => sendByTus(app, agent, file);
    const chunks = chunksOf(1, fileBytes, chunkBytes);
    print('upload: one file of 10 MB into a fresh draft (fsync on, encrypted)');
    print(tableHead);
    for (const concurrency of [1, 8]) {
      const load = { count: 24, concurrency, rounds };
      const works = { form: byForm, tus: byTus };
      await compare(stand, String(concurrency), load, { chunks, works });
    }
    print('50 clients with three files of 10 MB each, at once; one unit is a client');
    const whole = makeForm(fileBytes);
    const crowd = async (app: AppProcess, agent: http.Agent) =>
      expectStatus(await request(agent, form(app), { method: 'POST', body: whole }), 303);
    await compare(
      stand,
      '50',
      { count: 50, concurrency: 50, rounds: 1 },
      { chunks: chunksOf(3, fileBytes, chunkBytes), works: { form: crowd } },
    );
    print(`memory: app at peak ${peakRssOf(stand.app.pid).toFixed(0)} MB RSS`);
  } finally {
    await stand.stop();
  }
}

import { execFile } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmbedded } from '../src/db/embedded.ts';
import { makeDocx, makeOdt, makePdf } from '../src/documents/samples.ts';
import { type AppProcess, startApp } from './app-process.ts';
import { cpuOf, drive, median, peakRssOf, percentile, pssOf, time } from './measure.ts';

const run = promisify(execFile);
const limitProgram = fileURLToPath(new URL('limits/chunk-rows.ts', import.meta.url));
const documentBytes = 500_000;
const chunkBytes = 256 * 1024;
const rounds = 3;

type Figures = { perSecond: number; p50: number; p95: number; cpuMs: number };

const content = { title: 'Notes from the valley', paragraphs: ['The river was late this year.'] };
const boundary = 'feder-bench-boundary';

/** One body with every field and three documents, as a browser sends it. */
function makeBody(): Buffer {
  const options = { size: documentBytes };
  const field = (name: string, value: string): Buffer =>
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
  const file = (name: string, fileName: string, bytes: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n` +
          'Content-Type: application/octet-stream\r\n\r\n',
      ),
      bytes,
      Buffer.from('\r\n'),
    ]);
  return Buffer.concat([
    field('fullName', 'ნინო მაგალითი'),
    field('latinName', 'Nino Example'),
    field('email', 'nino@example.org'),
    field('places', 'georgia'),
    field('languages', 'ka'),
    field('topics', 'Valleys'),
    field('consent', 'yes'),
    file('cv', 'cv.pdf', makePdf(content, options)),
    file('coverLetter', 'letter.docx', makeDocx(content, options)),
    file('writingSample', 'sample.odt', makeOdt(content, options)),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

type Answer = { status: number; location: string };

/** One request; the body may be sent in pieces. Reads the answer to its end. */
function request(
  agent: http.Agent,
  url: string,
  method: 'GET' | 'POST',
  body?: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body
      ? {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': body.length,
        }
      : {};
    const sent = http.request(url, { method, agent, headers }, (response) => {
      response.resume();
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '' }),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const expectStatus = ({ status, location }: Answer, wanted: number): string => {
  if (status !== wanted) throw new Error(`expected ${wanted}, got ${status}`);
  return location;
};

/** The whole journey: the form, everything in one request, submit, the receipt's address. */
async function apply(app: AppProcess, agent: http.Agent, body: Buffer): Promise<void> {
  const form = `${app.url}/en/calls/regional-experts/apply`;
  expectStatus(await request(agent, form, 'GET'), 200);
  const check = expectStatus(await request(agent, form, 'POST', body), 303);
  const submit = `${app.url}${check.replace(/check$/, 'submit')}`;
  expectStatus(await request(agent, submit, 'POST'), 303);
}

async function measureApp(
  app: AppProcess,
  count: number,
  concurrency: number,
  body: Buffer,
): Promise<Figures> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const cpuBefore = cpuOf(app.pid);
  const start = performance.now();
  const taken = await drive(count, concurrency, () => apply(app, agent, body));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return {
    perSecond: count / seconds,
    p50: percentile(taken, 0.5),
    p95: percentile(taken, 0.95),
    cpuMs: (cpuOf(app.pid) - cpuBefore) / count,
  };
}

async function measureLimit(
  app: AppProcess,
  connection: object,
  count: number,
  concurrency: number,
): Promise<Figures> {
  const rest = documentBytes % chunkBytes;
  const chunks = Array.from({ length: 3 }, () => [chunkBytes, rest]).flat();
  const cpuBefore = cpuOf(app.pid);
  const { stdout } = await run(process.execPath, [
    '--import',
    'tsx',
    limitProgram,
    JSON.stringify([connection, count, concurrency, chunks]),
  ]);
  const figures = JSON.parse(stdout) as Figures;
  return { ...figures, cpuMs: (figures.cpuMs + cpuOf(app.pid) - cpuBefore) / count };
}

/** GETs by four clients while another one sends 60 MB to the form; milliseconds of each GET. */
async function measureStall(app: AppProcess): Promise<{ quiet: number[]; beside: number[] }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const get = () => request(agent, `${app.url}/en/calls/regional-experts`, 'GET');
  const quiet = await drive(400, 4, get);
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="cv"; filename="big.pdf"\r\n\r\n%PDF-1.7\n`;
  const body = Buffer.concat([Buffer.from(head), Buffer.alloc(60_000_000, 0x20)]);
  const beside: number[] = [];
  let sending = true;
  const sender = new http.Agent();
  const upload = request(sender, `${app.url}/en/calls/regional-experts/apply`, 'POST', body)
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

const shown = (value: number, digits = 0): string => value.toFixed(digits).padStart(7);
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const middleOf = (all: readonly Figures[]): Figures => ({
  perSecond: median(all.map((one) => one.perSecond)),
  p50: median(all.map((one) => one.p50)),
  p95: median(all.map((one) => one.p95)),
  cpuMs: median(all.map((one) => one.cpuMs)),
});

/** Applications over HTTP with three documents of 500 KB, beside the bare rows; medians of rounds taken in turn. */
export async function benchSubmit(): Promise<void> {
  const app = await startApp();
  const database = await startEmbedded({
    dataDir: app.dataDir,
    holder: 'command',
    log: { info() {}, warn() {}, error() {} },
  });
  try {
    const body = makeBody();
    const agent = new http.Agent({ keepAlive: true });
    await drive(200, 8, () => apply(app, agent, body));
    agent.destroy();
    print('submit: form, three documents of 500 KB, submit (fsync on, encrypted, mails captured)');
    print(`memory idle: app and PostgreSQL together ${pssOf(app.pid).toFixed(0)} MB PSS`);
    print('clients        per s    p50 ms    p95 ms    CPU ms   of the limit');
    for (const concurrency of [1, 8, 32]) {
      const count = Math.max(40, concurrency * 8);
      const pairs: { limit: Figures; ours: Figures }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        pairs.push({
          limit: await measureLimit(app, database.connection, count, concurrency),
          ours: await measureApp(app, count, concurrency, body),
        });
      }
      const ratio = median(pairs.map(({ limit, ours }) => ours.perSecond / limit.perSecond));
      for (const name of ['limit', 'ours'] as const) {
        const { perSecond, p50, p95, cpuMs } = middleOf(pairs.map((pair) => pair[name]));
        const figures = [shown(perSecond, 1), shown(p50, 1), shown(p95, 1), shown(cpuMs, 1)];
        const last = name === 'ours' ? `   ${ratio.toFixed(2)}` : '';
        print(`${String(concurrency).padEnd(3)}${name.padEnd(8)} ${figures.join('   ')}${last}`);
      }
    }
    print(`memory at peak: app ${peakRssOf(app.pid).toFixed(0)} MB RSS`);
    const { quiet, beside } = await measureStall(app);
    print(
      `GET beside a 60 MB body: p50 ${percentile(beside, 0.5).toFixed(1)} ms, ` +
        `p95 ${percentile(beside, 0.95).toFixed(1)} ms over ${beside.length} requests ` +
        `(quiet: p95 ${percentile(quiet, 0.95).toFixed(1)} ms)`,
    );
  } finally {
    await database.stop();
    await app.stop();
  }
}

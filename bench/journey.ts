import http from 'node:http';
import { makeDocx, makeOdt, makePdf } from '../src/documents/samples.ts';
import type { AppProcess } from './app-process.ts';

/** Plain bytes per chunk row, as the application cuts them. */
export const chunkBytes = 256 * 1024;

const content = { title: 'Notes from the valley', paragraphs: ['The river was late this year.'] };
const boundary = 'feder-bench-boundary';

const field = (name: string, value: string): Buffer =>
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );

const fileHead = (name: string, fileName: string): Buffer =>
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );

const file = (name: string, fileName: string, bytes: Buffer): Buffer =>
  Buffer.concat([fileHead(name, fileName), bytes, Buffer.from('\r\n')]);

const fields = [
  field('fullName', 'ნინო მაგალითი'),
  field('latinName', 'Nino Example'),
  field('email', 'nino@example.org'),
  field('places', 'georgia'),
  field('languages', 'ka'),
  field('topics', 'Valleys'),
  field('consent', 'yes'),
];
const end = Buffer.from(`--${boundary}--\r\n`);

/** A body with every field and three documents of so many bytes, as a browser sends it. */
export function makeForm(documentBytes: number): Buffer {
  const options = { size: documentBytes };
  return Buffer.concat([
    ...fields,
    file('cv', 'cv.pdf', makePdf(content, options)),
    file('coverLetter', 'letter.docx', makeDocx(content, options)),
    file('writingSample', 'sample.odt', makeOdt(content, options)),
    end,
  ]);
}

/** A body whose three documents are pasted texts. */
export function makeTextForm(): Buffer {
  const texts = ['cvText', 'coverLetterText', 'writingSampleText'];
  return Buffer.concat([...fields, ...texts.map((name) => field(name, 'A river.')), end]);
}

/** One document of so many bytes, and the body of a form that brings nothing else. */
export function makeUpload(documentBytes: number): { body: Buffer; file: Buffer } {
  const pdf = makePdf(content, { size: documentBytes });
  return { body: Buffer.concat([...fields, file('cv', 'cv.pdf', pdf), end]), file: pdf };
}

/** A body that is a PDF at its beginning and never ends well. */
export function makeFlood(bytes: number): Buffer {
  const head = Buffer.concat([fileHead('cv', 'big.pdf'), Buffer.from('%PDF-1.7\n')]);
  return Buffer.concat([head, Buffer.alloc(bytes, 0x20)]);
}

export type Answer = { status: number; headers: http.IncomingHttpHeaders };
type Sent = { method: string; headers?: http.OutgoingHttpHeaders; body?: Buffer };

/** One request; reads the answer to its end. A body counts as a form's unless `headers` say otherwise. */
export function request(agent: http.Agent, url: string, sent: Sent): Promise<Answer> {
  const { method, body } = sent;
  const headers = {
    ...(body && {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    }),
    ...sent.headers,
  };
  return new Promise((resolve, reject) => {
    const started = http.request(url, { method, agent, headers }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers }),
      );
    });
    started.once('error', reject);
    started.end(body);
  });
}

/** Where an answer leads; throws when it has another status. */
export function expectStatus({ status, headers }: Answer, wanted: number): string {
  if (status !== wanted) throw new Error(`expected ${wanted}, got ${status}`);
  return headers.location ?? '';
}

export const callOf = (app: AppProcess): string => `${app.url}/en/calls/regional-experts`;

/** The whole journey: the form, everything in one request, submit. Resolves to the receipt's path. */
export async function apply(app: AppProcess, agent: http.Agent, body: Buffer): Promise<string> {
  const form = `${callOf(app)}/apply`;
  expectStatus(await request(agent, form, { method: 'GET' }), 200);
  const check = expectStatus(await request(agent, form, { method: 'POST', body }), 303);
  const submit = `${app.url}${check.replace(/check$/, 'submit')}`;
  return expectStatus(await request(agent, submit, { method: 'POST' }), 303);
}

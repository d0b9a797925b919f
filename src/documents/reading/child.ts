import { Socket } from 'node:net';
import { copyDocument } from '../copying/copy-document.ts';
import { createInbox, writeFrame } from './frames.ts';
import { findActive, readText } from './read-document.ts';
import { type ReadingAnswer, type ReadingRequest, UnreadableDocument } from './reading.ts';

// The program of the reading process: documents come in and answers go out by one pipe, one after the
// other. It may do nothing else (`child-process.ts`), and whoever started it kills it when it takes too long.

const pipeNumber = 3;
const maxRequestBytes = 1024;

const pipe = new Socket({ fd: pipeNumber });
const inbox = createInbox();
let request: ReadingRequest | undefined;
let busy = false;

async function answer({ type }: ReadingRequest, bytes: Buffer): Promise<void> {
  const send = (one: ReadingAnswer): void => void pipe.write(writeFrame(one));
  let text: string;
  try {
    send({ active: await findActive(type, bytes) });
    const document = await readText(type, bytes);
    send({ document });
    text = document.text;
  } catch (error) {
    // What is thrown over a document's bytes by code that never thought of them means one thing.
    send({ failed: error instanceof UnreadableDocument ? error.reason : 'broken' });
    return;
  }
  try {
    const copy = await copyDocument(type, bytes, text);
    if (copy === null) return send({ copy: { state: 'same' } });
    send({ copy: { state: 'made', size: copy.bytes.length, lost: copy.lost } });
    pipe.write(copy.bytes);
  } catch {
    // Whatever was thrown: there is none.
    send({ copy: { state: 'none', reason: 'unsupported' } });
  }
}

async function work(): Promise<void> {
  if (busy) return;
  request ??= inbox.takeFrame(maxRequestBytes) as ReadingRequest | undefined;
  const bytes = request && inbox.takeBytes(request.size);
  if (!request || !bytes) return;
  const current = request;
  request = undefined;
  busy = true;
  await answer(current, bytes);
  busy = false;
  await work();
}

pipe.on('data', (bytes: Buffer) => {
  inbox.push(bytes);
  void work();
});
// Whoever waits for us begins to count now.
pipe.write(writeFrame({ ready: true }));
pipe.on('close', () => process.exit(0));
pipe.on('error', () => process.exit(0));

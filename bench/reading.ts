import { createDocumentReader } from '../src/documents/reading/reader.ts';
import { makeSample } from '../src/documents/samples.ts';
import { allowedExtensions } from '../src/domain/document-types.ts';
import { median, percentile, time } from './measure.ts';

const rounds = 20;
const sentence = 'The river was late this year, and nobody in the village had asked it to hurry. ';
/** Some ten pages, as a long sample has them. */
const content = {
  title: 'Notes from the valley',
  paragraphs: Array.from({ length: 60 }, () => sentence.repeat(5)),
};

/** Milliseconds to read a document of ten pages and 500 KB, by type, in a process that is there already. */
export async function benchReading(): Promise<void> {
  const reader = createDocumentReader({ documentsPerProcess: Number.MAX_SAFE_INTEGER });
  const read = async (type: (typeof allowedExtensions)[number], bytes: Buffer): Promise<void> => {
    const request = { type, size: bytes.length };
    const reading = await reader.read(request, async function* () {
      yield bytes;
    });
    if (reading.state !== 'read') throw new Error(`${type}: ${JSON.stringify(reading)}`);
  };
  const first = await time(() => read('txt', makeSample('txt', content)));
  const started = await startAgain();
  process.stdout.write(`first document, the program bundled: ${first.toFixed(0)} ms\n`);
  process.stdout.write(`first document of a new process: ${started.toFixed(0)} ms\n`);
  for (const type of allowedExtensions) {
    // A text file has no room that nobody reads.
    const bytes = makeSample(type, content, type === 'txt' ? {} : { size: 500_000 });
    const taken: number[] = [];
    for (let round = 0; round < rounds; round += 1) taken.push(await time(() => read(type, bytes)));
    const [p50, p95] = [median(taken), percentile(taken, 0.95)];
    process.stdout.write(`${type}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms\n`);
  }
  reader.close();
}

async function startAgain(): Promise<number> {
  const reader = createDocumentReader();
  const bytes = makeSample('txt', content);
  const ms = await time(() =>
    reader.read({ type: 'txt', size: bytes.length }, async function* () {
      yield bytes;
    }),
  );
  reader.close();
  return ms;
}

import { textLimit } from '../../domain/document-texts.ts';
import { type ReadingProcess, startReadingProcess } from './child-process.ts';
import { type Bounds, converse, type KillingFailure } from './conversation.ts';
import type { Reading, ReadingRequest } from './reading.ts';

export type ReaderOptions = Bounds & {
  /** What is larger is not read. */
  documentBytes: number;
  /** After so many a process is replaced by a fresh one. */
  documentsPerProcess: number;
  /** How long a process waits for the next document. */
  idleMs: number;
};

const defaults: ReaderOptions = {
  memoryMb: 512,
  timeoutMs: 30_000,
  answerBytes: 3 * textLimit,
  documentBytes: 64 * 1024 * 1024,
  documentsPerProcess: 50,
  idleMs: 5_000,
};

export type DocumentReader = {
  /**
   * Reads one document after the other, whoever asks. `open` gives its bytes, once more when a process
   * that had read others before has to be replaced. Rejects with what the bytes reject with, and when
   * the signal fires.
   */
  read(
    request: ReadingRequest,
    open: () => AsyncIterable<Buffer>,
    signal?: AbortSignal,
  ): Promise<Reading>;
  /** Ends the process; a document that is being read is not read any further. */
  close(): void;
};

type Worker = { process: ReadingProcess; documents: number; alive: boolean };

/** Reads what strangers have sent in a process of its own, which is started when it is needed. */
export function createDocumentReader(options: Partial<ReaderOptions> = {}): DocumentReader {
  const bounds = { ...defaults, ...options };
  const closing = new AbortController();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const dismiss = (): void => {
    worker?.process.kill();
    worker = undefined;
  };

  const hire = async (): Promise<Worker> => {
    if (worker?.alive && worker.documents < bounds.documentsPerProcess) return worker;
    dismiss();
    const process = await startReadingProcess({
      heapMb: Math.ceil(bounds.memoryMb / 2),
      // Honest documents take far less; this is for a process that nobody is left to kill.
      cpuSeconds: Math.ceil((bounds.timeoutMs / 1000) * 3 + bounds.documentsPerProcess),
    });
    const hired = { process, documents: 0, alive: true };
    process.ended.then(() => {
      hired.alive = false;
    });
    worker = hired;
    return hired;
  };

  const readOnce = async (
    request: ReadingRequest,
    bytes: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<{ reading: Reading; wasFresh: boolean }> => {
    const hired = await hire();
    const wasFresh = hired.documents === 0;
    hired.documents += 1;
    const reading = await converse(hired.process, request, bytes, { bounds, signal });
    return { reading, wasFresh };
  };

  const readInTurn = async (
    request: ReadingRequest,
    open: () => AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<Reading> => {
    signal.throwIfAborted();
    if (request.size > bounds.documentBytes) {
      const copy = { state: 'none', reason: 'too-large' } as const;
      return { state: 'failed', reason: 'too-large', active: null, copy };
    }
    clearTimeout(idle);
    try {
      const { reading, wasFresh } = await readOnce(request, open(), signal);
      const end = endOf(reading);
      if (end === undefined) return reading;
      dismiss();
      // What others left behind in the process must not be this document's fault; time can't be left.
      if (wasFresh || end === 'timed-out') return reading;
      return (await readOnce(request, open(), signal)).reading;
    } catch (error) {
      dismiss();
      throw error;
    } finally {
      idle = setTimeout(dismiss, bounds.idleMs);
      idle.unref();
    }
  };

  return {
    read(request, open, signal) {
      const stop = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const reading = last.then(() => readInTurn(request, open, stop));
      last = reading.catch(() => {});
      return reading;
    },
    close() {
      closing.abort(new Error('reading documents has ended'));
      clearTimeout(idle);
      dismiss();
    },
  };
}

const killing: ReadonlySet<string> = new Set<KillingFailure>(['too-large', 'timed-out', 'crashed']);

/** Why the process had to be ended, if it had. */
function endOf({ copy, ...reading }: Reading): string | undefined {
  const copyFailure = copy.state === 'none' ? copy.reason : undefined;
  const reason = reading.state === 'failed' ? reading.reason : copyFailure;
  return reason !== undefined && killing.has(reason) ? reason : undefined;
}

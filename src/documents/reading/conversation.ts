import { once } from 'node:events';
import { copyLimit } from '../../domain/document-copies.ts';
import type { ActiveContent, ReadingFailure } from '../../domain/document-texts.ts';
import { parseAnswer } from './answers.ts';
import { type ReadingProcess, residentMb } from './child-process.ts';
import { createInbox, writeFrame } from './frames.ts';
import type { CopyOutcome, DocumentText, Reading, ReadingRequest } from './reading.ts';

const watchEveryMs = 20;

/** Ends of a process, or of our patience with it. */
export type KillingFailure = Extract<ReadingFailure, 'too-large' | 'timed-out' | 'crashed'>;

export type Bounds = {
  /** Megabytes that the process may occupy. */
  memoryMb: number;
  /** How long it may take for a document, and how long it may leave bytes lying. */
  timeoutMs: number;
  /** Bytes of an answer. */
  answerBytes: number;
};

/**
 * Has a process read one document: bytes go in as fast as it takes them, what it found comes out. A
 * process that takes too much time or memory, says what it may not, or ends is killed, and that is the
 * result. Rejects with what `bytes` rejects with and when the signal fires; the process is killed then.
 */
export function converse(
  child: ReadingProcess,
  request: ReadingRequest,
  bytes: AsyncIterable<Buffer>,
  { bounds, signal }: { bounds: Bounds; signal: AbortSignal | undefined },
): Promise<Reading> {
  const { pipe } = child;
  return new Promise<Reading>((resolve, reject) => {
    let active: ActiveContent[] | null = null;
    let document: DocumentText | undefined;
    let coming: { size: number; lost: number } | undefined;
    let deadline: NodeJS.Timeout | undefined;
    const inbox = createInbox();
    const over = new AbortController();

    const settle = (finish: () => void, kept: boolean): void => {
      if (over.signal.aborted) return;
      over.abort();
      clearTimeout(deadline);
      clearInterval(watch);
      pipe.off('data', hear);
      signal?.removeEventListener('abort', stop);
      if (!kept) child.kill();
      finish();
    };
    const conclude = (copy: CopyOutcome, kept: boolean): void => {
      const { text } = document!;
      const state = text === '' ? 'empty' : 'read';
      settle(() => resolve({ state, active: active ?? [], ...document!, copy }), kept);
    };
    const giveUp = (reason: ReadingFailure, kept: boolean): void =>
      settle(() => {
        const copy = { state: 'none', reason: 'unreadable' } as const;
        resolve({ state: 'failed', reason, active, copy });
      }, kept);
    const fail = (reason: KillingFailure): void =>
      document ? conclude({ state: 'none', reason }, false) : giveUp(reason, false);
    const stop = (): void => settle(() => reject(signal?.reason), false);
    const allowTime = (): void => {
      clearTimeout(deadline);
      if (!over.signal.aborted) deadline = setTimeout(fail, bounds.timeoutMs, 'timed-out');
    };

    const listen = (): void => {
      for (let frame = next(); frame !== undefined; frame = next()) {
        const answer = parseAnswer(frame);
        if (answer === undefined) fail('crashed');
        else if ('active' in answer) active = answer.active;
        else if ('failed' in answer) giveUp(answer.failed, true);
        else if ('document' in answer) document = answer.document;
        else if (document === undefined) fail('crashed');
        else if (answer.copy.state !== 'made') conclude(answer.copy, true);
        else if (answer.copy.size > copyLimit(request.size)) fail('too-large');
        else coming = answer.copy;
      }
      if (coming === undefined || over.signal.aborted) return;
      const copied = inbox.takeBytes(coming.size);
      if (copied) conclude({ state: 'made', bytes: copied, lost: coming.lost }, true);
    };
    const next = (): unknown =>
      over.signal.aborted || coming ? undefined : inbox.takeFrame(bounds.answerBytes);
    const hear = (piece: Buffer): void => {
      inbox.push(piece);
      try {
        listen();
      } catch (error) {
        fail(error instanceof RangeError ? 'too-large' : 'crashed');
      }
    };
    let looking = false;
    const look = async (): Promise<void> => {
      if (looking) return;
      looking = true;
      const used = (await residentMb(child.pid)) ?? 0;
      looking = false;
      if (used > bounds.memoryMb) fail('too-large');
    };
    const watch = setInterval(look, watchEveryMs);

    const send = async (): Promise<void> => {
      pipe.write(writeFrame(request));
      for await (const piece of bytes) {
        if (over.signal.aborted) return;
        if (pipe.write(piece)) continue;
        // Only what the process does counts, not how long the bytes are in coming.
        allowTime();
        await once(pipe, 'drain', { signal: over.signal });
        clearTimeout(deadline);
      }
      allowTime();
    };

    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    pipe.on('data', hear);
    child.ended.then((by) => fail(reasonOf(by)));
    send().catch((error: unknown) => {
      // Who waited for the pipe is told by the conversation's own end.
      if (!over.signal.aborted && !pipe.destroyed) settle(() => reject(error), false);
    });
  });
}

// Node ends itself so when its heap is full.
function reasonOf(signal: NodeJS.Signals | null): KillingFailure {
  return signal === 'SIGABRT' || signal === 'SIGTRAP' ? 'too-large' : 'crashed';
}

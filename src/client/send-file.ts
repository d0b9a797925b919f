import { type DetailedError, Upload } from 'tus-js-client';
import { draftToken, keepDraft, proofOfWork, waitToOpen, wantProof } from './draft.ts';

/**
 * Bytes of one request: proxies that collect a body before they pass it on lose all of it when the
 * connection breaks, so that what is kept must never be far behind. A multiple of the server's chunk.
 */
const pieceBytes = 1024 * 1024;
/** A request on which nothing moves for so long is taken for dead. */
const stallMs = 45_000;
const longestWaitMs = 30_000;
const language = document.documentElement.lang;

export type Listeners = {
  progress(share: number): void;
  /** The connection is away and tried again unasked; the share that the server has for sure. */
  waiting(kept: number | undefined): void;
  /** It will not work like this; `message` is the server's, for people. */
  failed(message: string | undefined): void;
  done(url: string): void;
};

export type Sending = {
  /** False once it has failed for good, or has come to its end. */
  isBusy(): boolean;
  retry(): void;
  /** Ends it and deletes what has arrived. */
  remove(): void;
};

/** Headers of every request: answers come in the language of the page. */
export const headers = { 'Accept-Language': language };

/** Deletes an upload, finished or not; false too when its address is gone, whatever became of the file. */
export async function deleteUpload(url: string): Promise<boolean> {
  const request = { method: 'DELETE', headers: { ...headers, 'Tus-Resumable': '1.0.0' } };
  const answer = await fetch(url, request).catch(() => undefined);
  return answer?.ok === true;
}

/** What only a person can mend; everything else is a matter of time. */
function isFinal(error: DetailedError): boolean {
  const status = error.originalResponse?.getStatus() ?? 0;
  // Of a piece, 409 and 404 mean that this page and the server see the upload differently: asking
  // where it stands settles that.
  const mends =
    error.originalRequest?.getMethod() === 'POST' ? [408, 429] : [404, 408, 409, 423, 429, 460];
  return status >= 400 && status < 500 && !mends.includes(status);
}

/** Sends a file piece by piece, from where `url` stands if there is one, until it is there. */
export function sendFile(
  file: File,
  about: { kind: string; call: string; via: string; url: string | undefined },
  on: Listeners,
): Sending {
  const url = about.url && location.origin + about.url;
  let attempts = 0;
  let movedAt = 0;
  let kept = 0;
  let isRunning = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let settleOpening: (() => void) | undefined;
  const leaveOpening = (): void => {
    settleOpening?.();
    settleOpening = undefined;
  };

  const upload = new Upload(file, {
    endpoint: `${location.origin}/uploads`,
    uploadUrl: url ?? null,
    chunkSize: pieceBytes,
    headers,
    retryDelays: null,
    storeFingerprintForResuming: false,
    onProgress(sent, total) {
      movedAt = Date.now();
      on.waiting(undefined);
      on.progress(sent / total);
    },
    onChunkComplete() {
      attempts = 0;
    },
    onAfterResponse(_, response) {
      kept = Math.max(kept, Number(response.getHeader('Upload-Offset')) / file.size);
      const token = response.getHeader('Upload-Draft');
      if (token) keepDraft(token);
      leaveOpening();
    },
    onError(error) {
      leaveOpening();
      const failure = error as DetailedError;
      if (failure.originalResponse?.getHeader('Proof')) wantProof();
      if (!failure.originalRequest || isFinal(failure)) {
        end();
        const answer = failure.originalResponse;
        const isForPeople = [409, 410, 413, 422].includes(answer?.getStatus() ?? 0);
        on.failed(isForPeople ? answer?.getBody().trim() : undefined);
      } else wait();
    },
    onSuccess() {
      end();
      on.done(upload.url!);
    },
  });

  const start = async (): Promise<void> => {
    clearTimeout(timer);
    isRunning = true;
    movedAt = Date.now();
    const isNew = !upload.url && !url;
    if (isNew) settleOpening = await waitToOpen();
    if (!isRunning) return leaveOpening();
    const draft = draftToken();
    upload.options.metadata = {
      kind: about.kind,
      language,
      filename: file.name,
      modified: String(file.lastModified),
      ...(draft ? { draft } : { call: about.call, via: about.via, altcha: proofOfWork() }),
    };
    upload.start();
  };
  const wait = (): void => {
    isRunning = false;
    attempts += 1;
    // A hiccup is not worth a word.
    if (attempts > 1 || !navigator.onLine) on.waiting(kept);
    if (navigator.onLine) {
      timer = setTimeout(start, Math.min(longestWaitMs, 250 * 2 ** attempts));
    }
  };
  const pause = (): void => {
    if (!isRunning) return;
    upload.abort();
    leaveOpening();
    wait();
  };
  const goOn = (): void => {
    if (!isRunning) start();
  };
  let watch: ReturnType<typeof setInterval> | undefined;
  const end = (): void => {
    isRunning = false;
    clearTimeout(timer);
    clearInterval(watch);
    watch = undefined;
    removeEventListener('offline', pause);
    removeEventListener('online', goOn);
  };
  const retry = (): void => {
    watch ??= setInterval(() => {
      if (isRunning && Date.now() - movedAt > stallMs) pause();
    }, 5_000);
    addEventListener('offline', pause);
    addEventListener('online', goOn);
    goOn();
  };
  retry();

  return {
    isBusy: () => watch !== undefined,
    retry,
    remove() {
      end();
      upload.abort();
      leaveOpening();
      const made = upload.url ?? url;
      if (made) deleteUpload(made);
    },
  };
}

// Loaded once something was typed: saves the form as a draft by itself. What it sends is the form as
// it stands; which of two requests is the newer one is said by the hidden field `typed`.
import { draftToken, keepDraft, waitToOpen, wantProof } from './draft.ts';
import { showConflict, showSaved, showStopped, showWaiting } from './typing-state.ts';

/** A pause in the typing, and how long typing without one may go on unsaved. */
const pauseMs = 1_500;
const longestMs = 10_000;
const patienceMs = 30_000;
const longestWaitMs = 60_000;
/** Browsers take a request beyond the page's life only if it is small: 64 KB. */
const smallLength = 20_000;

const form = document.getElementById('application') as HTMLFormElement;
const language = document.documentElement.lang;
const texts = Array.from(form.querySelectorAll<HTMLTextAreaElement>('textarea[name$=Text]'));
/** The pasted texts that the server has: long ones do not travel again and again. */
const known = new Map(texts.map((text) => [text.name, text.defaultValue]));

let unsaved = true;
let since = Date.now();
let timer: ReturnType<typeof setTimeout> | undefined;
let isComposing = false;
let isSending = false;
let isOpening = false;
let isSubmitting = false;
let isStopped = false;
let failures = 0;

function numberRequest(): void {
  const field = form.querySelector<HTMLInputElement>('input[name=typed]');
  if (!field) return;
  const parts = field.value.split('.');
  field.value = `${parts[0]}.${parts[1]}.${Number(parts[2]) + 1}`;
}

function collect(): { body: FormData; isSmall: boolean; sent: Map<string, string> } {
  numberRequest();
  const body = new FormData(form);
  const sent = new Map<string, string>();
  for (const text of texts) {
    if (known.get(text.name) === text.value) body.delete(text.name);
    else sent.set(text.name, text.value);
  }
  for (const input of Array.from(form.querySelectorAll<HTMLInputElement>('input[type=file]'))) {
    body.delete(input.name);
  }
  let length = 0;
  body.forEach((value, name) => {
    length += name.length + String(value).length + 100;
  });
  return { body, isSmall: length < smallLength, sent };
}

const typedAddress = (token: string): string =>
  token === ''
    ? (document.getElementById('typing')?.dataset.open ?? '')
    : `/${language}/drafts/${token}/typed`;

function schedule(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(save, ms);
}

function stop(): void {
  isStopped = true;
  clearTimeout(timer);
}

function failed(retryAfter: number): void {
  unsaved = true;
  failures += 1;
  // A hiccup is not worth a word.
  if (failures > 1 || !navigator.onLine) showWaiting();
  schedule(Math.max(retryAfter * 1000, Math.min(longestWaitMs, 1000 * 2 ** failures)));
}

async function settle(answer: Response, sent: Map<string, string>): Promise<void> {
  const status = answer.status;
  if (answer.ok) {
    failures = 0;
    sent.forEach((value, name) => {
      known.set(name, value);
    });
    if (status === 201) keepDraft((await answer.json()).draft);
    // Of what was taken back before it was sent, nothing is kept.
    if (draftToken() !== '') showSaved();
    return;
  }
  if (status >= 500 || status === 429 || status === 408) {
    const wanted = answer.headers.get('Proof') !== null;
    if (wanted) wantProof();
    return failed(wanted ? 0 : Number(answer.headers.get('Retry-After')) || 0);
  }
  stop();
  const told = await answer.json().catch(() => ({}));
  const field = form.querySelector<HTMLInputElement>('input[name=typed]');
  if (!told.typed || !field) return showStopped(told.message ?? '');
  // Whatever button is pressed now, the applicant has been told.
  field.value = told.typed;
  showConflict(`/${language}/drafts/${draftToken()}`);
}

async function save(): Promise<void> {
  if (!unsaved || isComposing || isSending || isSubmitting || isStopped) return;
  clearTimeout(timer);
  isSending = true;
  const leave = await waitToOpen();
  isOpening = leave !== undefined;
  const controller = new AbortController();
  const patience = setTimeout(() => controller.abort(), patienceMs);
  try {
    unsaved = false;
    const request = collect();
    const answer = await fetch(typedAddress(draftToken()), {
      method: 'POST',
      body: request.body,
      headers: { 'Accept-Language': language },
      keepalive: request.isSmall,
      signal: controller.signal,
    });
    await settle(answer, request.sent);
  } catch {
    failed(0);
  } finally {
    clearTimeout(patience);
    leave?.();
    isOpening = false;
    isSending = false;
    if (unsaved && failures === 0) schedule(pauseMs);
  }
}

/** Something was typed: it is saved in the next pause, and no later than after some seconds. */
function note(): void {
  isSubmitting = false;
  const now = Date.now();
  if (!unsaved) since = now;
  unsaved = true;
  if (failures === 0) schedule(Math.min(pauseMs, Math.max(0, since + longestMs - now)));
}

form.addEventListener('input', (event) => {
  if ((event.target as HTMLInputElement).type !== 'file' && !isStopped) note();
});
// Half a syllable is no text yet.
form.addEventListener('compositionstart', () => {
  isComposing = true;
});
form.addEventListener('compositionend', () => {
  isComposing = false;
  if (!isStopped) note();
});

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') save();
});
addEventListener('online', () => save());
addEventListener('pageshow', () => {
  isSubmitting = false;
});
// The last words of a page that is left. Without a draft they would go where nobody finds them.
addEventListener('pagehide', () => {
  const isDue = (unsaved || isSending) && !isSubmitting && !isStopped;
  if (isDue && draftToken() !== '')
    navigator.sendBeacon(typedAddress(draftToken()), collect().body);
});
addEventListener('beforeunload', (event) => {
  if (!unsaved || failures === 0 || isSubmitting) return;
  event.preventDefault();
  event.returnValue = '';
});

// A form that left while its draft is being opened would open a second one.
document.addEventListener(
  'submit',
  (event) => {
    if (event.target !== form || !isOpening || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter ?? form.querySelector<HTMLElement>('button[value=check]');
    const press = (): void => {
      clearInterval(watch);
      isOpening = false;
      button?.click();
    };
    const until = Date.now() + 5_000;
    const watch = setInterval(() => {
      if (!isOpening || Date.now() > until) press();
    }, 50);
  },
  true,
);
form.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return;
  isSubmitting = true;
  numberRequest();
});

schedule(pauseMs);

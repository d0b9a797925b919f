// Loaded while more drafts are begun than people begin: has the browser find a number before it begins
// one. Without this, or where it can't be done, the form goes as it is and takes its turn.

type Challenge = {
  algorithm: string;
  challenge: string;
  maxnumber: number;
  salt: string;
  signature: string;
};
type ProvingForm = HTMLFormElement & { prove?: () => Promise<void> };

/** A solution is good for twenty minutes: an older one is made anew before it is sent. */
const freshMs = 15 * 60_000;
/** Asked for together, sums take a fraction of the time. */
const atOnce = 64;

const form = document.querySelector<ProvingForm>('form[data-proof]');
const line = document.getElementById('upload-hold');
const encoder = new TextEncoder();
const found = (): HTMLInputElement | null =>
  form?.querySelector<HTMLInputElement>('input[name=altcha]') ?? null;
const hasDraft = (): boolean => form?.querySelector('input[name=draft]') !== null;

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function search(wanted: Challenge): Promise<number | undefined> {
  const firstByte = Number.parseInt(wanted.challenge.slice(0, 2), 16);
  for (let from = 0; from <= wanted.maxnumber; from += atOnce) {
    const numbers = Array.from({ length: atOnce }, (_, index) => from + index);
    const sums = await Promise.all(
      numbers.map((number) =>
        crypto.subtle.digest('SHA-256', encoder.encode(wanted.salt + number)),
      ),
    );
    const at = sums.findIndex(
      (sum) => new Uint8Array(sum)[0] === firstByte && hexOf(sum) === wanted.challenge,
    );
    if (at >= 0) return from + at;
  }
  return undefined;
}

let provedAt = 0;
const isProved = (): boolean => found() !== null && Date.now() - provedAt < freshMs;
let proving: Promise<void> | undefined;

async function solve(): Promise<void> {
  found()?.remove();
  // Nothing is asked any more where this is not found.
  const answer = await fetch('/proof');
  if (!answer.ok) return;
  const asked: Challenge = await answer.json();
  const number = await search(asked);
  if (number === undefined || !form) return;
  const solution = {
    algorithm: asked.algorithm,
    challenge: asked.challenge,
    number,
    salt: asked.salt,
    signature: asked.signature,
  };
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'altcha';
  field.value = btoa(JSON.stringify(solution));
  // Before the files: the first of them begins the draft.
  form.prepend(field);
  provedAt = Date.now();
}

function prove(): Promise<void> {
  if (hasDraft() || isProved()) return Promise.resolve();
  proving ??= solve()
    .catch(() => {})
    .then(() => {
      proving = undefined;
    });
  return proving;
}

if (form) {
  form.prove = prove;
  // Whoever only reads calculates nothing.
  form.addEventListener('input', () => prove(), { once: true });
  let isHeld = false;
  let isThrough = false;
  document.addEventListener(
    'submit',
    (event) => {
      if (event.target !== form || isThrough || hasDraft() || isProved()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isHeld) return;
      isHeld = true;
      const button = event.submitter ?? form.querySelector<HTMLElement>('button');
      if (line) line.textContent = form.dataset.proofSays ?? '';
      prove().then(() => {
        if (line) line.textContent = '';
        // Also without a proof: it takes its turn.
        isHeld = false;
        isThrough = true;
        button?.click();
        isThrough = false;
      });
    },
    true,
  );
}

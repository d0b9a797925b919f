// Keys of the staff pages press what the page shows: whatever carries `data-key` works by mouse too.
// `data-key` is a key, or two apart by a space that are pressed one after the other.
const waitMs = 3000;
const fields = 'input:not([type=hidden]):enabled, textarea, select';
const typing = 'textarea, select, input:not([type=radio], [type=checkbox], [type=submit])';

/** The key as it stands on a Latin keyboard, whichever script is being written. */
function nameOf(event: KeyboardEvent): string | undefined {
  if (/^[!-~]$/.test(event.key)) return event.key.toLowerCase();
  return /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase();
}

const keyedElements = (): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main [data-key], footer [data-key]'),
];

/** Of several that a key could press, the first that can be seen, else the first in a closed fold. */
function findKeyed(keys: string): HTMLElement | undefined {
  // What a row has of its own, such as its box, is pressed in the row that one is on and in no other.
  const row = document.activeElement?.closest('tr');
  const all = keyedElements().filter((one) => {
    const own = one.closest('tr');
    return one.dataset.key === keys && (own === null || own === row);
  });
  return all.find((one) => one.getClientRects().length > 0) ?? all[0];
}

function press(element: HTMLElement): void {
  const fold = element.closest<HTMLDetailsElement>('details:not([open])');
  if (fold) fold.open = true;
  if (element.matches(typing)) element.focus();
  // A form is gone to, not sent.
  else if (element.matches('form')) element.querySelector<HTMLElement>(fields)?.focus();
  else element.click();
}

/** Where the page is a list, j and k go from row to row; false past its ends. */
function walk(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : undefined) : at + by;
  const row = next === undefined ? undefined : rows[next];
  row?.focus();
  return row !== undefined;
}

const waiting = document.getElementById('keys-waiting');
const help = document.getElementById('keys') as HTMLDialogElement | null;
let begun: string | undefined;
let timer: number | undefined;

function wait(key: string | undefined): void {
  clearTimeout(timer);
  begun = key;
  const choices = keyedElements().filter((one) => one.dataset.key?.startsWith(`${key} `));
  if (waiting) {
    waiting.textContent =
      key === undefined
        ? ''
        : choices.map((one) => `${one.dataset.key} – ${one.textContent?.trim()}`).join(' · ');
  }
  if (key !== undefined) timer = window.setTimeout(wait, waitMs);
}

/** True when the key meant something here. */
function act(key: string): boolean {
  if (begun !== undefined) {
    const element = findKeyed(`${begun} ${key}`);
    wait(undefined);
    if (element) press(element);
    return element !== undefined;
  }
  if (key === '?' && help?.showModal) {
    help.showModal();
    return true;
  }
  if (key === 'j' && walk(1)) return true;
  if (key === 'k' && walk(-1)) return true;
  const element = findKeyed(key);
  if (element) {
    press(element);
    return true;
  }
  if (!keyedElements().some((one) => one.dataset.key?.startsWith(`${key} `))) return false;
  wait(key);
  return true;
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') wait(undefined);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
  const target = event.target as HTMLElement;
  if (target.isContentEditable || target.matches(typing)) return;
  const key = nameOf(event);
  // A key that is held down may walk, but press nothing twice.
  if (key === undefined || (event.repeat && !target.matches('[data-row]'))) return;
  if (act(key)) event.preventDefault();
});

// Back from an application, the list goes on where it was left.
const left = document.getElementById(location.hash.slice(1));
if (left?.matches('[data-row]')) left.focus();

// Loaded once a file was chosen: sends each file at once and goes on through lost connections. Where
// it can't, the file is still in its input and goes with the form.
import { findProblem, showProblem } from './file-check.ts';
import { restore, showHeld } from './held-file.ts';
import { holdForm } from './hold-form.ts';
import { deleteUpload, type Sending, sendFile } from './send-file.ts';
import { createRow, type Row, say, textOf } from './upload-row.ts';

type Current = { sending: Sending; row: Row };

const parts = document.getElementById('upload-parts')!;
const form = document.getElementById('application') as HTMLFormElement;
const current = new Map<HTMLInputElement, Current>();
const listBusy = (): HTMLInputElement[] =>
  Array.from(current.keys()).filter((input) => current.get(input)?.sending.isBusy());
const hold = holdForm(form, listBusy);

/** The address of this file's upload that was begun before the page was loaded. */
function takeHalf(input: HTMLInputElement, file: File): string | undefined {
  const group = input.closest('fieldset');
  const halves = Array.from(group?.querySelectorAll<HTMLElement>('[data-upload]') ?? []);
  const same = halves.find(
    (half) =>
      // One whose name had to be cleaned is sent anew: that costs time, a wrong file would cost more.
      half.dataset.name === file.name.normalize('NFC') &&
      Number(half.dataset.length) === file.size &&
      Number(half.dataset.modified) === file.lastModified,
  );
  same?.remove();
  if (!same && input.name !== 'writingSample') {
    // Where one file fits, another one takes the place of what was half there.
    for (const half of halves) {
      deleteUpload(half.dataset.upload!);
      half.remove();
    }
  }
  return same?.dataset.upload;
}

/** Forgets an upload and takes it out of the page. */
function drop(input: HTMLInputElement): Current | undefined {
  const dropped = current.get(input);
  dropped?.row.remove();
  current.delete(input);
  return dropped;
}

let isSending = false;
const warn = (event: Event): void => {
  if (!isSending) event.preventDefault();
};
/** Asks before the page is left while a file is on its way, and at no other time. */
function guard(): void {
  if (listBusy().length > 0) addEventListener('beforeunload', warn);
  else removeEventListener('beforeunload', warn);
}
// The form is held back until the files are here; whoever sends it all the same has been told.
document.addEventListener('submit', (event) => {
  isSending = !event.defaultPrevented;
  setTimeout(() => {
    isSending = false;
  }, 2000);
});

/** An upload has come to its end: if it was the last that the form waited for, the form goes. */
function settle(): void {
  guard();
  if (listBusy().length === 0) hold.release();
}

function begin(input: HTMLInputElement): void {
  const file = input.files?.[0];
  if (!file || findProblem(input) !== undefined) return;
  const name = file.name;
  drop(input)?.sending.remove();
  restore(input);
  const row = createRow(input, name, {
    retry() {
      current.get(input)?.sending.retry();
      guard();
    },
    remove() {
      input.focus();
      drop(input)?.sending.remove();
      input.value = '';
      say(input, textOf('removed', name));
      settle();
    },
  });
  const about = {
    kind: input.name,
    call: parts.dataset.call ?? '',
    via: form.querySelector<HTMLInputElement>('input[name=via]')?.value ?? '',
    url: takeHalf(input, file),
  };
  const sending = sendFile(file, about, {
    progress: row.progress,
    waiting: row.waiting,
    failed(message) {
      hold.cancel();
      guard();
      if (message === undefined) return row.failed();
      drop(input);
      input.value = '';
      say(input, '');
      showProblem(input, message);
    },
    async done(url) {
      input.value = '';
      await showHeld(input, name, url);
      if (current.get(input)?.sending === sending) drop(input);
      say(input, textOf('done', name));
      settle();
    },
  });
  current.set(input, { sending, row });
  guard();
}

document.addEventListener('change', (event) => {
  const target = event.target;
  if (target instanceof HTMLInputElement && target.type === 'file') begin(target);
});
for (const input of form.querySelectorAll<HTMLInputElement>('input[type=file][data-max]')) {
  begin(input);
}

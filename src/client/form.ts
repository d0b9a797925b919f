// The page works without this: it checks files before they travel, fetches the scripts that upload
// them once one was chosen and that save what was typed, and guards against double clicks.
import { findProblem, showProblem } from './file-check.ts';
import { load } from './load.ts';
import { isTyped } from './typed.ts';

const doubleClickMs = 1000;

// Old browsers know autofocus for controls only.
document.getElementById('error-summary')?.focus();

const application = document.getElementById('application') as HTMLFormElement | null;

// A form that came back with errors is stored as it stands. Under its draft's address a reload and the
// Back button show it, where they would ask whether to send the form once more.
const kept = application?.dataset.kept;
if (kept) history.replaceState(null, '', kept);

/** Whoever chooses no file does not load what uploads it. */
function loadUploads(): void {
  load(document.getElementById('upload-parts')?.dataset.script);
}

// Nor does whoever types nothing load what saves it. Where two versions wait for a choice, nothing is
// saved before it was made.
if (application && !('conflict' in application.dataset)) {
  const loadAutosave = (): void => load(document.getElementById('typing')?.dataset.script);
  application.addEventListener('input', (event) => {
    const isFile = (event.target as HTMLInputElement).type === 'file';
    if (!isFile && !(event as InputEvent).isComposing) loadAutosave();
  });
  application.addEventListener('compositionend', loadAutosave);
  // Some browsers bring back what was typed before a reload.
  if (isTyped(application)) loadAutosave();
}

const inputs = [...document.querySelectorAll<HTMLInputElement>('input[type=file][data-max]')];
for (const input of inputs) {
  const check = (): void => {
    const problem = findProblem(input);
    showProblem(input, problem);
    if (problem !== undefined) input.value = '';
    else if (input.files?.length) loadUploads();
  };
  input.addEventListener('change', check);
  // Some browsers keep what was chosen through a reload.
  if (input.files?.length) check();
}
// The script itself may have been what a lost network kept away.
addEventListener('online', () => {
  if (inputs.some((input) => input.files?.length)) loadUploads();
});

// Only the second click of a double click is one too many: whoever stopped a slow upload or lost the
// network has to be able to send again.
for (const form of document.querySelectorAll('form')) {
  let sentAt = Number.NEGATIVE_INFINITY;
  form.addEventListener('submit', (event) => {
    if (event.timeStamp - sentAt < doubleClickMs) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

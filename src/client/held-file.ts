import { deleteUpload, headers } from './send-file.ts';
import { say, textOf } from './upload-row.ts';

const boxOf = (input: HTMLInputElement): HTMLElement => input.closest<HTMLElement>('.doc')!;

// What has the focus stays in sight until the focus has gone elsewhere by itself.
document.addEventListener('focusout', (event) => {
  const box = (event.target as Element).closest<HTMLElement>('[data-retired]');
  const next = event.relatedTarget as Node | null;
  if (box && next && !box.contains(next)) box.hidden = true;
});

function retire(box: HTMLElement): void {
  box.dataset.retired = '';
  box.hidden = !box.contains(document.activeElement);
}

/** Makes an input usable again whose file has arrived. */
export function restore(input: HTMLInputElement): void {
  const box = boxOf(input);
  delete box.dataset.retired;
  box.hidden = false;
}

/**
 * Puts a file that has arrived in front of its input, as the server shows it; the input makes room.
 * Without an answer nothing changes: the next page shows the file.
 */
export async function showHeld(input: HTMLInputElement, name: string, url: string): Promise<void> {
  const answer = await fetch(url, { headers }).catch(() => undefined);
  const template = document.createElement('template');
  template.innerHTML = answer?.ok ? await answer.text() : '';
  const shown = template.content.firstElementChild;
  const button = shown?.querySelector('button');
  if (!shown || !button) return;
  const box = boxOf(input);
  const chosen = box.querySelector('select');
  const language = shown.querySelector('select');
  if (chosen && language) {
    language.value = chosen.value;
    chosen.value = '';
  } else {
    // A kind without a language is one that holds one file.
    for (const before of box.parentElement?.querySelectorAll('.doc') ?? []) {
      if (before.querySelector('button[name=remove]')) before.remove();
    }
  }
  button.addEventListener('click', async (event) => {
    // By itself the button sends the form, which would break off what is still on its way.
    if (button.dataset.failed) return;
    event.preventDefault();
    if (await deleteUpload(url)) {
      restore(input);
      input.focus();
      shown.remove();
      say(input, textOf('removed', name));
    } else {
      button.dataset.failed = 'yes';
      button.click();
    }
  });
  box.insertAdjacentElement('beforebegin', shown);
  retire(box);
}

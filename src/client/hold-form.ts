import { textOf } from './upload-row.ts';

const doubleClickMs = 1000;

export type Hold = {
  /** Sends the form that was held back. */
  release(): void;
  /** Something needs a look first: the next press counts as the first. */
  cancel(): void;
};

/**
 * Holds the form back while files are on their way and sends it when they are here; a second press
 * sends it without them. `listBusy` gives the inputs whose files would be sent twice.
 */
export function holdForm(form: HTMLFormElement, listBusy: () => HTMLInputElement[]): Hold {
  const line = document.getElementById('upload-hold');
  let pressed: HTMLElement | undefined;
  let pressedAt = 0;
  const cancel = (): void => {
    pressed = undefined;
    if (line) line.textContent = '';
  };
  // Before the form's own listener, to which a press that is held back is none.
  const listen = (event: SubmitEvent): void => {
    const busy = listBusy();
    if (event.target !== form || busy.length === 0) return;
    if (pressed && event.timeStamp - pressedAt > doubleClickMs) {
      cancel();
      for (const input of busy) input.disabled = true;
      // What is sent was settled when the event ended.
      setTimeout(() => {
        for (const input of busy) input.disabled = false;
      });
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (pressed) return;
    pressed = event.submitter ?? form.querySelector('button[value=check]') ?? undefined;
    pressedAt = event.timeStamp;
    if (line) line.textContent = textOf('hold');
  };
  document.addEventListener('submit', listen, true);
  return {
    cancel,
    release() {
      const button = pressed;
      cancel();
      button?.click();
    },
  };
}

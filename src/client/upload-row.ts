// What the page shows of one upload: a silent bar, and a line beside it that is read aloud.

const parts = document.getElementById('upload-parts') as HTMLTemplateElement;
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: 'percent' });

export type TextName =
  | 'start'
  | 'part'
  | 'done'
  | 'waiting'
  | 'failed'
  | 'removed'
  | 'progress'
  | 'retry'
  | 'remove'
  | 'hold';

/** A sentence of the page with its gaps filled. */
export function textOf(key: TextName, name = '', share = 0): string {
  return (parts.dataset[key] ?? '')
    .split('{name}')
    .join(name)
    .split('{percent}')
    .join(percent.format(share));
}

/** Says a sentence beside an input, politely; `aloud` only where the row shows the same to the eyes. */
export function say(input: HTMLInputElement, text: string, way?: 'aloud'): void {
  const line = document.getElementById(`${input.id}-status`);
  if (!line) return;
  line.textContent = text;
  line.classList.toggle('unseen', way === 'aloud');
}

export type Row = {
  /** How much has been sent; said at each quarter. */
  progress(share: number): void;
  /** The connection is away, with this much on the safe side; `undefined`: it is back. */
  waiting(kept: number | undefined): void;
  failed(): void;
  remove(): void;
};

/** Shows an upload below its input. */
export function createRow(
  input: HTMLInputElement,
  name: string,
  on: { retry(): void; remove(): void },
): Row {
  const row = parts.content.querySelector('.upload')!.cloneNode(true) as HTMLElement;
  const bar = row.querySelector('progress')!;
  const number = row.querySelector('span')!;
  const retry = row.querySelector<HTMLButtonElement>('.retry')!;
  const remove = row.querySelector<HTMLButtonElement>('.remove')!;
  let quarters = 0;
  let isWaiting = false;
  row.querySelector('strong')!.textContent = name;
  bar.setAttribute('aria-label', textOf('progress', name));
  retry.setAttribute('aria-label', textOf('retry', name));
  remove.setAttribute('aria-label', textOf('remove', name));
  retry.addEventListener('click', on.retry);
  remove.addEventListener('click', on.remove);
  input.insertAdjacentElement('afterend', row);
  say(input, textOf('start', name), 'aloud');
  const showRetry = (shown: boolean): void => {
    // A button with the focus stays where it is: it would take the focus away.
    if (shown || document.activeElement !== retry) retry.hidden = !shown;
  };
  const show = (share: number): void => {
    bar.value = share;
    number.textContent = percent.format(share);
  };
  show(0);
  return {
    progress(now) {
      show(now);
      const reached = Math.floor(now * 4);
      if (reached > quarters && reached < 4) {
        say(input, textOf('part', name, reached / 4), 'aloud');
      }
      quarters = Math.max(quarters, reached);
    },
    waiting(kept) {
      const now = kept !== undefined;
      if (now === isWaiting) return;
      isWaiting = now;
      showRetry(now);
      if (now) {
        // What was sent last may be lost: the bar says what the sentence says.
        show(kept);
        say(input, textOf('waiting', name, kept));
      } else say(input, textOf('start', name), 'aloud');
    },
    failed() {
      showRetry(true);
      say(input, textOf('failed', name));
    },
    remove() {
      row.remove();
    },
  };
}

// What the page says of the typing: a line at its lower edge, read aloud only when the state changes.

const line = document.getElementById('typing');
const status = line?.querySelector('[role=status]');
const time = line?.querySelector('.num');
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function show(text: string, beside: string): void {
  if (status && status.textContent !== text) status.textContent = text;
  if (time) time.textContent = beside;
  line?.classList.add('shown');
}

export function showSaved(): void {
  show(line?.dataset.saved ?? '', clock.format(new Date()));
}

export function showWaiting(): void {
  show(line?.dataset.waiting ?? '', '');
}

/** Nothing more is saved; `reason` is the server's, for people. */
export function showStopped(reason: string): void {
  show(`${line?.dataset.stopped ?? ''} ${reason}`.trim(), '');
}

/** Two versions are there: says so, and offers the choice above the heading. */
export function showConflict(draft: string): void {
  showStopped('');
  const template = line?.querySelector('template');
  const notice = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!notice || document.getElementById('conflict')) return;
  notice.querySelector('a')?.setAttribute('href', draft);
  document.querySelector('h1')?.insertAdjacentElement('beforebegin', notice);
  line?.querySelector('a')?.removeAttribute('hidden');
}

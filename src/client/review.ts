// Saves the scorecard as a draft by itself. Without this there is a button for it. What the form says
// of itself in `typed` counts its requests, since they may overtake each other.

/** A pause in the typing, and how long a request may take. */
const pauseMs = 1_500;
const patienceMs = 30_000;
const longestWaitMs = 60_000;
/** Browsers refuse a request that may outlive its page if it is larger than 64 KB; a script can triple a text. */
const smallLength = 60_000;

const form = document.getElementById('scorecard') as HTMLFormElement | null;
const status = document.getElementById('review-state');
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

// Old browsers know autofocus for controls only.
document.getElementById('error-summary')?.focus();

function start(form: HTMLFormElement, address: string): void {
  const say = (name: 'saved' | 'waiting' | 'stopped'): string => form.dataset[name] ?? '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsaved = false;
  let isSending = false;
  let isStopped = false;
  let failures = 0;

  const show = (text: string): void => {
    if (status && status.textContent !== text) status.textContent = text;
  };
  const number = (): void => {
    const field = form.querySelector<HTMLInputElement>('input[name=typed]');
    const parts = field?.value.split('.') ?? [];
    if (field) field.value = `${parts[0]}.${parts[1]}.${Number(parts[2]) + 1}`;
  };
  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };
  const failed = (): void => {
    unsaved = true;
    failures += 1;
    show(say('waiting'));
    schedule(Math.min(longestWaitMs, 1000 * 2 ** failures));
  };

  async function settle(answer: Response): Promise<void> {
    if (answer.ok) {
      failures = 0;
      return show(say('saved').replace('{time}', clock.format(new Date())));
    }
    if (answer.status >= 500 || answer.status === 429) return failed();
    // Signed out, or the server has a reason that people should know.
    isStopped = true;
    const told = await answer.json().catch(() => ({}));
    show(`${say('stopped')} ${told.message ?? ''}`.trim());
  }

  async function save(): Promise<void> {
    if (!unsaved || isSending || isStopped) return;
    clearTimeout(timer);
    isSending = true;
    unsaved = false;
    number();
    const body = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      body.append(name, String(value));
    });
    const controller = new AbortController();
    const patience = setTimeout(() => controller.abort(), patienceMs);
    try {
      const answer = await fetch(address, {
        method: 'POST',
        body,
        redirect: 'manual',
        keepalive: String(body).length < smallLength,
        signal: controller.signal,
      });
      await settle(answer);
    } catch {
      failed();
    } finally {
      clearTimeout(patience);
      isSending = false;
      if (unsaved && failures === 0) schedule(pauseMs);
    }
  }

  form.addEventListener('input', () => {
    unsaved = true;
    if (failures === 0) schedule(pauseMs);
  });
  // What the buttons send is newer than what is still on its way.
  form.addEventListener('submit', () => {
    isStopped = true;
    clearTimeout(timer);
    number();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void save();
  });
  addEventListener('online', () => schedule(0));
  // Back on a page that was sent, one may type on.
  addEventListener('pageshow', (event) => {
    if (event.persisted) isStopped = false;
  });
}

if (form?.dataset.draft) start(form, form.dataset.draft);

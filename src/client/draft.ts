// The draft behind the form. Whatever opens one does it here, so that a page never opens two.

import { load } from './load.ts';

// On the form itself, since two scripts may want to open one, and a third one proves that it may be.
type DraftForm = HTMLFormElement & {
  opening?: Promise<void> | undefined;
  prove?: () => Promise<void>;
};

const form = document.getElementById('application') as DraftForm | null;

const hiddenField = (): HTMLInputElement | null =>
  form?.querySelector<HTMLInputElement>('input[name=draft]') ?? null;

/** Empty while there is no draft. */
export function draftToken(): string {
  return hiddenField()?.value ?? '';
}

/** Carries on with a draft that was opened: in the form, in the address bar, and the page says so. */
export function keepDraft(token: string): void {
  if (!form || draftToken() !== '') return;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'draft';
  field.value = token;
  // First in the form: the server has to know where files belong as they stream in.
  form.prepend(field);
  const address = `/${document.documentElement.lang}/drafts/${token}`;
  history.replaceState(null, '', address);
  for (const line of document.querySelectorAll<HTMLElement>('[data-draft]')) {
    const link = line.querySelector('a');
    link?.setAttribute('href', address + line.dataset.draft);
    if (link?.textContent === '') link.textContent = location.origin + address;
    line.hidden = false;
  }
  const parts = document.getElementById('upload-parts') as HTMLTemplateElement | null;
  const kept = parts?.content.querySelector('#draft-kept')?.cloneNode(true) as Element | undefined;
  kept?.querySelector('a')?.setAttribute('href', address);
  if (kept) document.getElementById('intro')?.replaceWith(kept);
}

/** The proof of work that was found; empty where none is asked. */
export function proofOfWork(): string {
  return form?.querySelector<HTMLInputElement>('input[name=altcha]')?.value ?? '';
}

/** The server wants proof of work before it opens another draft; what was found is used up. */
export function wantProof(): void {
  form?.querySelector('input[name=altcha]')?.remove();
  load(form?.dataset.proof);
}

/**
 * Waits until nobody else is opening a draft. Answers with what to call when one's own try is over,
 * or with nothing when there is a draft.
 */
export async function waitToOpen(): Promise<(() => void) | undefined> {
  while (form?.opening) await form.opening;
  if (!form || draftToken() !== '') return undefined;
  let settle = (): void => {};
  form.opening = new Promise((resolve) => {
    settle = () => {
      form.opening = undefined;
      resolve();
    };
  });
  await form.prove?.();
  return settle;
}

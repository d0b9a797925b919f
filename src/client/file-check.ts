/** Why a chosen file can't be taken, as a sentence of the page; undefined when nothing speaks against it. */
export function findProblem(input: HTMLInputElement): string | undefined {
  const limit = Number(input.dataset.max);
  const allowed = (input.accept || '').split(',').map((one) => one.trim());
  const texts = input.dataset;
  for (const file of Array.from(input.files ?? [])) {
    const dot = file.name.lastIndexOf('.');
    const extension = dot < 0 ? '' : file.name.slice(dot).toLowerCase();
    const refusal = extension === '.doc' ? texts.doc : texts.wrong;
    const type = allowed.includes(extension) ? undefined : refusal;
    const reason = file.size === 0 ? texts.empty : file.size > limit ? texts.big : type;
    if (reason !== undefined) return reason.split('{name}').join(file.name);
  }
  return undefined;
}

/** Puts a message beside the input, or takes away the one that is there. */
export function showProblem(input: HTMLInputElement, text: string | undefined): void {
  const id = `${input.id}-selected`;
  const others = (input.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .filter((one) => one !== id);
  document.getElementById(id)?.remove();
  const all = text === undefined ? others : [id, ...others];
  input.setAttribute('aria-describedby', all.join(' '));
  if (text === undefined) {
    if (others.every((one) => !one.includes('-error'))) input.removeAttribute('aria-invalid');
    return;
  }
  input.setAttribute('aria-invalid', 'true');
  const message = document.createElement('p');
  message.id = id;
  message.className = 'error';
  message.setAttribute('role', 'alert');
  message.textContent = text;
  input.insertAdjacentElement('beforebegin', message);
}

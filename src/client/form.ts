// The page works without this: it only checks files before they travel and guards against double clicks.

const doubleClickMs = 1000;

// Old browsers know autofocus for controls only.
document.getElementById('error-summary')?.focus();

for (const input of document.querySelectorAll<HTMLInputElement>('input[type=file][data-max]')) {
  const id = `${input.id}-selected`;
  const describedBy = input.getAttribute('aria-describedby') ?? '';
  input.addEventListener('change', () => {
    const limit = Number(input.dataset.max);
    const allowed = (input.accept || '').split(',').map((one) => one.trim());
    const wrong = Array.from(input.files ?? []).find((file) => {
      const dot = file.name.lastIndexOf('.');
      const extension = dot < 0 ? '' : file.name.slice(dot).toLowerCase();
      return !allowed.includes(extension) || file.size > limit || file.size === 0;
    });
    document.getElementById(id)?.remove();
    input.setAttribute('aria-describedby', wrong ? `${id} ${describedBy}` : describedBy);
    if (!wrong) return;
    const reason =
      wrong.size === 0
        ? input.dataset.empty
        : wrong.size > limit
          ? input.dataset.big
          : input.dataset.wrong;
    const message = document.createElement('p');
    message.id = id;
    message.className = 'error';
    message.setAttribute('role', 'alert');
    message.textContent = (reason ?? '').split('{name}').join(wrong.name);
    input.insertAdjacentElement('beforebegin', message);
    input.value = '';
  });
}

// Only the second click of a double click is one too many: whoever stopped a slow upload or lost the
// network has to be able to send again.
for (const form of document.querySelectorAll('form')) {
  let sentAt = Number.NEGATIVE_INFINITY;
  form.addEventListener('submit', (event) => {
    if (event.timeStamp - sentAt < doubleClickMs) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

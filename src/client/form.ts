// The page works without this: it only checks files before they travel and guards against double clicks.

const summary = document.getElementById('error-summary');
if (summary) summary.focus();

for (const input of document.querySelectorAll<HTMLInputElement>('input[type=file][data-max]')) {
  input.addEventListener('change', () => {
    const limit = Number(input.dataset.max);
    const allowed = (input.accept || '').split(',').map((one) => one.trim());
    const wrong = Array.from(input.files ?? []).find((file) => {
      const dot = file.name.lastIndexOf('.');
      const extension = dot < 0 ? '' : file.name.slice(dot).toLowerCase();
      return !allowed.includes(extension) || file.size > limit || file.size === 0;
    });
    const id = `${input.id}-selected`;
    document.getElementById(id)?.remove();
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
    message.textContent = (reason ?? '').replace('{name}', wrong.name);
    input.insertAdjacentElement('beforebegin', message);
    input.value = '';
  });
}

for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
}

// A page that comes back out of the browser's memory can be sent again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form')) delete form.dataset.sent;
});

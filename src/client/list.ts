// The list's box that ticks all of its rows, and how many are ticked. Without it "all of this page" does
// the same.
const all = document.getElementById('pick-all') as HTMLInputElement | null;
const picked = document.getElementById('picked');
const scope = document.getElementById('scope') as HTMLSelectElement | null;
const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name=pick]')];

function tell(): void {
  const count = boxes.filter((box) => box.checked).length;
  if (picked) picked.textContent = count === 0 ? '' : `✓ ${count}`;
  if (all) {
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  // Whoever ticks means what is ticked.
  if (scope && count > 0) scope.value = 'ticked';
}

if (all && boxes.length > 0) {
  const label = all.closest('label');
  if (label) label.hidden = false;
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener('change', tell);
  // Back from the next page a browser may have kept the ticks.
  window.addEventListener('pageshow', () => tell());
}

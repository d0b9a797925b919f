/** True when a form says something else than the page that came. */
export function isTyped(form: HTMLFormElement): boolean {
  return Array.from(form.elements).some((control) => {
    if (control instanceof HTMLTextAreaElement) return control.value !== control.defaultValue;
    if (control instanceof HTMLSelectElement) {
      return Array.from(control.options).some(
        // Without one that is marked, the first is chosen.
        (option, index, all) =>
          option.selected !==
          (option.defaultSelected || (index === 0 && !all.some((one) => one.defaultSelected))),
      );
    }
    if (!(control instanceof HTMLInputElement) || ['file', 'hidden'].includes(control.type)) {
      return false;
    }
    return control.checked !== control.defaultChecked || control.value !== control.defaultValue;
  });
}

/** Loads a script that the page names, once. A failed load is tried again. */
export function load(src: string | undefined): void {
  if (!src || document.querySelector(`script[src="${src}"]`)) return;
  const script = document.createElement('script');
  script.src = src;
  script.onerror = () => script.remove();
  document.head.append(script);
}

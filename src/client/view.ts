// Shows a PDF where the application is read. It is drawn by pdf.js, whose parser works in a worker of
// our own origin, onto plain canvases: no script, form or link of the document comes to life. Without
// this the page offers the same document as text and as a download.
import type * as Pdf from 'unpdf/pdfjs';

type Document = Awaited<ReturnType<typeof Pdf.getDocument>['promise']>;

// Beyond these a drawing costs more memory than an old laptop has.
const maxPixelsPerSide = 4096;
const maxImagePixels = 16_000_000;

const fill = (text: string | undefined, values: Record<string, string>): string =>
  Object.keys(values).reduce((all, name) => all.split(`{${name}}`).join(values[name]), text ?? '');

let library: Promise<typeof Pdf> | undefined;

/** The library, loaded with the first document that somebody wants to see. A failed load is tried again. */
function load(source: string): Promise<typeof Pdf> {
  library ??= import(source).catch((error: unknown) => {
    library = undefined;
    throw error;
  });
  return library;
}

async function openDocument(view: HTMLElement): Promise<Document> {
  const source = view.dataset.library ?? '';
  const url = view.dataset.url ?? '';
  const pdf = await load(source);
  const port = new Worker(source, { type: 'module' });
  const task = pdf.getDocument({
    url,
    worker: new pdf.PDFWorker({ port: port as never }),
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: true,
    maxImageSize: maxImagePixels,
    disableAutoFetch: true,
    disableRange: true,
  });
  try {
    return await task.promise;
  } catch (error) {
    port.terminate();
    throw error;
  }
}

/** An empty sheet of the page's shape, drawn when it comes near to where one reads. */
async function addSheet(view: HTMLElement, whole: Document, number: number): Promise<void> {
  const page = await whole.getPage(number);
  const natural = page.getViewport({ scale: 1 });
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  const values = { page: String(number), pages: String(whole.numPages) };
  canvas.setAttribute('aria-label', fill(view.dataset.page, values));
  const wanted = view.clientWidth * Math.min(devicePixelRatio, 2);
  const longer = Math.max(natural.height / natural.width, 1);
  const width = Math.min(wanted, maxPixelsPerSide / longer);
  const viewport = page.getViewport({ scale: width / natural.width });
  canvas.width = Math.ceil(viewport.width);
  canvas.height = Math.ceil(viewport.height);
  view.append(canvas);
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some((one) => one.isIntersecting)) return;
      observer.disconnect();
      page.render({ canvas, viewport }).promise.catch(() => fail(view));
    },
    { rootMargin: '100% 0px' },
  ).observe(canvas);
}

function tell(view: HTMLElement, text: string | undefined): void {
  const line = view.previousElementSibling;
  if (line) line.textContent = text ?? '';
}

function fail(view: HTMLElement): void {
  tell(view, view.dataset.failed);
}

async function show(view: HTMLElement): Promise<void> {
  const whole = await openDocument(view);
  for (let number = 1; number <= whole.numPages; number += 1) await addSheet(view, whole, number);
}

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-view]')) {
  const view = document.getElementById(button.dataset.view ?? '');
  if (!view || !('Worker' in window && 'IntersectionObserver' in window)) continue;
  const setShown = (isShown: boolean): void => {
    button.setAttribute('aria-expanded', String(isShown));
    const word = button.firstElementChild;
    if (word) word.textContent = view.dataset[isShown ? 'hide' : 'show'] ?? '';
    view.hidden = !isShown;
  };
  button.hidden = false;
  button.addEventListener('click', async () => {
    const isBlank = view.firstChild === null;
    setShown(view.hidden !== false);
    if (view.hidden || !isBlank) return;
    tell(view, view.dataset.loading);
    try {
      await show(view);
      tell(view, '');
      view.focus();
    } catch (_) {
      setShown(false);
      view.textContent = '';
      fail(view);
    }
  });
}

import type { Page } from 'playwright-core';
import type { Language } from '../../src/i18n.ts';
import type { Site } from './public-site.ts';
import { applyPath, filePart } from './send-form.ts';

/** A public page in one of its states. */
export type PageState = {
  name: string;
  /** The browser reports an answer with an error, as it should. */
  loud?: boolean;
  show(page: Page, site: Site, language: Language): Promise<unknown>;
};

const at =
  (path: (site: Site, language: Language) => string): PageState['show'] =>
  async (page, site, language) =>
    await page.goto(path(site, language));

/** Shows the answer of a request that a browser would send by a button, or at another time. */
const answered =
  (ask: (site: Site, language: Language) => Response | Promise<Response>): PageState['show'] =>
  async (page, site, language) => {
    const answer = await ask(site, language);
    const { status, headers } = answer;
    const body = Buffer.from(await answer.arrayBuffer());
    await page.route('**/shown', (route) =>
      route.fulfill({ status, headers: Object.fromEntries(headers), body }),
    );
    await page.goto('/shown');
  };

/** Mistakes of every kind, in one form. */
const mistakes = (): RequestInit => {
  const body = new FormData();
  body.set('links', 'javascript:alert(1)');
  body.append('cv', new File(['x'], 'photo.jpg'));
  body.append('cv', new File([], 'again.pdf'));
  return { method: 'POST', body };
};
const typed = (init: RequestInit = {}): RequestInit => {
  const body = new FormData();
  body.set('fullName', 'ნინო');
  return { method: 'POST', body, ...init };
};

const chosen = { ...filePart('cv', 'cv.pdf'), mimeType: 'application/pdf' };
const cv = { name: `${'Lebenslauf-'.repeat(9)}.pdf`, mimeType: 'application/pdf' };

/** The form with a CV on its way; `answer` is what the server says to what is sent of it. */
const uploading =
  (
    answer: { status: number; body?: string } | 'nothing' | 'as it is',
    settled: string,
    press?: string,
  ): PageState['show'] =>
  async (page, _, language) => {
    await page.goto(applyPath(language));
    if (answer !== 'as it is') {
      await page.route('**/uploads', async (route) => {
        if (answer !== 'nothing') await route.fulfill(answer);
      });
    }
    await page.locator('#cv').setInputFiles({ ...cv, buffer: chosen.bytes });
    if (press) {
      await page.locator('.upload').waitFor();
      await page.locator(press).click();
    }
    await page.locator(settled).first().waitFor();
  };

/** The form with a CV on its way, and a browser that has lost its network. */
const disconnected: PageState['show'] = async (page, site, language) => {
  await uploading('nothing', '.upload')(page, site, language);
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'onLine', { value: false });
    dispatchEvent(new Event('offline'));
  });
  await page.locator('.retry:not([hidden])').waitFor();
};

const check = '.actions button[value=check]';

/** Leaves a page whose requests are held: let go, they could still send it somewhere. */
export async function leave(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.unrouteAll();
}

/** Every public page in every state; a new page is a new line. */
export const publicPages: readonly PageState[] = [
  { name: 'the call', show: at((_, to) => `/${to}/calls/regional-experts`) },
  { name: 'a call with fees', show: at(({ otherCall }, to) => `/${to}/calls/${otherCall}`) },
  {
    name: 'a call before it opens',
    show: answered((site, to) => site.askIn(-1, `/${to}/calls/${site.otherCall}`)),
  },
  {
    name: 'a call that has closed',
    show: answered((site, to) => site.askIn(11, `/${to}/calls/${site.otherCall}`)),
  },
  { name: 'the calls', show: at((_, to) => `/${to}`) },
  { name: 'no calls', show: answered((site, to) => site.askIn(-1, `/${to}`)) },
  { name: 'the blank form', show: at((_, to) => applyPath(to)) },
  {
    name: 'a draft with files, just saved',
    show: at((site, to) => `/${to}/drafts/${site.drafts.full}?saved=save`),
  },
  { name: 'a draft with half a file', show: at((site, to) => `/${to}/drafts/${site.drafts.half}`) },
  {
    name: 'the form with errors',
    loud: true,
    show: answered((site, to) => site.ask(applyPath(to), mistakes())),
  },
  { name: 'the form uploading', show: uploading('nothing', '.upload') },
  {
    name: 'the form waiting for an upload',
    show: uploading('nothing', '#upload-hold:not(:empty)', check),
  },
  { name: 'the form without a connection', show: disconnected },
  {
    name: 'the form with an upload that failed',
    loud: true,
    show: uploading({ status: 403 }, '.retry:not([hidden])'),
  },
  {
    name: 'the form with a file that was refused',
    loud: true,
    show: uploading({ status: 422, body: 'cv.pdf is a picture' }, '#cv-selected'),
  },
  { name: 'the form with a file that has arrived', show: uploading('as it is', '.chip.good') },
  { name: 'the check page', show: at((site, to) => `/${to}/drafts/${site.drafts.full}/check`) },
  {
    name: 'the check page with problems',
    show: at((site, to) => `/${to}/drafts/${site.drafts.scant}/check`),
  },
  {
    name: 'the check page of what was changed',
    loud: true,
    show: answered((site, to) =>
      site.ask(`/${to}/drafts/${site.drafts.full}/submit`, {
        method: 'POST',
        body: new URLSearchParams({ revision: '1000' }),
      }),
    ),
  },
  { name: 'the receipt', show: at((site, to) => site.private.received.replace('/en/', `/${to}/`)) },
  {
    name: 'the receipt of somebody whose mail is refused',
    show: at((site, to) => site.private.refused.replace('/en/', `/${to}/`)),
  },
  {
    name: 'the status Being read',
    show: at((site, to) => site.private.beingRead.replace('/en/', `/${to}/`)),
  },
  {
    name: 'the status of what was decided',
    show: at((site, to) => site.private.decided.replace('/en/', `/${to}/`)),
  },
  {
    name: 'the status Withdrawn',
    show: at((site, to) => site.private.withdrawn.replace('/en/', `/${to}/`)),
  },
  { name: 'the privacy notice', show: at((_, to) => `/${to}/privacy`) },
  { name: 'the imprint', show: at((_, to) => `/${to}/imprint`) },
  { name: 'nothing (404)', loud: true, show: at((_, to) => `/${to}/nothing`) },
  {
    name: 'a language that is not there (404)',
    loud: true,
    show: answered((site, to) =>
      site.ask('/fr/calls/regional-experts', { headers: { 'accept-language': to } }),
    ),
  },
  {
    name: 'a draft that has expired (410)',
    loud: true,
    show: answered((site, to) => site.askIn(40, `/${to}/drafts/${site.drafts.scant}`)),
  },
  {
    name: 'a form for a call that has closed (410)',
    loud: true,
    show: answered((site, to) => site.askIn(11, `/${to}/calls/${site.otherCall}/apply`)),
  },
  {
    name: 'a form that can not be read (422)',
    loud: true,
    show: answered((site, to) => site.ask(applyPath(to), { method: 'POST', body: 'x' })),
  },
  {
    name: 'a form from elsewhere (403)',
    loud: true,
    show: answered((site, to) =>
      site.ask(applyPath(to), typed({ headers: { origin: 'https://elsewhere.example' } })),
    ),
  },
  {
    name: 'a form that could not be stored (503)',
    loud: true,
    show: answered((site, to) => site.askAway(applyPath(to), typed())),
  },
];

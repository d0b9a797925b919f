import type { Page } from 'playwright-core';
import { failurePages } from './failure-pages.ts';
import { followPages } from './follow-pages.ts';
import { answered, at, filled, type PageState } from './page-states.ts';
import { applyPath, filePart } from './send-form.ts';

/** Mistakes of every kind, in one form. */
const mistakes = (): RequestInit => {
  const body = new FormData();
  body.set('links', 'javascript:alert(1)');
  body.append('cv', new File(['x'], 'photo.jpg'));
  body.append('cv', new File([], 'again.pdf'));
  return { method: 'POST', body };
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

/** Leaves a page in its state: requests that are held and let go could still send it somewhere. */
export async function leave(page: Page, { held }: PageState): Promise<void> {
  if (!held) return;
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
    name: 'the blank form in a flood',
    show: answered((site, to) => site.askFlooded(applyPath(to))),
  },
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
  { name: 'the form uploading', held: true, show: uploading('nothing', '.upload') },
  {
    name: 'the form waiting for an upload',
    held: true,
    show: uploading('nothing', '#upload-hold:not(:empty)', check),
  },
  { name: 'the form without a connection', held: true, show: disconnected },
  {
    name: 'the form with an upload that failed',
    held: true,
    loud: true,
    show: uploading({ status: 403 }, '.retry:not([hidden])'),
  },
  {
    name: 'the form with a file that was refused',
    held: true,
    loud: true,
    show: uploading({ status: 422, body: 'cv.pdf is a picture' }, '#cv-selected'),
  },
  { name: 'the form with a file that has arrived', show: uploading('as it is', '.chip.good') },
  { name: 'what discretion is', show: at((_, to) => `/${to}/discreet`) },
  { name: 'a discreet draft', show: at((site, to) => `/${to}/drafts/${site.drafts.discreet}`) },
  { name: 'the check page', show: at((site, to) => `/${to}/drafts/${site.drafts.full}/check`) },
  {
    name: 'the check page with problems',
    show: at((site, to) => `/${to}/drafts/${site.drafts.scant}/check`),
  },
  {
    name: 'the check page of what looks like a program',
    show: answered((site, to) => site.askCounted(`/${to}/drafts/${site.drafts.doubted}/check`)),
  },
  {
    name: 'the check page that nobody has confirmed',
    loud: true,
    show: answered((site, to) =>
      site.askCounted(`/${to}/drafts/${site.drafts.doubted}/submit`, { method: 'POST' }),
    ),
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
  {
    name: 'a draft whose link was mailed',
    show: at((site, to) => `/${to}/drafts/${site.drafts.full}?saved=mail`),
  },
  {
    name: 'a draft whose link has no address to go to',
    loud: true,
    show: answered((site, to) =>
      site.ask(applyPath(to), filled({ fullName: 'ნინო', mailTo: 'x@', intent: 'mail' })),
    ),
  },
  {
    name: 'a draft that was changed elsewhere',
    loud: true,
    show: answered((site, to) =>
      site.ask(applyPath(to), filled({ draft: site.drafts.full, typed: '0.another-page.1' })),
    ),
  },
  ...followPages,
  { name: 'the privacy notice', show: at((_, to) => `/${to}/privacy`) },
  { name: 'the imprint', show: at((_, to) => `/${to}/imprint`) },
  { name: 'the accessibility statement', show: at((_, to) => `/${to}/accessibility`) },
  ...failurePages,
];

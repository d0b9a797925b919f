import { answered, at, filled, type PageState } from './page-states.ts';
import { applyPath } from './send-form.ts';

const typed = (init: RequestInit = {}): RequestInit =>
  filled({ fullName: 'ნინო', intent: 'save' }, init);
const mistyped = 'x'.repeat(32);

/** What is shown where something is not there, or does not work. */
export const failurePages: readonly PageState[] = [
  { name: 'nothing (404)', loud: true, show: at((_, to) => `/${to}/nothing`) },
  {
    name: 'a draft whose link was mistyped (404)',
    loud: true,
    show: at((_, to) => `/${to}/drafts/${mistyped}`),
  },
  {
    name: 'an application whose link was mistyped (404)',
    loud: true,
    show: at((_, to) => `/${to}/applications/${mistyped}`),
  },
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
    name: 'an application that was erased (410)',
    loud: true,
    show: at((site, to) => site.erased.replace('/en/', `/${to}/`)),
  },
  {
    name: 'a form for a call that has closed (410)',
    loud: true,
    show: answered((site, to) => site.askIn(11, `/${to}/calls/${site.otherCall}/apply`)),
  },
  {
    name: 'a form of a draft that was submitted (409)',
    loud: true,
    show: answered((site, to) =>
      site.ask(applyPath(to), filled({ draft: site.drafts.sent, fullName: 'Late' })),
    ),
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
    name: 'a withdrawal from elsewhere (403)',
    loud: true,
    show: answered((site, to) =>
      site.ask(`${site.private.received.replace('/en/', `/${to}/`)}/withdraw`, {
        method: 'POST',
        headers: { origin: 'https://elsewhere.example' },
      }),
    ),
  },
  {
    name: 'a form too many (429)',
    loud: true,
    show: answered((site, to) => site.askOften(applyPath(to), typed())),
  },
  {
    name: 'a form in a flood (429)',
    loud: true,
    show: answered((site, to) => site.askFlooded(applyPath(to), typed())),
  },
  {
    name: 'a button pressed too often (429)',
    loud: true,
    show: answered((site, to) =>
      site.askOften(`${site.private.received.replace('/en/', `/${to}/`)}/withdraw/undo`, {
        method: 'POST',
      }),
    ),
  },
  {
    name: 'a fault of ours (500)',
    loud: true,
    show: answered((site, to) => site.askBroken(`/${to}/drafts/${site.drafts.full}`)),
  },
  {
    name: 'a form that met a fault of ours (500)',
    loud: true,
    show: answered((site, to) => site.askBroken(applyPath(to), typed())),
  },
  {
    name: 'a page without the database (503)',
    loud: true,
    show: answered((site, to) => site.askAway(`/${to}/privacy`)),
  },
  {
    name: 'a form that could not be stored (503)',
    loud: true,
    show: answered((site, to) => site.askAway(applyPath(to), typed())),
  },
];

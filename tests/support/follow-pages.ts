import type { Language } from '../../src/i18n.ts';
import { answered, at, filled, type PageState } from './page-states.ts';
import type { Site } from './public-site.ts';

const privately =
  (state: keyof Site['private'], rest = '') =>
  (site: Site, to: Language): string =>
    site.private[state].replace('/en/', `/${to}/`) + rest;

const find = (fields: Record<string, string>): PageState['show'] =>
  answered((site, to) =>
    site.ask(`/${to}/find`, { method: 'POST', body: new URLSearchParams(fields) }),
  );

/** What applicants see once they have applied, and how they find it again. */
export const followPages: readonly PageState[] = [
  { name: 'the receipt', show: at(privately('received')) },
  { name: 'the receipt of somebody whose mail is refused', show: at(privately('refused')) },
  { name: 'the status Being read', show: at(privately('beingRead')) },
  { name: 'the status of what was decided', show: at(privately('decided')) },
  { name: 'the private page with a decision letter', show: at(privately('told')) },
  { name: 'the agreement of a contributor', show: at(privately('told', '/consent')) },
  { name: 'the details of a contributor', show: at(privately('told', '/details')) },
  {
    name: 'the details of a contributor with what is wrong',
    loud: true,
    show: answered((site, to) =>
      site.ask(
        privately('told', '/details')(site, to),
        filled({ byline: ' ', beats: 'ა'.repeat(2500), availability: 'never' }),
      ),
    ),
  },
  { name: 'the status Withdrawn', show: at(privately('withdrawn')) },
  {
    name: 'the status of a promise that was not kept',
    show: answered((site, to) => site.askIn(40, privately('received')(site, to))),
  },
  { name: 'the private page with messages', show: at(privately('written', '?done=message')) },
  {
    name: 'the private page with a message that is missing',
    loud: true,
    show: answered((site, to) =>
      site.ask(privately('written', '/messages')(site, to), filled({ message: ' ' })),
    ),
  },
  {
    name: 'the private page with a message that is too long',
    loud: true,
    show: answered((site, to) =>
      site.ask(privately('received', '/messages')(site, to), filled({ message: 'ა'.repeat(9000) })),
    ),
  },
  { name: 'the private page with an open request', show: at(privately('asked')) },
  {
    name: 'the private page with an answer that is missing',
    loud: true,
    show: answered((site, to) =>
      site.ask(privately('asked', '/request')(site, to), filled({ answer: ' ' })),
    ),
  },
  { name: 'the private page with an answered request', show: at(privately('answered')) },
  { name: 'a discreet private page', show: at(privately('discreet')) },
  {
    name: 'a discreet private page asked for an export with another address',
    loud: true,
    show: answered((site, to) =>
      site.ask(privately('discreet', '/export')(site, to), {
        method: 'POST',
        body: new URLSearchParams({ exportEmail: 'other@example.org' }),
      }),
    ),
  },
  { name: 'replacing documents of a discreet one', show: at(privately('discreet', '/documents')) },
  { name: 'replacing documents', show: at(privately('received', '/documents')) },
  {
    name: 'replacing documents with one that was refused',
    loud: true,
    show: answered((site, to) =>
      site.ask(
        privately('received', '/documents')(site, to),
        filled({ cv: new File(['x'], 'photo.jpg'), writingSample: new File([], 'empty.pdf') }),
      ),
    ),
  },
  {
    name: 'replacing documents when somebody has opened them',
    loud: true,
    show: answered((site, to) =>
      site.ask(
        privately('beingRead', '/documents')(site, to),
        filled({ cvText: 'A pasted line.\n'.repeat(20) }),
      ),
    ),
  },
  { name: 'withdrawing', show: at(privately('received', '/withdraw')) },
  {
    name: 'a withdrawal that can no longer be undone',
    loud: true,
    show: answered((site, to) =>
      site.askIn(1, privately('withdrawn', '/withdraw/undo')(site, to), { method: 'POST' }),
    ),
  },
  { name: 'erasing an application', show: at(privately('received', '/erase')) },
  { name: 'erasing a draft', show: at((site, to) => `/${to}/drafts/${site.drafts.full}/erase`) },
  { name: 'what was erased', show: at((_, to) => `/${to}/erased`) },
  { name: 'finding an application', show: at((_, to) => `/${to}/find`) },
  { name: 'a link that is on its way', show: at((_, to) => `/${to}/find?sent=yes`) },
  { name: 'finding without code and address', loud: true, show: find({}) },
  {
    name: 'finding with a code that is none',
    loud: true,
    show: find({ code: 'F-1', email: 'nino@' }),
  },
  {
    name: 'finding with a pair that does not fit',
    loud: true,
    show: find({ code: 'QQQQ-QQQQ-QQQQ-QQQQ', email: 'nobody@example.org' }),
  },
];

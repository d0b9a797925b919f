import { decideApplication } from '../../src/actions/decide-application.ts';
import { draftDecision } from '../../src/actions/draft-decision.ts';
import { readTemplate } from '../../src/actions/save-template.ts';
import { digestLetter, fillLetter } from '../../src/actions/write-letter.ts';
import { languageOf } from '../../src/actions/write-mail.ts';
import { findByReference, lockApplication } from '../../src/db/applications.ts';
import { findDraft, openActContent } from '../../src/db/decision-acts.ts';
import { listEvents } from '../../src/db/events.ts';
import { recordTransition } from '../../src/db/stages.ts';
import type { Deps } from '../../src/deps.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { type DecisionAct, standingOf, type TransitionName } from '../../src/domain/stages.ts';
import { found } from '../../src/errors.ts';
import { decode, elementsOf } from './html.ts';

type Person = { id: string; name: string; role: Role };

/** Moves an application as before there were letters: no reason, no letter, nobody is told. */
export async function moveSilently(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  move: { id: string; name: TransitionName; staff: { id: string } },
): Promise<void> {
  const { id, name, staff } = move;
  await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const by = { actor: 'staff' as const, staffId: staff.id, now: clock.now() };
    await recordTransition(trx, application, { name, ...by });
  });
}

/** Decides as the two pages do: a draft, the letter as it will be read, the word to go. */
export async function decide(
  deps: Deps,
  { reference }: { reference: string },
  act: DecisionAct,
  staff: Person,
  values: {
    withLetter?: boolean;
    source?: { subject: string; body: string };
    reasonWords?: string;
    seen?: number;
  } = {},
) {
  const { db, keys, clock } = deps;
  const application = found(await findByReference(db, reference));
  const events = await listEvents(db, application.id);
  const template = { kind: act, language: languageOf(application.language) };
  const source = values.source ?? (await readTemplate(db, application.callId, template));
  const withLetter = values.withLetter ?? true;
  const draft = {
    ...{ act, from: standingOf(application), seen: values.seen ?? events.at(-1)!.id },
    ...{ reasonWords: values.reasonWords ?? '', withLetter, source },
    reason: act === 'decline' ? ('capacity' as const) : null,
  };
  await draftDecision(deps, application, draft, staff.id);
  const whose = { applicationId: application.id, authorId: staff.id, act };
  const kept = found(await findDraft(db, whose));
  const subject = { application, act, author: staff, now: clock.now() };
  const key = keys.unwrapKey(application.id, application.wrapped);
  const filled = await fillLetter(db, deps, subject, openActContent(key, kept).source);
  const shown = withLetter && 'letter' in filled ? digestLetter(filled.letter) : '';
  const confirmed = { draftId: kept.id, shown, author: staff };
  return await decideApplication(deps, application, confirmed);
}

type Answer = { status: number; location: string | null; html: string };
type Seat = {
  get(path: string): Promise<Answer>;
  post(path: string, form?: Record<string, string>): Promise<Answer>;
};

/** What a page's form carries and what stands in its controls, chosen radio buttons and options included. */
export function readControls(html: string): Record<string, string> {
  const main = html.split('</main>')[0]!;
  const values: Record<string, string> = {};
  for (const { name, value, type, checked } of elementsOf(main, 'input')) {
    if (name === undefined || (type === 'radio' && checked === undefined)) continue;
    values[name] = value ?? '';
  }
  for (const [, attributes, text] of main.matchAll(/<textarea([^>]*)>([\s\S]*?)<\/textarea>/g)) {
    values[/name="([^"]+)"/.exec(attributes!)![1]!] = decode(text!);
  }
  for (const [, name, inside] of main.matchAll(
    /<select[^>]*name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    values[name!] = /<option value="([^"]*)" selected/.exec(inside!)?.[1] ?? '';
  }
  return values;
}

/** Decides by the pages, with what they offer but for `fields`; the answer to the last form. */
export async function decideByPages(
  seat: Seat,
  { reference }: { reference: string },
  act: DecisionAct,
  fields: Record<string, string> = {},
): Promise<Answer> {
  const path = `/admin/applications/${reference}/decide/${act}`;
  const step = await seat.get(path);
  if (step.status !== 200) return step;
  const reason = act === 'decline' ? { reason: 'capacity' } : {};
  const words = act === 'reopen' ? { reasonWords: 'It was the wrong one.' } : {};
  const form = { ...readControls(step.html), ...reason, ...words, ...fields };
  const drafted = await seat.post(path, form);
  if (drafted.status !== 303) return drafted;
  const check = await seat.get(drafted.location!);
  if (check.status !== 200) return check;
  return await seat.post(`${path}/confirm`, readControls(check.html));
}

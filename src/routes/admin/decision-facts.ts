import type { Context } from 'hono';
import { isAddressRefused } from '../../actions/correct-address.ts';
import type { HeldApplication } from '../../db/applications.ts';
import { findConsent } from '../../db/consents.ts';
import { type ActEntry, listActs, openActContent, standingActs } from '../../db/decision-acts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { isDecisionTold, toldAtOf } from '../../domain/decisions.ts';
import { may } from '../../domain/permissions.ts';
import type { ShownPlace } from '../../views/components/contributor-state.tsx';
import type { ShownAct, ShownReason } from '../../views/components/decision-state.tsx';

function showAct(act: ActEntry, now: Date): ShownAct {
  const { id, act: name, withLetter, mailId } = act;
  const told = toldAtOf(act, now);
  const shown = { id, act: name, withLetter, mailId };
  if (told) return { ...shown, telling: 'told', at: told };
  if (!withLetter) return { ...shown, telling: 'unsaid', at: act.toldAt };
  if (act.jobState !== 'queued') return { ...shown, telling: 'stuck', at: null };
  const isHeld = act.attempts === 0 && act.leaseId === null;
  return { ...shown, telling: isHeld ? 'held' : 'leaving', at: act.notBefore };
}

type DecisionFacts = {
  shown: ShownAct | undefined;
  reasons: ShownReason[];
  told: boolean;
  /** Their place in the directory, for those who keep it. */
  place: ShownPlace | undefined;
};

/** What the page of an application says of its decision: what stands, who knows of it, and why. */
export async function showDecision(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  c: Context<AppEnv>,
  application: HeldApplication,
): Promise<DecisionFacts> {
  const now = clock.now();
  const acts = await listActs(db, application.id);
  const live = acts.find(({ state }) => state === 'live');
  const told = isDecisionTold(application, standingActs(acts), now);
  const shown = live && showAct(live, now);
  if (!may(c.var.staff.role, 'decide')) return { shown, reasons: [], told, place: undefined };
  const keepsDirectory = told && may(c.var.staff.role, 'keep-contributors');
  const place = keepsDirectory ? await findConsent(db, application.id, now) : undefined;
  const key = keys.unwrapKey(application.id, application.wrapped);
  const reasons = acts.flatMap((act): ShownReason[] => {
    const words = openActContent(key, act).reasonWords;
    if (act.reason === null && words === '') return [];
    const { authorName, reason, decidedAt, state } = act;
    const recalled = state === 'recalled' || state === 'cancelled';
    return [{ act: act.act, authorName, reason, words, at: decidedAt ?? now, recalled }];
  });
  return { shown, reasons, told, place };
}

/** Mail to the applicant is refused. */
export async function isMailRefused(
  { db, keys }: Pick<Deps, 'db' | 'keys'>,
  application: HeldApplication,
): Promise<boolean> {
  const key = keys.unwrapKey(application.id, application.wrapped);
  return await isAddressRefused({ db, keys }, application, key);
}

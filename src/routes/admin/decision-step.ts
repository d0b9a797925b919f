import type { Context } from 'hono';
import {
  type DecisionObstacle,
  findClosure,
  findObstacle,
} from '../../actions/decide-application.ts';
import { readTemplate } from '../../actions/save-template.ts';
import { languageOf } from '../../actions/write-mail.ts';
import { findByReference, type HeldApplication } from '../../db/applications.ts';
import { type ActEntry, findDraft, listActs, openActContent } from '../../db/decision-acts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type DecisionAct, decisionActs } from '../../domain/stages.ts';
import { found } from '../../errors.ts';
import type { TypedDecision } from '../../views/pages/decide.tsx';

/** What somebody is at: an application, an act, and what was decided about it so far. */
export type DecisionStep = {
  application: HeldApplication;
  key: Buffer;
  act: DecisionAct;
  /** The act whose held letter is being changed; undefined where something is decided. */
  edits: ActEntry | undefined;
  acts: ActEntry[];
  draft: ActEntry | undefined;
  /** Why the act can't be done now. */
  obstacle: DecisionObstacle | undefined;
};

/** What the address says, as it stands now; throws `not-found`. */
export async function readDecisionStep(
  { db, keys }: Pick<Deps, 'db' | 'keys'>,
  c: Context<AppEnv>,
): Promise<DecisionStep> {
  const { reference = '', act: wanted = '' } = c.req.param();
  const act = found(decisionActs.find((one) => one === wanted));
  const application = found(await findByReference(db, reference));
  const acts = await listActs(db, application.id);
  const live = acts.find(({ state }) => state === 'live');
  const isHeld = live?.jobState === 'queued' && live.attempts === 0;
  const edits = isHeld && live.act === act ? live : undefined;
  const whose = { applicationId: application.id, authorId: c.var.staff.id, act };
  return {
    ...{ application, act, edits, acts },
    key: keys.unwrapKey(application.id, application.wrapped),
    draft: await findDraft(db, whose),
    obstacle:
      findClosure(application) ??
      (edits ? undefined : findObstacle(application, act, { live, role: c.var.staff.role })),
  };
}

/** What the step begins with: what was typed before, else a recalled letter, else the template. */
export async function startDecision(
  { db }: Pick<Deps, 'db'>,
  { application, key, act, edits, acts, draft }: DecisionStep,
) {
  const blank = { reason: '', reasonWords: '', withLetter: true } as const;
  const recalled = acts.find((one) => one.state === 'recalled' && one.act === act);
  const last = draft ?? edits ?? recalled;
  if (last) {
    const { source, reasonWords } = openActContent(key, last);
    const { reason, withLetter } = last;
    const typed = { reason: reason ?? '', reasonWords, withLetter, source } as TypedDecision;
    return { typed, recalled: last === recalled && withLetter };
  }
  const template = { kind: act, language: languageOf(application.language) };
  const source = await readTemplate(db, application.callId, template);
  // A reversal needs no letter where none went out.
  const wasTold = acts.some((one) => one.state !== 'recalled' && one.sentAt !== null);
  const withLetter = act !== 'reopen' || wasTold;
  return { typed: { ...blank, withLetter, source }, recalled: false };
}

import { createId } from '../crypto.ts';
import { type HeldApplication, lockApplication } from '../db/applications.ts';
import { type ActEntry, replaceDraft, sealActContent } from '../db/decision-acts.ts';
import type { Deps } from '../deps.ts';
import type { DeclineReason } from '../domain/decisions.ts';
import type { DecisionAct, Standing } from '../domain/stages.ts';
import type { TemplateText } from '../domain/standard-templates.ts';
import { AppError } from '../errors.ts';

/** What somebody is about to decide, before they have seen the letter as it will be read. */
export type DecisionDraft = {
  act: DecisionAct;
  /** Where they saw the application stand, and the newest event that they saw. */
  from: Standing;
  seen: number;
  reason: DeclineReason | null;
  reasonWords: string;
  withLetter: boolean;
  source: TemplateText;
  /** The act whose held letter this one is to replace. */
  edits?: Pick<ActEntry, 'id'>;
};

/** Keeps a draft in place of its author's earlier one, until they confirm it. Throws `gone`. */
export async function draftDecision(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  { id: applicationId, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  draft: DecisionDraft,
  authorId: string,
): Promise<void> {
  const key = keys.unwrapKey(applicationId, wrapped);
  await db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, applicationId);
    if (!application) throw new AppError('gone');
    const now = clock.now();
    const id = createId(now);
    const { act, from, seen, reason, reasonWords, withLetter, source, edits } = draft;
    await replaceDraft(trx, {
      ...{ id, applicationId, act, authorId, seen, reason, withLetter },
      state: 'draft',
      editsId: edits?.id ?? null,
      fromStanding: from,
      language: application.language,
      contentSealed: sealActContent(key, id, { reasonWords, source, letter: null }),
      ...{ mailId: null, toldAt: null, createdAt: now, decidedAt: null },
    });
  });
}

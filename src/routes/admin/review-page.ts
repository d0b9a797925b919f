import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { contentOf } from '../../actions/save-review.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import { listWorkloads } from '../../db/review-assignments.ts';
import { getReviewDesk } from '../../db/review-desk.ts';
import {
  findOwnReview,
  getCriteria,
  getNewestCriteria,
  listReviewVersions,
  type Review,
  type ReviewVersion,
} from '../../db/reviews.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Criterion } from '../../domain/call-content.ts';
import { may } from '../../domain/permissions.ts';
import type { AssignmentState } from '../../domain/review-assignments.ts';
import { blankReview, isReviewable, keepScores, type ReviewContent } from '../../domain/reviews.ts';
import {
  criterionKeys,
  type ShownCriterion,
  showAbility,
  showCriteria,
  showRecommendation,
} from '../../domain/scorecard.ts';
import { formatTyping } from '../../domain/typing.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { DeskConflict } from '../../views/components/desk-conflict.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import type { ShownReview, ShownVersion } from '../../views/components/review-list.tsx';
import type { ShownReviewing } from '../../views/components/review-panel.tsx';
import type { ShownReviewers } from '../../views/components/reviewers.tsx';
import type { ShownScorecard } from '../../views/components/scorecard.tsx';

/** What a request about reviewing came to, told on the page. */
export type ReviewHappening = {
  /** A review as it was sent, which was not stored as it was meant. */
  sent?: { content: ReviewContent; callVersionId: string; errors: FieldError[] };
  conflict?: DeskConflict;
  notice?: { text: string; bad: boolean };
  /** What was chosen on a page that was old. */
  chosen?: { editor?: string; reviewer?: string; wanted?: string; tag?: string };
  errors?: FieldError[];
};

type Core = Pick<Deps, 'db' | 'keys'>;

/** Everything about reviewing an application that whoever asks may see, and no more. */
export async function showReviewing(
  { db, keys }: Core,
  c: Context<AppEnv>,
  {
    application,
    language,
    happened,
  }: {
    application: ReadApplication;
    /** The publication's. */
    language: string;
    happened: ReviewHappening;
  },
): Promise<ShownReviewing> {
  const { staff } = c.var;
  const { id, stage } = application;
  const t = translatorFor(c.var.language);
  const desk = await getReviewDesk(db, id, staff);
  const own = desk.assignments.find(({ reviewerId }) => reviewerId === staff.id)?.state;
  const versions = await listReviewVersions({ db, keys }, id, staff);
  const others = desk.assignments.filter(
    ({ state, reviewerId }) => state === 'done' && reviewerId !== staff.id,
  );
  const { handlingEditorId, handlingEditor, wanted, wantedOwn, assignments, seen } = desk;
  const reviews = groupVersions(t, versions, { language, staffId: staff.id });
  const card = await showCard({ db, keys }, t, {
    application,
    staff,
    own,
    language,
    happened,
    seen,
  });
  return {
    ...{ seen, own, card, open: isReviewable(stage) },
    reviews,
    hidden: desk.sees ? 0 : others.length,
    people: {
      handlingEditor: handlingEditorId
        ? { id: handlingEditorId, name: handlingEditor ?? '' }
        : null,
      ...{ wanted, wantedOwn, assignments },
      choices: may(staff.role, 'assign')
        ? await listChoices(db, isReviewable(stage), happened)
        : undefined,
    },
    errors: [...(happened.errors ?? []), ...(happened.sent?.errors ?? [])],
  };
}

async function listChoices(
  db: Deps['db'],
  open: boolean,
  { chosen = {} }: ReviewHappening,
): Promise<ShownReviewers['choices']> {
  const people = await listWorkloads(db);
  return {
    editors: people.filter(({ role }) => may(role, 'assign')),
    reviewers: people.filter(({ role }) => may(role, 'review')),
    ...{ chosen, open },
  };
}

type CardFacts = {
  application: ReadApplication;
  staff: { id: string };
  own: AssignmentState | undefined;
  language: string;
  happened: ReviewHappening;
  seen: number;
};

/** The reader's scorecard: as it was just sent, as it is stored, or blank. */
async function showCard(
  { db, keys }: Core,
  t: Translator,
  { application, staff, own, language, happened, seen }: CardFacts,
): Promise<ShownScorecard | undefined> {
  const { sent } = happened;
  const isOwn = own === 'open' || own === 'done';
  if (!isOwn && !sent) return undefined;
  const stored = await findOwnReview(
    { db, keys },
    { applicationId: application.id, reviewerId: staff.id },
  );
  const { callVersionId, criteria } = await chooseCriteria(db, application, stored, sent);
  const content = sent?.content ?? (stored ? contentOf(stored) : blankReview);
  const page = randomBytes(9).toString('base64url');
  const isOpen = isReviewable(application.stage);
  return {
    criteria: showCriteria(criteria, t, language),
    ability: showAbility(t, language),
    recommendation: showRecommendation(t),
    content: keepScores(content, criterionKeys(criteria)),
    carried: {
      seen: String(seen),
      criteria: callVersionId,
      typed: formatTyping({ base: stored?.revision ?? 0, page, order: 0 }),
    },
    errors: sent?.errors ?? [],
    sent: sent !== undefined,
    submitted: isOwn && (stored?.submittedNumber ?? 0) > 0,
    changed: stored?.state === 'draft',
    closed: !isOpen || own === 'recused',
    reclaims: isOpen && !isOwn && own !== 'recused',
  };
}

/** A review that was submitted keeps what it answered; a draft follows its call. */
async function chooseCriteria(
  db: Deps['db'],
  { callId }: ReadApplication,
  stored: Review | undefined,
  sent: ReviewHappening['sent'],
): Promise<{ callVersionId: string; criteria: Criterion[] }> {
  const kept =
    sent?.callVersionId ??
    (stored && stored.submittedNumber > 0 ? stored.callVersionId : undefined);
  if (kept === undefined) return await getNewestCriteria(db, callId);
  return { callVersionId: kept, criteria: await getCriteria(db, callId, kept) };
}

function showVersion(t: Translator, version: ReviewVersion, language: string): ShownVersion {
  const criteria = showCriteria(version.criteria, t, language);
  const given = criteria.flatMap(
    (criterion): { criterion: ShownCriterion; score: 1 | 2 | 3 | 4 }[] => {
      const score = version.scores[criterion.key];
      return score === undefined ? [] : [{ criterion, score }];
    },
  );
  const { number, submittedAt, text, recommendation, ability } = version;
  return {
    ...{ number, submittedAt, text, recommendation },
    given:
      ability === null
        ? given
        : [...given, { criterion: showAbility(t, language), score: ability }],
  };
}

function groupVersions(
  t: Translator,
  versions: ReviewVersion[],
  { language, staffId }: { language: string; staffId: string },
): ShownReview[] {
  const groups = new Map<string, ShownReview>();
  for (const version of versions) {
    const { reviewerId, reviewer } = version;
    const group = groups.get(reviewerId) ?? { reviewer, own: reviewerId === staffId, versions: [] };
    group.versions.push(showVersion(t, version, language));
    groups.set(reviewerId, group);
  }
  return [...groups.values()];
}

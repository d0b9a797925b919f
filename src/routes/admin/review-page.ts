import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { contentOf } from '../../actions/save-review.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import type { Reader } from '../../db/review-access.ts';
import { listWorkloads, type Workload } from '../../db/review-assignments.ts';
import { getReviewDesk, type ReviewDesk } from '../../db/review-desk.ts';
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
import type { Stage } from '../../domain/stages.ts';
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

/** What `showReviewing` is made of. */
type ReadReviewing = {
  desk: ReviewDesk;
  versions: ReviewVersion[];
  /** What the reader has between them and the application. */
  own: AssignmentState | undefined;
  /** For the reader's scorecard; undefined where they have none. */
  card: CardFacts | undefined;
  /** Everybody who can sign in; undefined for those who assign nobody. */
  people: Workload[] | undefined;
};

/** Everything about reviewing an application that whoever asks may see, and no more. */
export async function readReviewing(
  { db, keys }: Core,
  staff: Reader,
  application: ReadApplication,
  { sent }: ReviewHappening,
): Promise<ReadReviewing> {
  const { id } = application;
  const reviewerId = staff.id;
  const [desk, versions, stored, people] = await Promise.all([
    getReviewDesk(db, id, staff),
    listReviewVersions({ db, keys }, id, staff),
    findOwnReview({ db, keys }, { applicationId: id, reviewerId }),
    may(staff.role, 'assign') ? listWorkloads(db) : undefined,
  ]);
  const own = desk.assignments.find((one) => one.reviewerId === reviewerId)?.state;
  const hasCard = own === 'open' || own === 'done' || sent !== undefined;
  const card = hasCard
    ? { stored, ...(await chooseCriteria(db, application, stored, sent)) }
    : undefined;
  return { desk, versions, own, card, people };
}

/** The same as the page shows it. */
export function showReviewing(
  c: Context<AppEnv>,
  { desk, versions, own, card: facts, people }: ReadReviewing,
  {
    stage,
    language,
    happened,
  }: {
    stage: Stage;
    /** The publication's. */
    language: string;
    happened: ReviewHappening;
  },
): ShownReviewing {
  const { staff } = c.var;
  const t = translatorFor(c.var.language);
  const others = desk.assignments.filter(
    ({ state, reviewerId }) => state === 'done' && reviewerId !== staff.id,
  );
  const { handlingEditorId, handlingEditor, wanted, wantedOwn, assignments, seen } = desk;
  const reviews = groupVersions(t, versions, { language, staffId: staff.id });
  const card = facts && showCard(t, facts, { stage, own, language, happened, seen });
  return {
    ...{ seen, own, card, open: isReviewable(stage) },
    reviews,
    hidden: desk.sees ? 0 : others.length,
    people: {
      handlingEditor: handlingEditorId
        ? { id: handlingEditorId, name: handlingEditor ?? '' }
        : null,
      ...{ wanted, wantedOwn, assignments },
      choices: people && showChoices(people, isReviewable(stage), happened),
    },
    errors: [...(happened.errors ?? []), ...(happened.sent?.errors ?? [])],
  };
}

function showChoices(
  people: readonly Workload[],
  open: boolean,
  { chosen = {} }: ReviewHappening,
): ShownReviewers['choices'] {
  return {
    editors: people.filter(({ role }) => may(role, 'assign')),
    reviewers: people.filter(({ role }) => may(role, 'review')),
    ...{ chosen, open },
  };
}

type CardFacts = { stored: Review | undefined; callVersionId: string; criteria: Criterion[] };

/** The reader's scorecard: as it was just sent, as it is stored, or blank. */
function showCard(
  t: Translator,
  { stored, callVersionId, criteria }: CardFacts,
  {
    stage,
    own,
    language,
    happened,
    seen,
  }: {
    stage: Stage;
    own: AssignmentState | undefined;
    language: string;
    happened: ReviewHappening;
    seen: number;
  },
): ShownScorecard {
  const { sent } = happened;
  const isOwn = own === 'open' || own === 'done';
  const content = sent?.content ?? (stored ? contentOf(stored) : blankReview);
  const page = randomBytes(9).toString('base64url');
  const isOpen = isReviewable(stage);
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

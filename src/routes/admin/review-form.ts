import type { Context } from 'hono';
import { contentOf } from '../../actions/save-review.ts';
import { getPublication } from '../../db/calls.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import { getCriteria, type Review } from '../../db/reviews.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import {
  listDifferences,
  type ReviewContent,
  type ReviewProblem,
  readReview,
  reviewTextLimit,
  type Score,
  textField,
} from '../../domain/reviews.ts';
import {
  criterionKeys,
  type ShownCriterion,
  showAbility,
  showCriteria,
  showRecommendation,
} from '../../domain/scorecard.ts';
import { parseTyping, type Typing } from '../../domain/typing.ts';
import { AppError } from '../../errors.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { DeskConflict } from '../../views/components/desk-conflict.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import { isId } from '../attachment.ts';
import { readFields } from './edit-form.ts';

/** A scorecard as it was sent, with the criteria that its page showed. */
export type SentReview = {
  fields: Fields;
  callVersionId: string;
  criteria: ShownCriterion[];
  keys: string[];
  content: ReviewContent;
  typing: Typing;
};

/** Reads a scorecard; throws `malformed` for one that no page of ours can have sent. */
export async function readSentReview(
  { db }: Pick<Deps, 'db'>,
  c: Context<AppEnv>,
  { callId }: ReadApplication,
): Promise<SentReview> {
  const fields = await readFields(c);
  const callVersionId = fields.get('criteria')?.[0] ?? '';
  const typing = parseTyping(fields.get('typed')?.[0] ?? '');
  if (!isId(callVersionId) || !typing) throw new AppError('malformed');
  const t = translatorFor(c.var.language);
  const { language } = await getPublication(db);
  const criteria = await getCriteria(db, callId, callVersionId);
  const keys = criterionKeys(criteria);
  return {
    ...{ fields, callVersionId, keys, content: readReview(fields, keys), typing },
    criteria: [
      ...showCriteria(criteria, t, language),
      showAbility(t, language),
      showRecommendation(t),
    ],
  };
}

/** The problems as sentences beside their controls. */
export function sayReviewProblems(
  t: Translator,
  problems: readonly ReviewProblem[],
  criteria: readonly ShownCriterion[],
): FieldError[] {
  return problems.map(({ field, problem, over = 0 }) => {
    const name = criteria.find((one) => one.field === field)?.label.text ?? '';
    return {
      field,
      message:
        problem === 'missing'
          ? t('review.problem.missing', { name })
          : t('review.problem.tooLong', { limit: reviewTextLimit, over }),
    };
  });
}

/** What the reader saved from another page, where it differs from what they sent. */
export function sayRival(t: Translator, sent: SentReview, review: Review): DeskConflict {
  const stored = contentOf(review);
  const none = t('admin.application.noAnswer');
  const wordFor = (content: ReviewContent, field: string): string => {
    if (field === textField) return content.text || none;
    const criterion = sent.criteria.find((one) => one.field === field);
    const score: Score | null | undefined =
      field === 'ability' || field === 'recommendation'
        ? content[field]
        : criterion && content.scores[criterion.key];
    return (score && criterion?.words[score - 1]?.text) || none;
  };
  return {
    text: t('review.rival'),
    changes: [],
    differences: listDifferences(sent.content, stored, sent.keys).map((field) => ({
      what: sent.criteria.find((one) => one.field === field)?.label.text ?? t('review.text'),
      asked: wordFor(sent.content, field),
      stands: wordFor(stored, field),
    })),
  };
}

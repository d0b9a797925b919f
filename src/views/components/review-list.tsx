import { type Score, scores } from '../../domain/reviews.ts';
import type { ShownCriterion } from '../../domain/scorecard.ts';
import type { Translator } from '../../i18n.ts';
import type { PageTime } from './reply-by.tsx';

/** One submitted version of a review, worded for its reader. */
export type ShownVersion = {
  number: number;
  submittedAt: Date;
  text: string;
  recommendation: Score;
  /** Every score that was given, ability among them. */
  given: { criterion: ShownCriterion; score: Score }[];
};

/** The versions of one reviewer, the newest first. */
export type ShownReview = { reviewer: string; own: boolean; versions: ShownVersion[] };

type Props = {
  t: Translator;
  reviews: ShownReview[];
  /** How many others there are that the reader may not see yet. */
  hidden: number;
  recused: boolean;
  time: PageTime;
};

/** Good words are green only when all mean it: nothing here is for or against but the two ends. */
const chips: Record<Score, string> = { 1: 'chip bad', 2: 'chip', 3: 'chip', 4: 'chip good' };

export const RecommendationChip = ({ t, score }: { t: Translator; score: Score }) => (
  <span class={chips[score]}>{t(`review.recommendation.${score}`)}</span>
);

const Version = ({
  t,
  version,
  time,
}: {
  t: Translator;
  version: ShownVersion;
  time: PageTime;
}) => (
  <>
    <p class="small">
      <RecommendationChip t={t} score={version.recommendation} />{' '}
      <time class="soft num" datetime={version.submittedAt.toISOString()}>
        {t.dateTime(version.submittedAt, time.timeZone)}
      </time>
    </p>
    <dl class="given small">
      {version.given.map(({ criterion, score }) => (
        <div>
          <dt lang={criterion.label.lang}>{criterion.label.text}</dt>
          <dd lang={criterion.words[score - 1]?.lang}>{criterion.words[score - 1]?.text}</dd>
        </div>
      ))}
    </dl>
    {version.text !== '' && (
      <p class="words" dir="auto">
        {version.text}
      </p>
    )}
  </>
);

/** What the reviews say on average, in figures and in the nearest word. */
const Mean = ({ t, reviews }: { t: Translator; reviews: ShownReview[] }) => {
  const given = reviews.flatMap(({ versions }) => versions[0]?.recommendation ?? []);
  if (given.length < 2) return null;
  const mean = given.reduce((sum: number, one) => sum + one, 0) / given.length;
  const nearest = scores.find((one) => one === Math.round(mean))!;
  return (
    <p class="small">
      {t('review.mean', { mean: t.number(Math.round(mean * 10) / 10), count: given.length })}{' '}
      <RecommendationChip t={t} score={nearest} />
    </p>
  );
};

/** The submitted reviews that the reader may see, and a word about those that they may not. */
export const ReviewList = ({ t, reviews, hidden, recused, time }: Props) => {
  if (recused) return <p class="soft">{t('review.hidden.recused')}</p>;
  return (
    <>
      {hidden === 0 && reviews.length === 0 && <p class="soft">{t('review.none')}</p>}
      <Mean t={t} reviews={reviews} />
      {reviews.map(({ reviewer, own, versions: [newest, ...earlier] }) => (
        <article class="review">
          <h3>{own ? t('review.own', { name: reviewer }) : reviewer}</h3>
          {newest && <Version t={t} version={newest} time={time} />}
          {earlier.length > 0 && (
            <details>
              <summary class="small">{t('review.earlier', { count: earlier.length })}</summary>
              {earlier.map((version) => (
                <div class="earlier">
                  <Version t={t} version={version} time={time} />
                </div>
              ))}
            </details>
          )}
        </article>
      ))}
      {hidden > 0 && <p class="soft">{t('review.hidden', { count: hidden })}</p>}
    </>
  );
};

import type { Translator } from '../../i18n.ts';

/** How far the reading of one application is, as the reader may know it. */
export type ReviewFacts = {
  handlingEditor: string | null;
  done: number;
  wanted: number;
  mean: number | null;
  hidden: boolean;
};

/** Reviews done of those wanted, and what they recommend on average where the reader may know it. */
export const ReviewCell = ({ t, facts }: { t: Translator; facts: ReviewFacts }) => {
  const { done, wanted, mean, hidden } = facts;
  return (
    <>
      <span class="card-label">{t('list.column.reviews')}: </span>
      {t('review.doneOfWanted', { done, wanted })}
      {mean !== null && (
        <span class="under">{t('list.mean', { mean: t.number(Math.round(mean * 10) / 10) })}</span>
      )}
      {hidden && <span class="under">{t('list.meanHidden')}</span>}
    </>
  );
};

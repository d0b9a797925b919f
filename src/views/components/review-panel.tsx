import type { Child } from 'hono/jsx';
import { deskKeys } from '../../domain/desk-keys.ts';
import { type AssignmentState, canAct, recusals } from '../../domain/review-assignments.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';
import type { FieldError } from './form.tsx';
import type { PageTime } from './reply-by.tsx';
import { ReviewList, type ShownReview } from './review-list.tsx';
import { Reviewers, type ShownReviewers } from './reviewers.tsx';
import { Scorecard, type ShownScorecard } from './scorecard.tsx';

/** Everything about reviewing one application that its reader may see. */
export type ShownReviewing = {
  seen: number;
  /** Between the reader and the application; undefined when nothing is or was. */
  own: AssignmentState | undefined;
  /** It can still be reviewed. */
  open: boolean;
  /** The reader's own; undefined before they claimed it. */
  card: ShownScorecard | undefined;
  reviews: ShownReview[];
  hidden: number;
  people: ShownReviewers;
  errors: FieldError[];
};

type Props = {
  t: Translator;
  reviewing: ShownReviewing;
  /** The page of the application. */
  base: string;
  filters: string;
  time: PageTime;
};

type FormProps = Pick<Props, 't' | 'base' | 'filters'> & { seen: number; children?: Child };

/** A form about the reader's own assignment. */
const OwnForm = ({ base, filters, seen, children }: FormProps) => (
  <form method="post" action={`${base}/assignment${filters}`}>
    <input type="hidden" name="seen" value={String(seen)} />
    {children}
  </form>
);

const Recuse = (props: FormProps & { errors: FieldError[] }) => {
  const { t, errors } = props;
  const error = errors.find(({ field }) => field === 'recusal');
  return (
    <details class="change" open={error !== undefined}>
      <summary>{t('recusal.open')}</summary>
      <OwnForm {...props}>
        <fieldset
          id="recusal"
          class={error ? 'wrong' : undefined}
          tabindex={-1}
          aria-describedby={error ? 'recusal-error' : 'recusal-hint'}
        >
          <legend>{t('recusal.why')}</legend>
          <p class="hint small" id="recusal-hint">
            {t('recusal.hint')}
          </p>
          {error && (
            <p class="error small" id="recusal-error">
              {error.message}
            </p>
          )}
          {recusals.map((one) => (
            <div class="choice">
              <input type="radio" id={`recusal-${one}`} name="recusal" value={one} />
              <label for={`recusal-${one}`}>{t(`recusal.${one}`)}</label>
            </div>
          ))}
        </fieldset>
        <p>
          <button type="submit" class="button quiet small" name="act" value="recuse">
            {t('recusal.recuse')}
          </button>
        </p>
      </OwnForm>
    </details>
  );
};

/** A review that is submitted makes room for those of the others. */
const Folded = ({ t, children }: { t: Translator; children: Child }) => (
  <>
    <p class="soft">{t('review.standsBelow')}</p>
    <details class="change">
      <summary>{t('review.change')}</summary>
      {children}
    </details>
  </>
);

const OwnReview = (props: Props) => {
  const { t, reviewing, base, filters } = props;
  const { own, open, card, seen, errors } = reviewing;
  const form = { t, base, filters, seen };
  const scorecard = card && (
    <Scorecard t={t} card={card} action={`${base}/review`} filters={filters} />
  );
  const isDone = card?.submitted && !card.changed && card.errors.length === 0 && !card.sent;
  if (own === 'recused') {
    return (
      <>
        <p class="soft">{t('recusal.done')}</p>
        <OwnForm {...form}>
          <button type="submit" class="button quiet small" name="act" value="undo-recusal">
            {t('recusal.undo')}
          </button>
        </OwnForm>
      </>
    );
  }
  return (
    <>
      {!card && !open && <p class="soft">{t('review.closed')}</p>}
      {!card && open && <p class="soft">{t('review.claim.hint')}</p>}
      {card?.closed && <p class="soft">{t('review.closed')}</p>}
      {scorecard && (isDone ? <Folded t={t}>{scorecard}</Folded> : scorecard)}
      {open && (
        <div class="own-acts">
          {canAct('claim', own) && !card && (
            <OwnForm {...form}>
              <button
                type="submit"
                class="button small"
                name="act"
                value="claim"
                {...keyed(deskKeys.claim)}
              >
                {t('review.claim')}
              </button>
            </OwnForm>
          )}
          {canAct('return', own) && (
            <OwnForm {...form}>
              <button type="submit" class="button quiet small" name="act" value="return">
                {t('review.return')}
              </button>
            </OwnForm>
          )}
          <Recuse {...form} errors={errors} />
        </div>
      )}
    </>
  );
};

/** The reader's own review, what others say, and who reads it. */
export const ReviewPanel = (props: Props) => {
  const { t, reviewing, time } = props;
  const { reviews, hidden, own, people, seen } = reviewing;
  return (
    <>
      <section aria-labelledby="my-review" class="panel">
        <h2 id="my-review">{t('review.mine')}</h2>
        <OwnReview {...props} />
      </section>
      <section aria-labelledby="reviews">
        <h2 id="reviews">{t('review.others')}</h2>
        <ReviewList
          t={t}
          reviews={reviews}
          hidden={hidden}
          recused={own === 'recused'}
          time={time}
        />
      </section>
      <section aria-labelledby="reviewers">
        <h2 id="reviewers">{t('assign.title')}</h2>
        <Reviewers {...props} people={people} seen={seen} />
      </section>
    </>
  );
};

import { deskKeys } from '../../domain/desk-keys.ts';
import {
  type ReviewContent,
  reviewTextLimit,
  type Score,
  scores,
  textField,
} from '../../domain/reviews.ts';
import type { ShownCriterion } from '../../domain/scorecard.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';
import { type FieldError, TextField } from './form.tsx';

/** The scorecard of one reviewer. */
export type ShownScorecard = {
  criteria: ShownCriterion[];
  ability: ShownCriterion;
  recommendation: ShownCriterion;
  content: ReviewContent;
  /** Hidden fields that it carries. */
  carried: Record<string, string>;
  errors: FieldError[];
  /** As it was just sent, and not stored as it was meant. */
  sent: boolean;
  /** A version is submitted already. */
  submitted: boolean;
  /** What is here is not what others see. */
  changed: boolean;
  /** The application can't be reviewed any more: what was written is shown, and can't be sent. */
  closed: boolean;
  /** It was given back meanwhile: sending it claims it again. */
  reclaims: boolean;
};

type Props = {
  t: Translator;
  card: ShownScorecard;
  /** Where it goes; a script saves to the same address with `/draft` after it. */
  action: string;
  filters: string;
};

type ScaleProps = {
  t: Translator;
  criterion: ShownCriterion;
  value: Score | null;
  error: string | undefined;
  disabled: boolean;
  /** The choice of none of the words, where that is one. */
  none?: string;
};

const Step = (props: {
  field: string;
  value: string;
  checked: boolean;
  disabled: boolean;
  lang?: string | undefined;
  label: string;
  class: string;
}) => {
  const id = `${props.field}-${props.value || 'none'}`;
  return (
    <div class={props.class}>
      <input
        type="radio"
        id={id}
        name={props.field}
        value={props.value}
        checked={props.checked}
        disabled={props.disabled}
      />
      <label for={id} lang={props.lang}>
        {props.label}
      </label>
    </div>
  );
};

/** Four words in a row; the summary of errors leads to the first. */
const Scale = ({ criterion, value, error, disabled, none }: ScaleProps) => {
  const { field, label, description, words } = criterion;
  const describedBy = [description && `${field}-hint`, error && `${field}-error`]
    .filter(Boolean)
    .join(' ');
  return (
    <fieldset
      id={field}
      class={error ? 'criterion wrong' : 'criterion'}
      tabindex={-1}
      aria-describedby={describedBy || undefined}
    >
      <legend lang={label.lang}>{label.text}</legend>
      {description && (
        <p class="hint small" id={`${field}-hint`} lang={description.lang}>
          {description.text}
        </p>
      )}
      {error && (
        <p class="error small" id={`${field}-error`}>
          {error}
        </p>
      )}
      <div class="scale">
        {scores.map((score, index) => (
          <Step
            field={field}
            value={String(score)}
            checked={value === score}
            disabled={disabled}
            lang={words[index]?.lang}
            label={words[index]?.text ?? String(score)}
            class="step"
          />
        ))}
        {none !== undefined && (
          <Step
            field={field}
            value=""
            checked={value === null}
            disabled={disabled}
            label={none}
            class="step none"
          />
        )}
      </div>
    </fieldset>
  );
};

/** A review as its reviewer writes it: what can be sent, or what was written when it can't be. */
export const Scorecard = ({ t, card, action, filters }: Props) => {
  const { criteria, ability, recommendation, content, closed, submitted, errors } = card;
  const errorOf = (field: string): string | undefined =>
    errors.find((one) => one.field === field)?.message;
  const scale = (criterion: ShownCriterion, value: Score | null, none?: string) => (
    <Scale
      t={t}
      criterion={criterion}
      value={value}
      error={errorOf(criterion.field)}
      disabled={closed}
      {...(none !== undefined && { none })}
    />
  );
  return (
    <form
      id="scorecard"
      {...keyed(deskKeys.review)}
      class="scorecard"
      method="post"
      action={`${action}${filters}`}
      data-draft={closed || card.reclaims ? undefined : `${action}/draft`}
      data-saved={t('review.savedAt', { time: '{time}' })}
      data-waiting={t('typing.waiting')}
      data-stopped={t('typing.stopped')}
      novalidate
    >
      {Object.entries(card.carried).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {card.reclaims && <input type="hidden" name="claim" value="yes" />}
      {criteria.map((one) => scale(one, content.scores[one.key] ?? null))}
      {scale(ability, content.ability, t('review.ability.none'))}
      {scale(recommendation, content.recommendation)}
      {closed ? (
        <div class="field">
          <h3>{t('review.text')}</h3>
          <p class="words" dir="auto">
            {content.text || t('admin.application.noAnswer')}
          </p>
        </div>
      ) : (
        <TextField
          t={t}
          name={textField}
          label={t('review.text')}
          hint={t('review.text.hint', { limit: reviewTextLimit })}
          rows={6}
          value={content.text}
          errors={errors}
        />
      )}
      <p class="soft small" id="review-state" role="status">
        {card.changed && submitted ? t('review.unsubmitted') : ''}
      </p>
      {!closed && (
        <p class="actions">
          <button type="submit" class="button small" name="intent" value="submit">
            {t(submitted ? 'review.submitChanges' : 'review.submit')}
          </button>
          <button type="submit" class="button quiet small" name="intent" value="save">
            {t('review.save')}
          </button>
        </p>
      )}
    </form>
  );
};

import type { MessageKey, Translator } from '../i18n.ts';
import type { Criterion } from './call-content.ts';
import { scoreField, scores } from './reviews.ts';

/** A text that an admin wrote, with its language where it is not the reader's. */
type Written = { text: string; lang?: string | undefined };

/** A criterion as a reader sees it. */
export type ShownCriterion = {
  /** Name of its control. */
  field: string;
  key: string;
  label: Written;
  description: Written | undefined;
  /** The four words of its scale, the lowest first. */
  words: Written[];
};

const ownKeys = ['place', 'reporting'] as const;

const wordKeys = {
  quality: scores.map((score) => `review.quality.${score}` as const),
  place: scores.map((score) => `review.place.${score}` as const),
  ability: scores.map((score) => `review.ability.${score}` as const),
  recommendation: scores.map((score) => `review.recommendation.${score}` as const),
};

const sayAll = (t: Translator, keys: readonly MessageKey[]): Written[] =>
  keys.map((key) => ({ text: t(key) }));

/** The keys of what is scored; a call that says nothing has the two criteria of ours. */
export function criterionKeys(criteria: readonly Criterion[]): string[] {
  return criteria.length > 0 ? criteria.map(({ key }) => key) : [...ownKeys];
}

function showCriterion({ key, texts }: Criterion, t: Translator, fallback: string): ShownCriterion {
  const filled = (language: string): boolean => !!texts[language]?.label;
  const language =
    [t.language, fallback].find(filled) ?? Object.keys(texts).find(filled) ?? fallback;
  const text = texts[language];
  const foreign = (code: string): string | undefined => (code === t.language ? undefined : code);
  const write = (words: string, code = language): Written => ({ text: words, lang: foreign(code) });
  // Own words that nobody translated are better than ours: the others score by them.
  const scale = [language, fallback, ...Object.keys(texts)].find((code) => texts[code]?.words);
  return {
    ...{ field: scoreField(key), key, label: write(text?.label || key) },
    description: text?.description ? write(text.description) : undefined,
    words: scale
      ? texts[scale]!.words!.map((word) => write(word, scale))
      : sayAll(t, wordKeys.quality),
  };
}

/** What is scored, in the reader's language where it was translated, else in `fallback`. */
export function showCriteria(
  criteria: readonly Criterion[],
  t: Translator,
  fallback: string,
): ShownCriterion[] {
  if (criteria.length > 0) return criteria.map((one) => showCriterion(one, t, fallback));
  return ownKeys.map((key) => ({
    ...{ field: scoreField(key), key, label: { text: t(`review.criterion.${key}`) } },
    description: { text: t(`review.criterion.${key}.description`) },
    words: sayAll(t, wordKeys[key === 'place' ? 'place' : 'quality']),
  }));
}

/** Ability in the publication's language, which every scorecard asks for. */
export function showAbility(t: Translator, publicationLanguage: string): ShownCriterion {
  return {
    ...{ field: 'ability', key: 'ability' },
    label: { text: t('review.ability', { language: t.languageName(publicationLanguage) }) },
    description: { text: t('review.ability.description') },
    words: sayAll(t, wordKeys.ability),
  };
}

export function showRecommendation(t: Translator): ShownCriterion {
  return {
    ...{ field: 'recommendation', key: 'recommendation', description: undefined },
    label: { text: t('review.recommendation') },
    words: sayAll(t, wordKeys.recommendation),
  };
}

import {
  type CallContent,
  type CriterionText,
  callLimits,
  choiceKeysOf,
  isReadable,
  neededTexts,
  textIn,
} from '../call-content.ts';
import type { Question } from '../calls.ts';
import { judgeScale, readScale, scaleFields, writeScale } from './scale.ts';
import { type EditField, linesOf, type Section, withoutBlanks } from './section.ts';

/** `needed` is what the call can't do without in this language. */
type Draft = Omit<EditField, 'lang' | 'original'>;

const callFields: readonly Draft[] = [
  { name: 'title', label: { key: 'callEdit.title' }, control: 'line', limit: callLimits.title },
  {
    name: 'lead',
    label: { key: 'callEdit.lead' },
    hint: 'callEdit.lead.hint',
    control: 'paragraph',
    rows: 3,
    limit: callLimits.lead,
  },
  {
    name: 'seek',
    label: { key: 'call.seek' },
    control: 'paragraph',
    rows: 6,
    limit: callLimits.seek,
  },
  {
    name: 'offer',
    label: { key: 'call.offer' },
    hint: 'callEdit.offer.hint',
    control: 'paragraph',
    rows: 4,
    limit: callLimits.offer,
  },
  {
    name: 'readers',
    label: { key: 'call.readers' },
    hint: 'callEdit.readers.hint',
    control: 'line',
    limit: callLimits.readers,
  },
];

/** True where the words are translated from, and where there are no others. */
const isVital = (texts: Record<string, unknown>, language: string, reference: string): boolean =>
  language === reference || Object.keys(texts).every((one) => one === language);

/** Somebody chose words for its scale, in some language. */
const hasScale = (texts: Record<string, CriterionText>): boolean =>
  Object.values(texts).some(({ words }) => words !== undefined);

function questionFields(question: Question, language: string, reference: string): Draft[] {
  const needed = isVital(question.texts, language, reference);
  const group = { text: question.texts[reference]?.label || question.key };
  const name = `question-${question.key}`;
  const { questionLabel, questionHint, choice } = callLimits;
  const choices = question.type === 'choice' ? choiceKeysOf(question) : [];
  return [
    {
      ...{ name: `${name}-label`, group, control: 'line', limit: questionLabel, needed },
      label: { key: 'callEdit.question.label' },
    },
    {
      ...{ name: `${name}-hint`, group, control: 'line', limit: questionHint },
      label: { key: 'callEdit.question.hint' },
    },
    ...choices.map(
      (key, index): Draft => ({
        ...{ name: `${name}-choice-${key}`, group, control: 'line', limit: choice, needed },
        label: { key: 'callEdit.choice', values: { number: String(index + 1) } },
      }),
    ),
  ];
}

function listDrafts(content: CallContent, language: string, reference: string): Draft[] {
  const placeNames = textIn(content, reference).places;
  const placeGroup = { key: 'callEdit.section.places' } as const;
  const { criterionLabel, criterionDescription, scaleWord } = callLimits;
  return [
    ...callFields,
    ...content.places.map(
      (key): Draft => ({
        ...{
          name: `place-${key}`,
          control: 'line',
          limit: callLimits.placeName,
          needed: language === reference,
        },
        label: { text: placeNames[key] || key },
        group: placeGroup,
      }),
    ),
    ...content.questions.flatMap((one) => questionFields(one, language, reference)),
    ...content.criteria.flatMap(({ key, texts }): Draft[] => {
      const group = { text: texts[reference]?.label || key };
      const name = `criterion-${key}`;
      return [
        {
          ...{
            name: `${name}-label`,
            group,
            control: 'line',
            limit: criterionLabel,
            needed: isVital(texts, language, reference),
          },
          label: { key: 'callEdit.criterion.label' },
        },
        {
          ...{ name: `${name}-description`, group, limit: criterionDescription },
          ...{ control: 'paragraph', rows: 2 },
          label: { key: 'callEdit.criterion.description' },
        },
        // Words that nobody chose are translated already.
        ...(hasScale(texts) ? scaleFields : []).map(
          (word, index): Draft => ({
            ...{ name: `${name}-${word}`, group, control: 'line', limit: scaleWord },
            label: { key: 'callEdit.criterion.word', values: { number: String(index + 1) } },
          }),
        ),
      ];
    }),
  ];
}

function readTexts(content: CallContent, language: string): Record<string, string> {
  const { offer, places, ...lines } = textIn(content, language);
  const values: Record<string, string> = { ...lines, offer: offer.join('\n') };
  for (const key of content.places) values[`place-${key}`] = places[key] ?? '';
  for (const question of content.questions) {
    const text = question.texts[language];
    const name = `question-${question.key}`;
    values[`${name}-label`] = text?.label ?? '';
    values[`${name}-hint`] = text?.hint ?? '';
    if (question.type !== 'choice') continue;
    for (const key of choiceKeysOf(question)) {
      values[`${name}-choice-${key}`] = text?.choices?.[key] ?? '';
    }
  }
  for (const { key, texts } of content.criteria) {
    values[`criterion-${key}-label`] = texts[language]?.label ?? '';
    values[`criterion-${key}-description`] = texts[language]?.description ?? '';
    if (hasScale(texts))
      Object.assign(values, readScale(texts[language]?.words, `criterion-${key}-`));
  }
  return values;
}

function writeQuestion(
  question: Question,
  language: string,
  typed: (name: string) => string,
): Question {
  const name = `question-${question.key}`;
  const hint = typed(`${name}-hint`);
  const keys = question.type === 'choice' ? choiceKeysOf(question) : [];
  const choices = withoutBlanks(
    Object.fromEntries(keys.map((key) => [key, typed(`${name}-choice-${key}`)])),
  );
  const text = {
    label: typed(`${name}-label`),
    ...(hint !== '' && { hint }),
    ...(question.type === 'choice' && { choices }),
  };
  const { [language]: _, ...others } = question.texts;
  const blank = text.label === '' && hint === '' && Object.keys(choices).length === 0;
  return { ...question, texts: blank ? others : { ...others, [language]: text } };
}

/**
 * All texts of a call in one language. In the language that the others are translated from nothing
 * that is there may be emptied: the questions would lose their words.
 */
export function textsSection(language: string): Section {
  return {
    fields(content, setting) {
      const { reference } = setting;
      const original = readTexts(content, reference);
      const isShown =
        setting.opened && content.languages.includes(language) && isReadable(content, language);
      return listDrafts(content, language, reference).map((draft) => ({
        ...draft,
        lang: language,
        awaited: neededTexts.some((one) => one === draft.name),
        needed: draft.needed || (isShown && neededTexts.some((one) => one === draft.name)),
        ...(language !== reference &&
          original[draft.name] && { original: { lang: reference, text: original[draft.name]! } }),
      }));
    },
    read: (content) => readTexts(content, language),
    judge(values, { criteria }) {
      const lines = linesOf(values.offer ?? '').length;
      return [
        ...(lines > 12
          ? [{ field: 'offer', key: 'editProblem.tooMany' as const, values: { limit: 12 } }]
          : []),
        ...criteria.flatMap(({ key }) => judgeScale(values, `criterion-${key}-`)),
      ];
    },
    write(content, values) {
      const typed = (name: string): string => values[name] ?? '';
      const places = content.places.map((key) => [key, typed(`place-${key}`)]);
      const text = {
        title: typed('title'),
        lead: typed('lead'),
        seek: typed('seek'),
        offer: linesOf(typed('offer')),
        readers: typed('readers'),
        places: withoutBlanks(Object.fromEntries(places)),
      };
      return {
        ...content,
        texts: { ...content.texts, [language]: text },
        questions: content.questions.map((one) => writeQuestion(one, language, typed)),
        criteria: content.criteria.map((criterion) => {
          const { [language]: _, ...others } = criterion.texts;
          const label = typed(`criterion-${criterion.key}-label`);
          const description = typed(`criterion-${criterion.key}-description`);
          const scale = writeScale(values, `criterion-${criterion.key}-`);
          const blank = label === '' && description === '' && !scale.words;
          const text = { label, description, ...scale };
          const texts = blank ? others : { ...others, [language]: text };
          return { ...criterion, texts };
        }),
      };
    },
  };
}

import { type Criterion, callLimits, isKey } from '../call-content.ts';
import { judgeScale, readScale, scaleFields, writeScale } from './scale.ts';
import type { EditField, Section } from './section.ts';

/** One criterion of the review in the publication's language; without a key a new one. */
export function criterionSection(key: string | undefined): Section {
  return {
    fields: (_, { reference }) => [
      {
        ...{ name: 'label', control: 'line', limit: callLimits.criterionLabel, needed: true },
        ...{ label: { key: 'callEdit.criterion.label' }, lang: reference },
      },
      {
        ...{ name: 'description', control: 'paragraph', rows: 3, lang: reference },
        limit: callLimits.criterionDescription,
        label: { key: 'callEdit.criterion.description' },
        hint: 'callEdit.criterion.description.hint',
      },
      ...scaleFields.map(
        (name, index): EditField => ({
          ...{ name, control: 'line', limit: callLimits.scaleWord, lang: reference },
          label: { key: 'callEdit.criterion.word', values: { number: String(index + 1) } },
          group: { key: 'callEdit.criterion.words' },
          ...(index === 0 && { hint: 'callEdit.criterion.words.hint' }),
        }),
      ),
      ...(key === undefined
        ? [
            {
              ...{ name: 'key', control: 'line' as const, needed: true },
              ...{ label: { key: 'callEdit.key' as const }, hint: 'callEdit.key.hint' as const },
            },
          ]
        : []),
    ],
    read({ criteria }, { reference }) {
      const text = criteria.find((one) => one.key === key)?.texts[reference];
      return {
        label: text?.label ?? '',
        description: text?.description ?? '',
        ...readScale(text?.words),
        ...(key === undefined && { key: '' }),
      };
    },
    judge(values, { criteria }) {
      const { key: typed = '' } = values;
      const gaps = judgeScale(values);
      if (gaps.length > 0) return gaps;
      if (key !== undefined || typed === '') return [];
      const { key: limit, criteria: most } = callLimits;
      if (!isKey(typed)) return [{ field: 'key', key: 'editProblem.key', values: { limit } }];
      if (criteria.some((one) => one.key === typed)) {
        return [{ field: 'key', key: 'editProblem.taken', values: { value: typed } }];
      }
      return criteria.length < most
        ? []
        : [{ field: 'label', key: 'editProblem.tooMany', values: { limit: most } }];
    },
    write(content, values, { reference }) {
      const { key: typed = '', label = '', description = '' } = values;
      const before = content.criteria.find((one) => one.key === key);
      const texts = {
        ...before?.texts,
        [reference]: { label, description, ...writeScale(values) },
      };
      const criterion: Criterion = { key: key ?? typed, texts };
      const criteria = before
        ? content.criteria.map((one) => (one === before ? criterion : one))
        : [...content.criteria, criterion];
      return { ...content, criteria };
    },
  };
}

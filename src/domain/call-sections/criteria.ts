import { type Criterion, callLimits, isKey } from '../call-content.ts';
import type { Section } from './section.ts';

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
        ...(key === undefined && { key: '' }),
      };
    },
    judge({ key: typed = '' }, { criteria }) {
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
    write(content, { key: typed = '', label = '', description = '' }, { reference }) {
      const before = content.criteria.find((one) => one.key === key);
      const texts = { ...before?.texts, [reference]: { label, description } };
      const criterion: Criterion = { key: key ?? typed, texts };
      const criteria = before
        ? content.criteria.map((one) => (one === before ? criterion : one))
        : [...content.criteria, criterion];
      return { ...content, criteria };
    },
  };
}

import { type CallContent, callLimits, isKey, textIn } from '../call-content.ts';
import type { CallTexts } from '../calls.ts';
import type { EditField, EditProblem, Section } from './section.ts';

/** A few at a time; saving gives fresh ones. */
const freshRows = ['1', '2', '3'] as const;

const listRemaining = (places: readonly string[], values: Readonly<Record<string, string>>) =>
  places.filter((key) => values[`remove-${key}`] !== 'yes');

const addressOf = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, callLimits.key)
    .replace(/-$/, '');

/** The key that was typed, else one made of the name where it is written in Latin letters. */
const keyOf = (values: Readonly<Record<string, string>>, row: string): string =>
  values[`key-${row}`] || addressOf(values[`name-${row}`] ?? '');

const isFilled = (values: Readonly<Record<string, string>>, row: string): boolean =>
  values[`name-${row}`] !== '' || values[`key-${row}`] !== '';

function judgeFresh(values: Readonly<Record<string, string>>, content: CallContent): EditProblem[] {
  const taken = new Set(content.places);
  return freshRows
    .filter((row) => isFilled(values, row))
    .flatMap((row): EditProblem[] => {
      const key = keyOf(values, row);
      const field = `key-${row}`;
      if (values[`name-${row}`] === '')
        return [{ field: `name-${row}`, key: 'editProblem.missing' }];
      if (!isKey(key))
        return [{ field, key: 'editProblem.key', values: { limit: callLimits.key } }];
      if (taken.has(key)) return [{ field, key: 'editProblem.taken', values: { value: key } }];
      taken.add(key);
      return [];
    });
}

/** Which places there are; their names are those of the publication's language. */
export const placesSection: Section = {
  fields(content, { reference }) {
    const names = textIn(content, reference).places;
    return [
      ...content.places.flatMap((key): EditField[] => [
        {
          ...{ name: `place-${key}`, control: 'line', limit: callLimits.placeName },
          ...{ lang: reference, needed: true, label: { text: key } },
        },
        {
          ...{ name: `remove-${key}`, control: 'box' },
          label: { key: 'apply.removeNamed', values: { name: names[key] || key } },
        },
      ]),
      ...freshRows.flatMap((row): EditField[] => {
        const shared = { group: { key: 'callEdit.place.new', values: { number: row } } as const };
        return [
          {
            ...{ name: `name-${row}`, control: 'line', limit: callLimits.placeName },
            ...{ lang: reference, ...shared },
            label: { key: 'callEdit.place.name' },
          },
          {
            ...{ name: `key-${row}`, control: 'line', ...shared },
            label: { key: 'callEdit.key' },
            hint: 'callEdit.key.hint',
          },
        ];
      }),
    ];
  },
  read(content, { reference }) {
    const names = textIn(content, reference).places;
    return Object.fromEntries(content.places.map((key) => [`place-${key}`, names[key] ?? '']));
  },
  judge(values, content, { opened }) {
    const fresh = freshRows.filter((row) => isFilled(values, row)).length;
    const remaining = listRemaining(content.places, values).length;
    if (remaining + fresh > callLimits.places) {
      const problem = { key: 'editProblem.tooMany', values: { limit: callLimits.places } } as const;
      return [{ field: 'name-1', ...problem }];
    }
    if (opened && remaining + fresh === 0) return [{ field: 'name-1', key: 'editProblem.noPlace' }];
    return judgeFresh(values, content);
  },
  write(content, values, { reference }) {
    const fresh = freshRows
      .filter((row) => isFilled(values, row))
      .map((row) => ({ key: keyOf(values, row), name: values[`name-${row}`] ?? '' }));
    const remaining = listRemaining(content.places, values);
    const texts: CallTexts = Object.fromEntries(
      Object.entries(content.texts).map(([language, text]) => {
        const kept = Object.entries(text.places).filter(([key]) => remaining.includes(key));
        return [language, { ...text, places: Object.fromEntries(kept) }];
      }),
    );
    const text = textIn({ texts }, reference);
    const names = { ...text.places };
    for (const key of remaining) names[key] = values[`place-${key}`] ?? '';
    for (const { key, name } of fresh) names[key] = name;
    return {
      ...content,
      places: [...remaining, ...fresh.map(({ key }) => key)],
      texts: { ...texts, [reference]: { ...text, places: names } },
    };
  },
};

import { languages, translatorFor } from '../../i18n.ts';
import { countMissing, isReadable } from '../call-content.ts';
import type { Section, Values } from './section.ts';

const listOffered = (values: Values): string[] =>
  languages.filter((one) => values[`offer-${one}`] === 'yes');

/** Which languages the call is offered in. One that is not finished takes a second word. */
export const languagesSection: Section = {
  fields: () => [
    ...languages.map((one) => ({
      ...{ name: `offer-${one}`, control: 'box' as const, lang: one },
      label: { text: translatorFor(one).languageName(one) },
    })),
    { name: 'sure', control: 'box', onDemand: true, label: { key: 'callEdit.languages.sure' } },
  ],
  read: ({ languages: offered }) =>
    Object.fromEntries(
      languages.map((one) => [`offer-${one}`, offered.includes(one) ? 'yes' : '']),
    ),
  judge(values, content, { reference, opened }) {
    const offered = listOffered(values);
    if (offered.length === 0 || (opened && !offered.includes(reference))) {
      return [{ field: `offer-${reference}`, key: 'editProblem.reference' }];
    }
    if (values.sure === 'yes') return [];
    return offered
      .filter((one) => !content.languages.includes(one))
      .filter((one) => countMissing(content, one, reference) > 0)
      .map((one) => ({
        field: `offer-${one}`,
        key: isReadable(content, one) ? 'editProblem.someMissing' : 'editProblem.unreadable',
        values: { count: countMissing(content, one, reference) },
      }));
  },
  write: (content, values) => ({ ...content, languages: listOffered(values) }),
};

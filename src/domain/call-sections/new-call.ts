import { blankText, type CallContent, callLimits, isKey } from '../call-content.ts';
import { type EditField, type EditProblem, judgeTyped, type Values } from './section.ts';

/** What a call begins with; everything else is filled in on its own pages. */
export function newCallFields(reference: string): EditField[] {
  return [
    {
      ...{ name: 'title', control: 'line', limit: callLimits.title, needed: true, lang: reference },
      label: { key: 'callEdit.title' },
    },
    {
      ...{ name: 'lead', control: 'paragraph', rows: 3, limit: callLimits.lead, lang: reference },
      ...{ label: { key: 'callEdit.lead' }, hint: 'callEdit.lead.hint' },
    },
    {
      ...{ name: 'slug', control: 'line', needed: true },
      ...{ label: { key: 'callEdit.slug' }, hint: 'callEdit.slug.hint' },
    },
  ];
}

/** What has to be mended before the call can be created; that its address is taken shows later. */
export function judgeNewCall(values: Values, reference: string): EditProblem[] {
  const { slug = '' } = values;
  const { slug: limit } = callLimits;
  return [
    ...judgeTyped(newCallFields(reference), values),
    ...(slug !== '' && !isKey(slug, limit)
      ? [{ field: 'slug', key: 'editProblem.key' as const, values: { limit } }]
      : []),
  ];
}

/** A call with its first texts and what most calls ask for and promise. */
export function startContent(values: Values, reference: string): CallContent {
  const { title = '', lead = '' } = values;
  return {
    texts: { [reference]: { ...blankText(), title, lead } },
    languages: [reference],
    places: [],
    documents: { cv: 'required', coverLetter: 'required', writingSample: 'required' },
    questions: [],
    criteria: [],
    fee: null,
    contactEmail: '',
    replyDays: 14,
    retentionDays: 183,
    reviewersWanted: 2,
    blind: false,
  };
}

import { languages, translatorFor } from '../i18n.ts';
import { parseLink } from './application-form.ts';
import {
  type EditField,
  type EditProblem,
  judgeTyped,
  linesOf,
  type Values,
} from './call-sections/section.ts';
import type { Imprint, NoticeText, NoticeTexts, PublicationLinks } from './calls.ts';
import { findTimeZone } from './zoned-time.ts';

/** What is edited of the publication. */
export type PublicationFacts = {
  name: string;
  timeZone: string;
  language: string;
  imprint: Imprint;
  links: PublicationLinks;
  draftDays: number;
  floodGuard: 'auto' | 'on';
  storageLimitGb: number;
};

const imprintLines = 30;

export const publicationFields: readonly EditField[] = [
  {
    ...{ name: 'name', control: 'line', limit: 100, needed: true },
    label: { key: 'publication.name' },
  },
  {
    ...{ name: 'timeZone', control: 'line', limit: 60, needed: true },
    ...{ label: { key: 'publication.timeZone' }, hint: 'publication.timeZone.hint' },
  },
  {
    ...{ name: 'language', control: 'select', needed: true },
    ...{ label: { key: 'publication.language' }, hint: 'publication.language.hint' },
    options: languages.map((value) => ({
      value,
      label: { text: translatorFor(value).languageName(value) },
    })),
  },
  {
    ...{ name: 'site', control: 'url', limit: 300 },
    label: { key: 'publication.site' },
  },
  {
    ...{ name: 'imprint', control: 'paragraph', rows: 6, limit: 4000 },
    ...{ label: { key: 'layout.imprint' }, hint: 'publication.imprint.hint' },
  },
  {
    ...{ name: 'draftDays', control: 'number', between: [1, 365], needed: true },
    ...{ label: { key: 'publication.draftDays' }, hint: 'publication.draftDays.hint' },
  },
  {
    ...{ name: 'floodGuard', control: 'select', needed: true },
    ...{ label: { key: 'publication.floodGuard' }, hint: 'publication.floodGuard.hint' },
    options: [
      { value: 'auto', label: { key: 'publication.floodGuard.auto' } },
      { value: 'on', label: { key: 'publication.floodGuard.on' } },
    ],
  },
  {
    ...{ name: 'storageLimitGb', control: 'number', between: [1, 1_000_000], needed: true },
    ...{ label: { key: 'publication.storageLimit' }, hint: 'publication.storageLimit.hint' },
  },
];

/** The publication as the form has it. */
export function readPublication(publication: PublicationFacts): Values {
  const { name, timeZone, language, imprint, links, draftDays, floodGuard } = publication;
  return {
    ...{ name, timeZone, language, site: links.site ?? '', draftDays: String(draftDays) },
    imprint: imprint.lines.join('\n'),
    ...{ floodGuard, storageLimitGb: String(publication.storageLimitGb) },
  };
}

export function judgePublication(values: Values): EditProblem[] {
  const { timeZone = '', site = '', imprint = '' } = values;
  const limit = imprintLines;
  const problems: EditProblem[] = [
    ...judgeTyped(publicationFields, values),
    ...(findTimeZone(timeZone)
      ? []
      : [{ field: 'timeZone', key: 'editProblem.timeZone' as const }]),
    ...(site === '' || parseLink(site)
      ? []
      : [{ field: 'site', key: 'problem.links.malformed' as const }]),
    ...(linesOf(imprint).length > limit
      ? [{ field: 'imprint', key: 'editProblem.tooMany' as const, values: { limit } }]
      : []),
  ];
  return publicationFields.flatMap(
    ({ name }) => problems.find(({ field }) => field === name) ?? [],
  );
}

/** What was typed, without a problem. */
export function writePublication(values: Values): PublicationFacts {
  const { name = '', timeZone = '', language = '', site = '', imprint = '', draftDays } = values;
  const href = parseLink(site);
  return {
    ...{ name, language, draftDays: Number(draftDays) },
    floodGuard: values.floodGuard === 'on' ? 'on' : 'auto',
    storageLimitGb: Number(values.storageLimitGb),
    timeZone: findTimeZone(timeZone) ?? timeZone,
    imprint: { lines: linesOf(imprint) },
    links: href ? { site: href } : {},
  };
}

const noticeLimits = { heading: 200, text: 5000, sections: 20, fresh: 2 };

/** The sections of a privacy notice in one language, and a few more to fill in. */
export function noticeFields(texts: NoticeTexts, language: string, reference: string): EditField[] {
  const own = texts[language]?.sections ?? [];
  const original = language === reference ? [] : (texts[reference]?.sections ?? []);
  const used = Math.max(own.length, original.length);
  const count = Math.min(noticeLimits.sections, used + noticeLimits.fresh);
  return Array.from({ length: count }, (_, index) => index).flatMap((index): EditField[] => {
    const number = String(index + 1);
    const group = { key: 'notice.section', values: { number } } as const;
    const from = original[index];
    const tie = (text: string | undefined) => (text ? { original: { lang: reference, text } } : {});
    return [
      {
        ...{ name: `heading-${number}`, control: 'line', limit: noticeLimits.heading },
        ...{ label: { key: 'notice.heading' }, group, lang: language, ...tie(from?.heading) },
      },
      {
        ...{ name: `text-${number}`, control: 'paragraph', rows: 5, limit: noticeLimits.text },
        ...{ label: { key: 'notice.text' }, group, lang: language, ...tie(from?.text) },
      },
    ];
  });
}

export function readNotice(text: NoticeText | undefined): Values {
  return Object.fromEntries(
    (text?.sections ?? []).flatMap(({ heading, text: body }, index) => [
      [`heading-${index + 1}`, heading],
      [`text-${index + 1}`, body],
    ]),
  );
}

const listNumbers = (values: Values): string[] =>
  Object.keys(values).flatMap((name) => /^heading-(\d+)$/.exec(name)?.[1] ?? []);

/** Each section has both or nothing; the publication's own language has at least one. */
export function judgeNotice(
  fields: readonly EditField[],
  values: Values,
  { isReference }: { isReference: boolean },
): EditProblem[] {
  const halves = listNumbers(values).flatMap((number): EditProblem[] => {
    const [heading, text] = [`heading-${number}`, `text-${number}`];
    if ((values[heading] === '') === (values[text] === '')) return [];
    return [{ field: values[heading] === '' ? heading : text, key: 'editProblem.missing' }];
  });
  const isEmpty = Object.values(values).every((one) => one === '');
  const problems: EditProblem[] = [
    ...judgeTyped(fields, values),
    ...halves,
    ...(isEmpty && isReference
      ? [{ field: 'heading-1', key: 'editProblem.missing' as const }]
      : []),
  ];
  return fields.flatMap(({ name }) => problems.find(({ field }) => field === name) ?? []);
}

/** The sections that were typed; emptied ones are gone. */
export function writeNotice(values: Values): NoticeText {
  const sections = listNumbers(values).map((number) => ({
    heading: values[`heading-${number}`] ?? '',
    text: values[`text-${number}`] ?? '',
  }));
  return { sections: sections.filter(({ heading }) => heading !== '') };
}

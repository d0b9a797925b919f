import type { Progress, ReceivedCount, ReviewerLoad, SourceCount } from '../../db/overview.ts';
import { type Buckets, type OverviewTable, percentOf } from '../../domain/overview.ts';
import type { MessageKey, Translator } from '../../i18n.ts';

export type OverviewFacts = {
  buckets: Buckets;
  timeZone: string;
  now: Date;
  received: readonly ReceivedCount[];
  /** The places of the calls, by key; one that no call has any more goes by its key. */
  placeNames: ReadonlyMap<string, string>;
  progress: Progress;
  sources: { sources: SourceCount[]; others: number; unknown: number };
  reviewers: readonly ReviewerLoad[];
};

/** A figure, words, a share of the whole in per cent, or a length of time in seconds. */
export type Cell = number | string | { percent: number } | { seconds: number | null };
export type TableRow = { head: string; cells: readonly Cell[] };
/** The same table for the page and for a file: the first column names the row. */
export type Table = { columns: readonly string[]; rows: readonly TableRow[] };

const daySeconds = 86_400;

/** A length of time as people say it: hours below two days, days from there on. */
export function writeDuration(t: Translator, seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 3600) return t('overview.underHour');
  return seconds < 2 * daySeconds
    ? t('overview.hours', { count: Math.round(seconds / 3600) })
    : t('overview.days', { count: Math.round(seconds / daySeconds) });
}

/** What a part of the period is called. */
export function nameBucket(t: Translator, facts: OverviewFacts, index: number): string {
  const { buckets, timeZone, now } = facts;
  const begin = buckets.bounds[index]!;
  switch (buckets.unit) {
    case 'day':
      return t.shortDate(begin, now, timeZone);
    case 'week':
      return t('overview.week', { day: t.shortDate(begin, now, timeZone) });
    case 'month':
      return t.month(begin, timeZone);
    case 'year':
      return new Intl.DateTimeFormat('en', { year: 'numeric', timeZone }).format(begin);
  }
}

/** How many came in each part, from one place or, without, in all. */
export function countsOf({ buckets, received }: OverviewFacts, place: string | null): number[] {
  const counts = buckets.bounds.slice(1).map(() => 0);
  for (const one of received) if (one.place === place) counts[one.bucket] = one.count;
  return counts;
}

export const sumOf = (counts: readonly number[]): number =>
  counts.reduce((sum, one) => sum + one, 0);

/** The places that somebody named, by name; what is not in any call's list comes last. */
export function listPlaces(
  t: Translator,
  { received, placeNames }: OverviewFacts,
): { key: string; name: string }[] {
  const keys = [...new Set(received.flatMap(({ place }) => (place === null ? [] : [place])))];
  const nameOf = (key: string): string =>
    key === '' ? t('overview.otherPlaces') : (placeNames.get(key) ?? key);
  return keys
    .map((key) => ({ key, name: nameOf(key) }))
    .sort((a, b) => Number(a.key === '') - Number(b.key === '') || t.compare(a.name, b.name));
}

function tableOfReceived(t: Translator, facts: OverviewFacts): Table {
  const places = listPlaces(t, facts);
  const counts = [null, ...places.map(({ key }) => key)].map((place) => countsOf(facts, place));
  return {
    columns: [
      t(`overview.unit.${facts.buckets.unit}`),
      t('overview.total'),
      ...places.map(({ name }) => name),
    ],
    rows: counts[0]!.map((_, index) => ({
      head: nameBucket(t, facts, index),
      cells: counts.map((one) => one[index]!),
    })),
  };
}

const shared = (head: string, count: number, whole: number): TableRow => ({
  head,
  cells: [count, { percent: percentOf(count, whole) }],
});

const steps = [
  ['received', 'overview.step.received'],
  ['opened', 'overview.step.opened'],
  ['reviewed', 'stage.review'],
  ['shortlisted', 'stage.shortlist'],
  ['accepted', 'decision.accepted'],
  ['keptOnFile', 'decision.kept-on-file'],
  ['declined', 'decision.declined'],
  ['withdrawn', 'stage.withdrawn'],
] as const satisfies (readonly [keyof Progress, MessageKey])[];
export const promises = [
  'answeredInTime',
  'answeredLate',
  'waiting',
  'overdue',
] as const satisfies (keyof Progress)[];

const tables: Record<OverviewTable, (t: Translator, facts: OverviewFacts) => Table> = {
  received: tableOfReceived,
  progress: (t, { progress }) => ({
    columns: [t('overview.step'), t('overview.applications'), t('overview.share')],
    rows: steps.map(([step, key]) => shared(t(key), progress[step], progress.received)),
  }),
  promise: (t, { progress }) => ({
    columns: [t('overview.answer'), t('overview.applications'), t('overview.share')],
    rows: promises.map((one) =>
      shared(
        t(`overview.promise.${one}`),
        progress[one],
        sumOf(promises.map((each) => progress[each])),
      ),
    ),
  }),
  times: (t, { progress }) => ({
    columns: [t('overview.times'), t('overview.half'), t('overview.nineTenths')],
    rows: (['firstRead', 'answer'] as const).map((one) => ({
      head: t(`overview.times.${one}`),
      cells: [0, 1].map((index) => ({ seconds: progress[one]?.[index] ?? null })),
    })),
  }),
  sources: (t, { sources: { sources, others, unknown }, progress: { received } }) => ({
    columns: [t('overview.source'), t('overview.applications'), t('overview.share')],
    rows: [
      ...sources.map(({ source, count }) => shared(source, count, received)),
      ...(others > 0 ? [shared(t('overview.source.others'), others, received)] : []),
      ...(unknown > 0 ? [shared(t('overview.source.unknown'), unknown, received)] : []),
    ],
  }),
  reviewers: (t, { reviewers }) => ({
    columns: [
      t('reviewing.reviewer'),
      t('reviewing.open'),
      t('overview.reviewed'),
      t('overview.half'),
    ],
    rows: reviewers.map(({ name, disabled, open, done, half }) => ({
      head: disabled ? t('overview.left', { name }) : name,
      cells: [open, done, { seconds: half }],
    })),
  }),
};

/** One of the tables, in words of the reader's language. */
export function overviewTable(t: Translator, facts: OverviewFacts, table: OverviewTable): Table {
  return tables[table](t, facts);
}

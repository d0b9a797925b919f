/** The filters as they stand in the address; '' for those that are not set. */
export type ListQuery = Record<ListParameter, string>;

export const listParameters = [
  'q',
  'stage',
  'decision',
  'place',
  'language',
  'handling',
  'call',
  'tag',
  'flag',
  'sort',
] as const;
export type ListParameter = (typeof listParameters)[number];

/** The filters as a query string, with more parameters after them; '' when there are none. */
export function formatListQuery(query: ListQuery, more: Record<string, string> = {}): string {
  const parameters = new URLSearchParams();
  for (const name of listParameters) if (query[name] !== '') parameters.set(name, query[name]);
  for (const [name, value] of Object.entries(more)) parameters.set(name, value);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** What a table of the list may hold, in the order of its columns. */
export const exportColumns = [
  'reference',
  'fullName',
  'latinName',
  'email',
  'places',
  'languages',
  'sampleLanguages',
  'stage',
  'handling',
  'submittedAt',
  'daysAtStage',
  'documents',
  'tags',
] as const;
export type ExportColumn = (typeof exportColumns)[number];

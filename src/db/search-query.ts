import { sql } from 'kysely';
import { soughtOf } from '../domain/name-keys.ts';
import { dictionariesFor } from '../domain/search-text.ts';
import { countersOf, type Group } from './application-counts.ts';
import type { Search } from './application-filter.ts';
import type { Trx } from './client.ts';
import { prepare } from './prepared.ts';
import { mark } from './search.ts';
import { type Spread, spreadAround } from './search-windows.ts';

/** What a search asks of `application_search`, as PostgreSQL writes queries. */
export type SearchQuery = {
  /** What was typed: words, phrases, beginnings of names, addresses and references. */
  exact: string | undefined;
  /** Names that are one letter away. */
  close: string | undefined;
  /** What names and addresses may hold anywhere: all parts of one of these lists. */
  parts: string[][];
  /** How words begin in a text that has been found: for showing where. */
  stems: string[];
};

/** Words of a search that are looked for among names too; a name has no more. */
const mostNameWords = 8;

const quote = (lexeme: string): string => `'${lexeme.replace(/['\\]/g, '$&$&')}'`;
const beginning = (lexeme: string): string => `${quote(lexeme)}:*`;
const any = (queries: readonly string[]): string => `(${[...new Set(queries)].join(' | ')})`;
const all = (queries: readonly string[]): string => `(${queries.join(' & ')})`;

/** What the dictionaries make of texts: undefined where one of them drops all of it. */
type Read = { text: string; queries: string[]; isStop: boolean };

// Whole tables are never read for a search: the planner would for a word that it takes for common,
// and unpack the words of each application.
const preferring = sql`set_config('enable_seqscan', 'off', true), set_config('work_mem', '16MB', true)`;

/** What is known before anything is looked for. */
type Outlook = {
  query: SearchQuery;
  spread: Spread;
  /** What the counters say of `facet`. */
  groups: Group[];
};

type Around = {
  /** The application from which a page goes on. */
  here?: { id: string } | undefined;
  /** Is counted; '' is all applications. */
  facet?: string | undefined;
};

const consult = prepare(
  (
    db,
    slots: { texts: string[]; dictionaries: string[]; here: string | null; facet: string | null },
  ) =>
    sql<Spread & { meanings: [string, string][]; groups: Group[] }>`
      select spread.*, ${preferring},
        (select coalesce(jsonb_agg(jsonb_build_array(asked.text,
            phraseto_tsquery(asked.dictionary::regconfig, asked.text)::text) order by asked.place), '[]')
          from unnest(${slots.texts}::text[], ${slots.dictionaries}::text[])
            with ordinality as asked (text, dictionary, place)) as meanings,
        (select coalesce(jsonb_agg(to_jsonb(g)), '[]') from (${countersOf(slots.facet)}) as g) as groups
      from (${spreadAround(slots.here)}) as spread`.compile(db),
);

function readMeanings(meanings: readonly [string, string][]): Map<string, Read> {
  const read = new Map<string, Read>();
  for (const [text, query] of meanings) {
    const known = read.get(text) ?? { text, queries: [], isStop: false };
    if (query === '') known.isStop = true;
    else known.queries.push(`(${query})`);
    read.set(text, known);
  }
  return read;
}

const endless = /^(?=.{4})[\p{Script=Georgian}\p{Script=Armenian}]+$/u;

/** Georgian and Armenian put their cases behind a word, and dictionaries know few of them or none. */
const withEndings = (text: string): string[] => (endless.test(text) ? [beginning(text)] : []);

const namesLike = (names: readonly string[]): string[] =>
  names.map((key) => quote(mark.name + soughtOf(key)));

/**
 * Reads a search with the server's dictionaries, and what a filter is about. Also sets, for the rest of
 * the transaction, that no table is read from end to end.
 */
export async function lookOut(
  trx: Trx,
  search: Search | undefined,
  { here, facet }: Around = {},
): Promise<Outlook> {
  const asked = [
    ...(search?.words ?? []).map(({ text }) => text),
    ...(search?.phrases ?? []),
  ].flatMap((text) => dictionariesFor(text).map((dictionary) => ({ text, dictionary })));
  const { rows } = await consult(trx, {
    texts: asked.map(({ text }) => text),
    dictionaries: asked.map(({ dictionary }) => dictionary),
    here: here?.id ?? null,
    facet: facet ?? null,
  });
  const { meanings, groups, ...spread } = rows[0]!;
  return { query: composeQuery(search, readMeanings(meanings)), spread, groups };
}

function composeQuery(search: Search | undefined, read: ReadonlyMap<string, Read>): SearchQuery {
  const { words = [], phrases = [], email, emailHash, references = [], parts = [] } = search ?? {};
  const queriesOf = (text: string): string[] => read.get(text)?.queries ?? [];
  const wordQueries = words.map(({ text, names }, index) => ({
    query: any([
      ...queriesOf(text),
      ...withEndings(text),
      ...(index < mostNameWords ? namesLike(names) : []),
    ]),
    // Dictionaries leave such words out of texts, so that none would be found with it.
    isStop: read.get(text)?.isStop ?? false,
  }));
  const telling = wordQueries.filter(({ isStop }) => !isStop);
  const needed = [
    ...(telling.length > 0 || phrases.length > 0 ? telling : wordQueries).map(({ query }) => query),
    ...phrases.flatMap((phrase) => (queriesOf(phrase).length > 0 ? [any(queriesOf(phrase))] : [])),
  ];
  const meanings = [
    ...(needed.length > 0 ? [all(needed)] : []),
    ...(email === undefined
      ? []
      : [beginning(mark.email + email), beginning(`${mark.email}@${email}`)]),
    ...(emailHash ? [quote(mark.emailHash + emailHash.toString('hex'))] : []),
    ...references.map((reference) => beginning(mark.reference + reference)),
  ];
  const close = words.map(({ names, close }) =>
    any([...namesLike(names), ...close.map((key) => quote(mark.close + key))]),
  );
  const stems = [...words.map(({ text }) => text), ...phrases].flatMap((text) =>
    [
      ...queriesOf(text)
        .join(' ')
        .matchAll(/'((?:[^']|'')+)'/g),
    ].map(([, stem]) => stem!),
  );
  return {
    exact: meanings.length > 0 ? any(meanings) : undefined,
    close: close.length > 0 && close.length <= mostNameWords ? all(close) : undefined,
    parts: [parts, email === undefined ? [] : [email]].filter((list) => list.length > 0),
    stems: [...new Set(stems)],
  };
}

import { type RawBuilder, sql } from 'kysely';
import { beginningsOf, closeKeysOf, nameKeysOf, wordsOfName } from '../domain/name-keys.ts';
import { searchNameOf } from '../domain/names.ts';
import { boundTexts, dictionaryOf, foldText } from '../domain/search-text.ts';
import type { Application } from './applications.ts';
import { isBlind } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import type { ReceivedDocument } from './documents.ts';
import { enqueueJob } from './jobs.ts';
import { forgetMasked, holdCall, maskTexts } from './masked-texts.ts';
import { prepare } from './prepared.ts';

/** Of the rules by which rows of `application_search` are made: raise it, and all are made again. */
export const searchVersion = 2;

/** What stands before the lexemes that are no words of a text. No word of a text holds a slash. */
export const mark = {
  name: 'n/',
  close: 'd/',
  email: 'e/',
  emailHash: 'h/',
  reference: 'r/',
  place: 'p/',
  language: 'l/',
  call: 'c/',
  cell: 'w/',
} as const;

type Facts = {
  fullName: string;
  latinName: string;
  penName: string;
  byline: string | null;
  email: string;
  emailHash: Buffer | null;
  reference: string;
  /** Then it is found by its reference and its facets alone. */
  discreet: boolean;
  places: string[];
  languages: string[];
  sampleLanguages: string[];
  call: string;
  masked: boolean;
  /** Something is there of the time when it was masked. */
  wasMasked: boolean;
  texts: { text: string; language: string | null }[];
};

const selectFacts = prepare<{ id: string }, Facts>((db, { id }) =>
  sql<Facts>`
    select a.full_name, a.latin_name, a.pen_name, a.email, a.email_hash, a.reference, a.discreet, a.places,
      a.languages, c.slug as call, ${isBlind} as masked,
      exists (select from masked_texts where application_id = a.id)
        or exists (select from masked_search where application_id = a.id) as was_masked,
      (select byline from contributors where application_id = a.id) as byline,
      array(select distinct d.language from documents as d
        where d.application_id = a.id and d.state = 'received' and d.language is not null
      ) as sample_languages,
      (select coalesce(jsonb_agg(jsonb_build_object('text', t.text, 'language', t.language)), '[]') from (
        select a.places_other || E'\n' || a.based_in || E'\n' || a.topics || E'\n' || coalesce(
          (select string_agg(value, E'\n') from jsonb_each_text(a.answers)), '') as text, a.language
        union all select body, language from messages where application_id = a.id
        union all select body, null from notes where application_id = a.id
        union all select beats, a.language from contributors where application_id = a.id
        union all select t.text, coalesce(t.language, d.language, a.language)
          from document_texts as t join documents as d on d.id = t.document_id
          where t.application_id = a.id and t.state = 'read' and d.state = 'received'
      ) as t) as texts
    from applications as a join calls as c on c.id = a.call_id
    where a.id = ${id}::uuid and a.submitted_at is not null and a.merged_into is null`.compile(db),
);

/** Lexemes of names: each word under the beginnings of all its keys, and under what is close to the plainest ones. */
function nameLexemes(names: readonly string[]): string[] {
  const keys = names.flatMap(wordsOfName).map(nameKeysOf);
  const close = keys.flatMap((readings) => readings.slice(0, 2)).flatMap(closeKeysOf);
  const beginnings = keys.flat().flatMap(beginningsOf);
  return [...beginnings.map((one) => mark.name + one), ...close.map((key) => mark.close + key)];
}

function emailLexemes(email: string, hash: Buffer | null): string[] {
  const lower = email.toLowerCase();
  const domain = lower.slice(lower.lastIndexOf('@'));
  return [
    mark.email + lower,
    mark.email + domain,
    ...(hash ? [mark.emailHash + hash.toString('hex')] : []),
  ];
}

/** The keys of an application's facets, as filters name them. */
function facetsOf({ places, languages, sampleLanguages, call }: Facts): string[] {
  const facets = [
    ...places.map((place) => mark.place + place),
    ...[...languages, ...sampleLanguages].map((language) => mark.language + language),
    mark.call + call,
  ];
  return [...new Set(facets)];
}

type Text = { dictionary: string; text: string };

/** Texts as they are searched, each with the dictionary of its language. */
function textsOf(texts: Facts['texts']): Text[] {
  return boundTexts(texts.map(({ text, language }) => ({ text: foldText(text), language })))
    .filter(({ text }) => text !== '')
    .map(({ text, language }) => ({ text, dictionary: dictionaryOf(language) }));
}

const vectorsOf = (texts: readonly Text[]): RawBuilder<unknown>[] =>
  texts.map(({ dictionary, text }) => sql`to_tsvector(${dictionary}::regconfig, ${text}::text)`);

/** What parts of names and addresses are found in. */
export const handlesOf = (
  facts: Pick<Facts, 'fullName' | 'latinName' | 'penName' | 'email' | 'discreet'>,
): string => (facts.discreet ? '' : `${searchNameOf(facts)} | ${facts.email.toLowerCase()}`);

/** PostgreSQL takes no longer lexeme. */
const longestLexeme = 500;

/**
 * Makes what an application is found by: to be called in the transaction of whatever changes its
 * names, answers, documents, messages or notes, when a document's text was read, and when it was
 * merged or is no longer. A draft, what is merged, and what is gone has none.
 */
export async function indexApplication(trx: Trx, applicationId: string): Promise<void> {
  await holdCall(trx, { id: applicationId });
  const facts = (await selectFacts(trx, { id: applicationId })).rows[0];
  if (!facts) {
    await forgetMasked(trx, applicationId);
    await trx.deleteFrom('applicationSearch').where('applicationId', '=', applicationId).execute();
    return;
  }
  await storeFacts(trx, applicationId, facts);
}

/**
 * The same in the transaction that submits it, whose caller knows all that there is: answers, of which
 * `email`, its hash and `language` are the ones that are stored now, and documents that nobody has read.
 * `masked` is whether its call, which the caller holds, is blind.
 */
export async function indexSubmitted(
  trx: Trx,
  application: Application,
  facts: {
    call: string;
    documents: readonly Pick<ReceivedDocument, 'language'>[];
    masked: boolean;
  },
): Promise<void> {
  const { id, placesOther, basedIn, topics, answers, language } = application;
  if (facts.masked) return await indexApplication(trx, id);
  const text = [placesOther, basedIn, topics, Object.values(answers).join('\n')].join('\n');
  const spoken = facts.documents.flatMap((one) => one.language ?? []);
  await storeFacts(trx, id, {
    ...application,
    ...{ byline: null, call: facts.call, sampleLanguages: [...new Set(spoken)].sort() },
    ...{ texts: [{ text, language }], masked: false, wasMasked: false },
  });
}

async function storeFacts(trx: Trx, applicationId: string, facts: Facts): Promise<void> {
  const { fullName, latinName, penName, byline, email, emailHash, reference } = facts;
  const { discreet, masked } = facts;
  const facets = facetsOf(facts);
  const lexemes = [
    ...(discreet ? [] : nameLexemes([fullName, latinName, penName, byline ?? ''])),
    ...(discreet ? [] : emailLexemes(email, emailHash)),
    mark.reference + reference,
    ...facets,
  ].filter((lexeme) => lexeme.length <= longestLexeme);
  // All of them are blank in these columns anyway, those apart that somebody wrote about it.
  const texts = discreet ? [] : textsOf(facts.texts);
  const [first] = texts;
  const row = {
    ...{ id: applicationId, facets, masked },
    handles: handlesOf(facts),
    lexemes: [...new Set(lexemes)],
  };
  // What has but its answers, as everything that was just submitted, is the busy case.
  if (texts.length <= 1) await storeRow(trx, { ...row, ...first });
  else await upsertRow(row, texts).execute(trx);
  if (masked) await indexMasked(trx, applicationId, facts);
  else if (facts.wasMasked) await forgetMasked(trx, applicationId);
}

/** What reviewers find it by while they may not know who it is: no names, no addresses, masked texts. */
async function indexMasked(trx: Trx, applicationId: string, facts: Facts): Promise<void> {
  const lexemes = [mark.reference + facts.reference, ...facetsOf(facts)];
  const vectors = vectorsOf(textsOf(await maskTexts(trx, applicationId)));
  const words = sql.join(
    [sql`array_to_tsvector(${lexemes}::text[] || search_cells(submitted_at))`, ...vectors],
    sql` || `,
  );
  await sql`
    insert into masked_search (application_id, submitted_at, stage_since, tab, decision,
      handling_editor_id, facets, handles, words)
    select application_id, submitted_at, stage_since, tab, decision, handling_editor_id, facets, '', ${words}
    from application_search where application_id = ${applicationId}`.execute(trx);
}

type SearchRow = {
  id: string;
  facets: string[];
  handles: string;
  lexemes: string[];
  masked: boolean;
};

const upsertRow = ({ id, facets, handles, lexemes, masked }: SearchRow, texts: readonly Text[]) => {
  const words = sql.join(
    [
      sql`array_to_tsvector(${lexemes}::text[] || search_cells(a.submitted_at))`,
      ...vectorsOf(texts),
    ],
    sql` || `,
  );
  return sql`
    insert into application_search as s (application_id, version, submitted_at, stage_since, tab, decision,
      handling_editor_id, tags, facets, handles, masked, words)
    select a.id, ${sql.lit(searchVersion)}, a.submitted_at, a.stage_since, list_tab(a.stage, a.opened_at),
      a.decision, a.handling_editor_id,
      (select array_agg(t.tag_id order by t.tag_id) from application_tags as t where t.application_id = a.id),
      ${facets}::text[], ${handles}::text, ${masked}::boolean, ${words}
    from applications as a where a.id = ${id}::uuid
    on conflict (application_id) do update set version = excluded.version, facets = excluded.facets,
      handles = excluded.handles, words = excluded.words, masked = excluded.masked`;
};

const storeRow = prepare((db, { dictionary, text, ...row }: SearchRow & Partial<Text>) =>
  upsertRow(
    row,
    dictionary === undefined || text === undefined ? [] : [{ dictionary, text }],
  ).compile(db),
);

/** Indexes up to `limit` applications that have no row by today's rules; how many there were. */
export async function indexOutdated(db: Db, limit: number): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select a.id from applications as a
      left join application_search as s on s.application_id = a.id
      where a.submitted_at is not null and a.merged_into is null and s.version is distinct from ${searchVersion}
      order by a.submitted_at desc limit ${limit} for update of a skip locked`.execute(trx);
    for (const { id } of rows) await indexApplication(trx, id);
    return rows.length;
  });
}

/** Jobs that index what `indexOutdated` finds. */
export const indexJobKind = 'index-applications';

/**
 * Has everything of a call indexed by other rules, since it became blind or is so no more. Until then
 * reviewers find none of it: they might find a name. The caller holds a lock on the call.
 */
export async function reindexCall(trx: Trx, callId: string, now: Date): Promise<void> {
  await sql`update application_search as s set version = 0, masked = true
    from applications as a where a.id = s.application_id and a.call_id = ${callId}`.execute(trx);
  await enqueueJob(trx, { kind: indexJobKind, now });
}

/** Adds up what has changed in the counts since the last time. */
export async function foldCounts(db: Db): Promise<void> {
  await sql`
    with gone as (delete from application_count_changes returning *)
    insert into application_counts as c (facet, tab, decision, count)
    select facet, tab, decision, sum(change) from gone group by 1, 2, 3 having sum(change) <> 0
    on conflict (facet, tab, decision) do update set count = c.count + excluded.count`.execute(db);
}

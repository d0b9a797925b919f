import { type RawBuilder, sql } from 'kysely';
import type { DocumentKind } from '../domain/documents.ts';
import type { ListSort } from '../domain/list-stages.ts';
import type { Decision, Stage } from '../domain/stages.ts';
import { isOpened } from './application-filter.ts';
import { hidesIdentity, nameFor, openFor } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import {
  awaitsApplicant,
  hasActiveContent,
  hasInfectedDocument,
  hasUnscanned,
} from './list-flags.ts';
import { hasMailTrouble } from './mail-trouble.ts';
import { hasTwin } from './pairs.ts';
import { prepare, prepareEach } from './prepared.ts';
import type { Reader } from './review-access.ts';
import { type ReviewFacts, reviewFacts } from './review-facts.ts';
import { ownTags, type Tag } from './tags.ts';

/** A text of an application, for showing where a word was found. */
export type FoundText = { kind: DocumentKind | 'answers' | 'message' | 'note'; text: string };

/** One line of the list. */
export type ListedApplication = {
  id: string;
  reference: string;
  fullName: string;
  /** The reader may not know who it is: the reference stands for the name. */
  hidden: boolean;
  latinName: string;
  email: string;
  /** Then the reference stands for the name for everybody, and nothing else is told. */
  discreet: boolean;
  places: string[];
  placesOther: string;
  /** What the call it answers calls its places, by their keys. */
  placeNames: Record<string, string>;
  languages: string[];
  /** Languages of the writing samples. */
  sampleLanguages: string[];
  stage: Exclude<Stage, 'draft'>;
  decision: Decision | null;
  /** Its applicant knows of the decision, or there is none: the letter has left. */
  told: boolean;
  stageSince: Date;
  submittedAt: Date;
  /** Its position in the order that was asked for. */
  micros: number;
  replyDays: number;
  opened: boolean;
  /** Name of the handling editor. */
  handling: string | null;
  documentCount: number;
  /** It may be the same person's as another one. */
  twin: boolean;
  /** One of its mails needs a person. */
  mailTrouble: boolean;
  /** It was asked for something that has not come. */
  awaiting: boolean;
  /** Nobody who may answer has opened what the applicant wrote. */
  wrote: boolean;
  /** A document of it can act. */
  active: boolean;
  /** A document waits for the virus scanner, or did not pass it. */
  unscanned: boolean;
  infected: boolean;
  /** How far its reading is, as the reader may know it; null where nobody asks. */
  review: ReviewFacts | null;
  tags: Tag[];
  /** The beginnings of its texts; none unless asked for. */
  texts: FoundText[];
};

/**
 * The languages of names, the wanted one first; who reads, and whether they look at what is told of
 * reviews.
 */
export type Dressing = { language: string; fallback: string; reader: Reader; reviews?: boolean };

// Without a letter it counts at once: minutes later the private page says it.
const isTold = sql<boolean>`(a.stage <> 'decided' or not exists (
  select from decision_acts as d left join mails as m on m.id = d.mail_id
  where d.application_id = a.id and d.state = 'live' and d.with_letter
    and m.sent_at is null and m.dealt_with_at is null))`;

/** Characters of each text in which a place to show is looked for. */
const shownLength = 20_000;

const texts = sql`(
  select jsonb_agg(jsonb_build_object('kind', t.kind, 'text', left(t.text, ${sql.lit(shownLength)}))) from (
    select d.kind, t.text from document_texts as t join documents as d on d.id = t.document_id
      where t.application_id = a.id and t.state = 'read' and d.state = 'received'
    union all select 'answers', concat_ws(E'\\n', a.places_other, a.based_in, a.topics,
      (select string_agg(value, E'\\n') from jsonb_each_text(a.answers)))
    union all select 'message', body from messages where application_id = a.id
    union all select 'note', body from notes where application_id = a.id) as t)`;

/** The same for those who may not know who it is: what was sent, masked. */
const maskedTexts = sql`(
  select jsonb_agg(jsonb_build_object('kind', coalesce(d.kind, 'answers'),
    'text', left(m.text, ${sql.lit(shownLength)})))
  from masked_texts as m
  left join documents as d on d.application_id = a.id and 'document/' || d.id = m.source
  where m.application_id = a.id)`;

const textsFor = (reader: Reader) =>
  sql`case when ${hidesIdentity(reader)} then ${maskedTexts} else ${texts} end`;

const shownPlaces = (reader: Reader) => sql`
  case when ${hidesIdentity(reader)} then coalesce((select m.text from masked_texts as m
    where m.application_id = a.id and m.source = 'placesOther'), '') else a.places_other end`;

/** Ids of applications in their order, as a list or as SQL has it. */
export type Ids = readonly string[] | RawBuilder<string[]>;

/** The same as SQL. */
export const asArray = (ids: Ids): RawBuilder<string[]> =>
  'toOperationNode' in ids ? ids : sql<string[]>`${ids}::uuid[]`;

/** What the text of the statement depends on. */
type Shape = { role: Reader['role']; reviews: boolean; waiting: boolean; withTexts: boolean };

const listed = (
  ids: RawBuilder<string[]>,
  { role, reviews, waiting, withTexts }: Shape,
  { language, fallback, readerId }: { language: string; fallback: string; readerId: string },
): RawBuilder<ListedApplication> => {
  const reader = { id: readerId, role };
  const position = waiting ? sql`a.stage_since` : sql`a.submitted_at`;
  return sql<ListedApplication>`
    select a.id, a.reference, ${hidesIdentity(reader)} as hidden, ${nameFor(reader)} as full_name, ${openFor(reader, 'latin_name')} as latin_name,
      ${openFor(reader, 'email')} as email, a.discreet, a.places, ${shownPlaces(reader)} as places_other, a.languages,
      a.stage, a.decision, ${isTold} as told, a.stage_since, a.submitted_at,
      (extract(epoch from ${position}) * 1000000)::bigint as micros,
      v.reply_days,
      coalesce(
        coalesce(v.texts -> ${language}, v.texts -> ${fallback},
          (select value from jsonb_each(v.texts) limit 1)) -> 'places', '{}') as place_names,
      ${isOpened} as opened,
      (select name from staff where staff.id = a.handling_editor_id) as handling,
      ${hasMailTrouble} as mail_trouble,
      ${hasTwin} and not ${hidesIdentity(reader)} as twin,
      ${awaitsApplicant} as awaiting, a.unread_message_at is not null as wrote,
      ${hasActiveContent} as active, ${hasUnscanned} as unscanned,
      ${hasInfectedDocument} as infected,
      case when ${hidesIdentity(reader)} then '[]' else ${ownTags} end as tags,
      (select count(*) from documents as d
        where d.application_id = a.id and d.state = 'received') as document_count,
      array(select distinct d.language from documents as d
        where d.application_id = a.id and d.state = 'received' and d.language is not null
        order by 1) as sample_languages,
      ${reviews ? reviewFacts(reader) : sql`null::jsonb`} as review,
      coalesce(${withTexts ? textsFor(reader) : sql`null::jsonb`}, '[]') as texts
    from unnest(${ids}) with ordinality as chosen (id, place)
    join applications as a on a.id = chosen.id
    join call_versions as v on v.id = a.call_version_id
    order by chosen.place`;
};

// Planning it takes as long as running it does.
const selectListed = prepareEach((shape: string) =>
  prepare(
    (
      db,
      { ids, ...slots }: { ids: string[]; language: string; fallback: string; readerId: string },
    ) => listed(sql`${ids}::uuid[]`, JSON.parse(shape) as Shape, slots).compile(db),
  ),
);

/** The applications with these ids, in their order. */
export async function readListed(
  db: Db | Trx,
  ids: Ids,
  wanted: Dressing & { sort: ListSort; withTexts: boolean },
): Promise<ListedApplication[]> {
  const { language, fallback, reader, reviews = false, sort, withTexts } = wanted;
  const shape: Shape = { role: reader.role, reviews, waiting: sort === 'waiting', withTexts };
  const values = { language, fallback, readerId: reader.id };
  if ('toOperationNode' in ids) return (await listed(ids, shape, values).execute(db)).rows;
  return (await selectListed(JSON.stringify(shape))(db, { ids: [...ids], ...values })).rows;
}

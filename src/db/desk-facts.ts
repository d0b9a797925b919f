import { sql } from 'kysely';
import type { Call, Publication } from './calls.ts';
import type { Db } from './client.ts';
import { troubleCount } from './mail-trouble.ts';
import { unreadMentions } from './mentions.ts';
import { prepare } from './prepared.ts';
import { type SavedView, startViewOf, viewsOf } from './saved-views.ts';
import { allTags, type Tag } from './tags.ts';

/** The publication and what the list needs of each call's newest version. */
export type DeskFacts = {
  publication: Pick<Publication, 'name' | 'timeZone' | 'language' | 'imprint'>;
  calls: (Pick<Call, 'slug' | 'opensAt' | 'closesAt' | 'texts' | 'places' | 'fee'> & {
    contactSeeded: boolean;
  })[];
  /** Mails that need a person. */
  mailTrouble: number;
  /** Notes that wait for the reader. */
  mentions: number;
  /** Who may handle applications, and whoever does. */
  editors: { id: string; name: string }[];
  /** All there are, by name. */
  tags: Tag[];
  /** The views that whoever asks sees; none where nobody is named. */
  views: SavedView[];
  /** With which of them the reader's list begins, or with which one that everybody has. */
  startView: string | null;
};

// Whoever has entered the seeded inbox is the newsroom that the seeded addresses belong to.
const contactSeeded = sql<boolean>`coalesce((
  select lower(f.contact_email) = lower(v.contact_email)
    and position(lower(f.seeded_inbox) in lower(coalesce(c.inbox, ''))) = 0
  from call_versions as f
  where f.call_id = c.id and f.number = 1 and f.created_by is null and f.seeded_inbox is not null
), false)`;

const selectFacts = prepare((db, { staffId }: { staffId: string | undefined }) =>
  db
    .selectFrom('publication as p')
    .leftJoin('calls as c', (join) => join.onTrue())
    .leftJoinLateral(
      ({ selectFrom }) =>
        selectFrom('callVersions')
          .select(['texts', 'places', 'fee', 'contactEmail'])
          .whereRef('callVersions.callId', '=', 'c.id')
          .orderBy('number', 'desc')
          .limit(1)
          .as('v'),
      (join) => join.onTrue(),
    )
    .select(['p.name', 'p.timeZone', 'p.language', 'p.imprint'])
    .select([troubleCount.as('mailTrouble'), contactSeeded.as('contactSeeded')])
    .select(allTags.as('tags'))
    .select((staffId ? unreadMentions(staffId) : sql<number>`0`).as('mentions'))
    .select((staffId ? viewsOf(staffId) : sql<SavedView[]>`'[]'::jsonb`).as('views'))
    .select((staffId ? startViewOf(staffId) : sql<string | null>`null::text`).as('startView'))
    .select(
      // In the order of an index: else the planner reads all applications, expecting to meet one soon.
      sql<DeskFacts['editors']>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.name), '[]')
        from staff as s where s.role <> 'reviewer' and s.disabled_at is null
          or (select a.id from applications as a
            where a.submitted_at is not null and a.handling_editor_id = s.id
            order by a.submitted_at desc, a.id desc limit 1) is not null)`.as('editors'),
    )
    .select(['c.slug', 'c.opensAt', 'c.closesAt', 'v.texts', 'v.places', 'v.fee'])
    .orderBy('c.opensAt', 'desc')
    .orderBy('c.id', 'desc')
    .compile(),
);

/** All in one query, since the list asks them on every page; the latest opened call first. */
export async function getDeskFacts(db: Db, staffId?: string): Promise<DeskFacts> {
  const { rows } = await selectFacts(db, { staffId });
  const [first] = rows;
  if (!first) throw new Error('an installation has a publication');
  const { name, timeZone, language, imprint } = first;
  const { mailTrouble, mentions, editors, tags, views, startView } = first;
  return {
    mailTrouble,
    mentions,
    editors,
    tags,
    views,
    startView,
    publication: { name, timeZone, language, imprint },
    calls: rows.flatMap(({ slug, opensAt, closesAt, texts, places, fee, contactSeeded }) =>
      slug && opensAt && texts && places
        ? [{ slug, opensAt, closesAt, texts, places, fee, contactSeeded }]
        : [],
    ),
  };
}

import { Hono } from 'hono';
import { checkStorage } from '../../actions/check-storage.ts';
import { countLimit } from '../../db/application-counts.ts';
import { type ListPage, listApplications } from '../../db/application-list.ts';
import type { FoundText } from '../../db/application-rows.ts';
import { findByReference } from '../../db/applications.ts';
import { type DeskFacts, getDeskFacts } from '../../db/desk-facts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { callStateAt, pickText } from '../../domain/calls.ts';
import { listLacks } from '../../domain/lacks.ts';
import { builtInViews } from '../../domain/list-views.ts';
import { may, type Role } from '../../domain/permissions.ts';
import { createSnippetFinder } from '../../domain/snippets.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import type { ShownView } from '../../views/components/list-views.tsx';
import { ApplicationListPage } from '../../views/pages/application-list.tsx';
import { frameFor } from '../frame.ts';
import { sendPage } from '../respond.tsx';
import { formatCursor, readCursor } from './cursors.ts';
import { seesOutbox } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { knownOf, readFilter, readListQuery } from './list-query.ts';
import { sayTodo } from './todo.ts';

const pageSize = 50;

type DressedCall = DeskFacts['calls'][number] & {
  title: string;
  placeNames: Record<string, string>;
};

function dressCalls({ publication, calls }: DeskFacts, t: Translator): DressedCall[] {
  return calls.map((call) => {
    const { title, places } = pickText(call.texts, t.language, publication.language);
    return { ...call, title, placeNames: places };
  });
}

/** The places of all calls, each once, as the reader's language sorts them. */
function placeOptions(calls: DressedCall[], t: Translator): { value: string; label: string }[] {
  const names = new Map<string, string>();
  for (const { places, placeNames } of calls) {
    for (const place of places) names.set(place, names.get(place) ?? placeNames[place] ?? place);
  }
  return [...names]
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => t.compare(a.label, b.label));
}

/** What everybody has, then what was saved, for those who may use it. */
function showViews({ views }: DeskFacts, t: Translator, role: Role): ShownView[] {
  const builtIn = builtInViews
    .filter(({ permission }) => may(role, permission))
    .map(({ name, query }) => ({ id: name, name: t(`view.builtIn.${name}`), query }));
  // Reviewers have a page of their own for it in the masthead.
  const waiting = (may(role, 'assign') ? (['all', 'late'] as const) : []).map((show) => ({
    ...{ name: t(`waiting.title.${show}`), query: '' },
    href: show === 'all' ? '/admin/waiting' : '/admin/waiting?show=late',
  }));
  const common = [...waiting, ...builtIn];
  return may(role, 'save-views') ? [...common, ...views] : common;
}

/** The view that the reader's list begins with, while it is there and theirs to see. */
function findStart({ views, startView }: DeskFacts, role: Role) {
  if (startView === null || !may(role, 'save-views')) return undefined;
  const builtIn = builtInViews.find(
    ({ name, permission }) => name === startView && may(role, permission),
  );
  const saved = views.find(({ id }) => id === startView);
  const query = builtIn?.query ?? saved?.query;
  return query === undefined ? undefined : { id: startView, query };
}

const nothing: ListPage = {
  ...{ rows: [], more: false, close: false, stems: [] },
  ...{ total: 0, limit: countLimit, tabs: undefined },
};

/** The first text that has one of the words, and where. */
function showFound(
  texts: readonly FoundText[],
  findSnippet: ReturnType<typeof createSnippetFinder>,
) {
  for (const { kind, text } of texts) {
    const snippet = findSnippet(text);
    if (snippet) return { kind, snippet };
  }
  return undefined;
}

/** The reference that was searched, when it is one of an application that was merged with another. */
async function findMerged(db: Deps['db'], q: string): Promise<string | undefined> {
  const application = await findByReference(db, q.trim());
  return application?.mergedInto ? application.reference : undefined;
}

/**
 * The list of applications. Four queries; some more where a search finds too much or nothing, never
 * more for more rows.
 */
export function applicationListRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config } = deps;
  return new Hono<AppEnv>().get('/', requirePermission('read-applications'), async (c) => {
    const t = translatorFor(c.var.language);
    const facts = await getDeskFacts(db, c.var.staff.id);
    const { publication } = facts;
    const start = findStart(facts, c.var.staff.role);
    if (start && new URL(c.req.url).search === '') {
      return c.redirect(`/admin?${start.query}`, 303);
    }
    const mayTag = may(c.var.staff.role, 'tag-applications');
    const calls = dressCalls(facts, t);
    const places = placeOptions(calls, t);
    const query = readListQuery(c);
    const { filter, sort, problems } = readFilter(
      query,
      { keys, clock, reader: c.var.staff },
      knownOf(facts),
    );
    const after = readCursor(c.req.query('after'));
    const before = after ? undefined : readCursor(c.req.query('before'));
    const names = {
      language: t.language,
      fallback: publication.language,
      reader: c.var.staff,
      reviews: true,
    };
    const { rows, more, total, limit, tabs, close, stems } =
      problems.length > 0
        ? nothing
        : await listApplications(db, filter, { after, before, limit: pageSize, sort }, names);
    const findSnippet = createSnippetFinder(stems);
    const [first, last] = [rows[0], rows.at(-1)];
    const now = clock.now();
    const { imprint } = publication;
    const lacks = listLacks({ imprint, calls }, { sendsMail: config.smtpUrl !== null });
    const titleOf = (slug: string) => calls.find((call) => call.slug === slug)?.title ?? slug;
    const open = calls.find((call) => callStateAt(call, now) === 'open');
    return sendPage(
      c,
      <ApplicationListPage
        frame={{
          ...frameFor(deps, t, publication.name),
          mailTrouble: facts.mailTrouble,
          mentions: facts.mentions,
          keyboard: c.var.staff.keyboard,
        }}
        staff={c.var.staff}
        query={query}
        problems={problems}
        places={places}
        calls={calls.map(({ slug, title }) => ({ value: slug, label: title }))}
        openCall={open}
        merged={rows.length === 0 ? await findMerged(db, query.q) : undefined}
        editors={facts.editors}
        tags={mayTag ? facts.tags : []}
        rows={rows.map(({ texts, ...row }) => ({
          ...row,
          mailTrouble: row.mailTrouble && seesOutbox(c),
          tags: mayTag ? row.tags.map(({ name }) => name) : [],
          found: showFound(texts, findSnippet),
        }))}
        views={showViews(facts, t, c.var.staff.role)}
        start={start?.id}
        close={close}
        total={total}
        countLimit={limit}
        tabs={tabs}
        newer={first && (after || (before && more)) ? formatCursor(first) : undefined}
        older={last && (before || more) ? formatCursor(last) : undefined}
        paged={after !== undefined || before !== undefined}
        todo={c.var.staff.role === 'admin' ? sayTodo(t, lacks, titleOf) : []}
        storage={c.var.staff.role === 'admin' ? await checkStorage(deps) : undefined}
        time={{ now, timeZone: publication.timeZone }}
      />,
    );
  });
}

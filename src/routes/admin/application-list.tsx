import { Hono } from 'hono';
import { countApplications, countLimit, listApplications } from '../../db/application-list.ts';
import { type DeskFacts, getDeskFacts } from '../../db/desk-facts.ts';
import { listReviewFacts } from '../../db/review-facts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { callStateAt, pickText } from '../../domain/calls.ts';
import { listLacks } from '../../domain/lacks.ts';
import { type Translator, translatorFor } from '../../i18n.ts';
import { ApplicationListPage } from '../../views/pages/application-list.tsx';
import { frameFor } from '../frame.ts';
import { sendPage } from '../respond.tsx';
import { formatCursor, readCursor } from './cursors.ts';
import { seesOutbox } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { readFilter, readListQuery } from './list-query.ts';
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

/** The list of applications. Four queries, however many rows there are. */
export function applicationListRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config } = deps;
  return new Hono<AppEnv>().get('/', requirePermission('read-applications'), async (c) => {
    const t = translatorFor(c.var.language);
    const facts = await getDeskFacts(db);
    const { publication } = facts;
    const calls = dressCalls(facts, t);
    const places = placeOptions(calls, t);
    const query = readListQuery(c);
    const { filter, problems } = readFilter(query, keys, {
      places: places.map(({ value }) => value),
      calls: calls.map(({ slug }) => slug),
    });
    const after = readCursor(c.req.query('after'));
    const before = after ? undefined : readCursor(c.req.query('before'));
    const names = { language: t.language, fallback: publication.language };
    const [{ rows, more }, { total, tabs }] =
      problems.length > 0
        ? [
            { rows: [], more: false },
            { total: 0, tabs: undefined },
          ]
        : await Promise.all([
            listApplications(db, filter, { after, before, limit: pageSize }, names),
            countApplications(db, filter),
          ]);
    const reviews = await listReviewFacts(
      db,
      rows.map(({ id }) => id),
      c.var.staff,
    );
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
          keyboard: c.var.staff.keyboard,
        }}
        staff={c.var.staff}
        query={query}
        problems={problems}
        places={places}
        calls={calls.map(({ slug, title }) => ({ value: slug, label: title }))}
        openCall={open}
        rows={rows.map((row) => ({
          ...row,
          mailTrouble: row.mailTrouble && seesOutbox(c),
          review: reviews.get(row.id),
        }))}
        total={total}
        countLimit={countLimit}
        tabs={tabs}
        newer={first && (after || (before && more)) ? formatCursor(first) : undefined}
        older={last && (before || more) ? formatCursor(last) : undefined}
        paged={after !== undefined || before !== undefined}
        todo={c.var.staff.role === 'admin' ? sayTodo(t, lacks, titleOf) : []}
        time={{ now, timeZone: publication.timeZone }}
      />,
    );
  });
}

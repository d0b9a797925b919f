import { type Context, Hono } from 'hono';
import { getPrivacyNotice, getPublication, listCalls } from '../../db/calls.ts';
import { findPublished } from '../../db/published.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type CallState, callStateAt, pickLanguage } from '../../domain/calls.ts';
import { found } from '../../errors.ts';
import { isLanguage, languages, negotiateLanguage, translatorFor } from '../../i18n.ts';
import { AccessibilityPage } from '../../views/pages/accessibility.tsx';
import { CallPage } from '../../views/pages/call.tsx';
import { CallListPage } from '../../views/pages/call-list.tsx';
import { DiscreetPage } from '../../views/pages/discreet.tsx';
import { ImprintPage, PrivacyPage } from '../../views/pages/texts.tsx';
import { frameFor } from '../frame.ts';
import { createKeptPages } from '../kept-pages.ts';
import { sendPage } from '../respond.tsx';
import { type CallContext, dressCall, listAskedDocuments, listPlaces } from './call-context.ts';
import { sharedAt } from './shared-page.ts';
import { readVia } from './via.ts';

type Needs = Pick<Deps, 'db' | 'clock' | 'assets' | 'config' | 'publicUrl'>;

/** The calls that readers are shown, the open ones before those that will open. */
async function listShownCalls({ db, clock }: Needs) {
  const now = clock.now();
  const calls = (await listCalls(db)).map((call) => ({ ...call, state: callStateAt(call, now) }));
  const inState = (state: CallState) => calls.filter((call) => call.state === state);
  return { open: inState('open'), upcoming: inState('not-yet-open').reverse() };
}

async function sendCallList(
  deps: Needs,
  c: Context<AppEnv>,
  { open, upcoming }: Awaited<ReturnType<typeof listShownCalls>>,
) {
  const publication = await getPublication(deps.db);
  const t = translatorFor(c.var.language);
  const calls = [...open, ...upcoming].map(({ slug, texts, state, opensAt, closesAt }) => {
    const language = pickLanguage(texts, t.language, publication.language);
    const { title, lead } = texts[language]!;
    const textLanguage = language === t.language ? undefined : language;
    return { slug, title, lead, textLanguage, state, opensAt, closesAt };
  });
  return sendPage(
    c,
    <CallListPage
      frame={frameFor(deps, t, publication.name)}
      shared={sharedAt(deps, '', { shown: t.language })}
      calls={calls}
      timeZone={publication.timeZone}
    />,
  );
}

/** The front door: to the only open call in the browser's language, else the list of calls. */
export function frontRoutes(deps: Needs): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/', async (c) => {
    c.header('Vary', 'Accept-Language');
    c.set('language', negotiateLanguage(c.req.header('accept-language')));
    const shown = await listShownCalls(deps);
    const [only, ...others] = shown.open;
    if (only && others.length === 0) {
      return c.redirect(`/${c.var.language}/calls/${only.slug}`, 303);
    }
    return await sendCallList(deps, c, shown);
  });
}

/** The page of a call for one reader. */
export function renderCall(
  deps: Pick<Deps, 'config' | 'publicUrl'>,
  context: CallContext,
  facts: { state: CallState; via: string },
) {
  const { call, text, textLanguage, publication, frame, t } = context;
  const { slug, opensAt, closesAt, fee, contactEmail, replyDays, retentionDays } = call;
  const { maxFileBytes, maxFiles } = deps.config;
  const shown = textLanguage && isLanguage(textLanguage) ? textLanguage : t.language;
  const offered = languages.filter((one) => Object.hasOwn(call.texts, one));
  return (
    <CallPage
      {...{ frame, slug, text, textLanguage, opensAt, closesAt, fee, contactEmail }}
      {...{ replyDays, retentionDays, maxFileBytes, maxFiles, ...facts }}
      shared={sharedAt(deps, `/calls/${slug}`, { shown, offered })}
      timeZone={publication.timeZone}
      places={listPlaces(context).map(({ name }) => name)}
      documents={listAskedDocuments(call)}
    />
  );
}

/** Calls, privacy notice, imprint, accessibility statement and what discretion is, below the language. */
export function callRoutes(deps: Needs): Hono<AppEnv> {
  const callPages = createKeptPages();
  return new Hono<AppEnv>()
    .get('/', async (c) => sendCallList(deps, c, await listShownCalls(deps)))
    .get('/calls/:slug', async (c) => {
      const { call, stamp } = found(await findPublished(deps.db, c.req.param('slug')));
      const state = callStateAt(call, deps.clock.now());
      const via = readVia(c.req.query('via'));
      const render = async () => renderCall(deps, await dressCall(deps, c, call), { state, via });
      if (via !== '') return sendPage(c, await render());
      return await callPages.send(c, `${c.var.language} ${stamp} ${state}`, render);
    })
    .get('/privacy', async (c) => {
      const publication = await getPublication(deps.db);
      const notice = await getPrivacyNotice(deps.db);
      const t = translatorFor(c.var.language);
      const language = pickLanguage(notice.texts, t.language, publication.language);
      const shown = isLanguage(language) ? language : t.language;
      const offered = languages.filter((one) => Object.hasOwn(notice.texts, one));
      return sendPage(
        c,
        <PrivacyPage
          frame={frameFor(deps, t, publication.name)}
          shared={sharedAt(deps, '/privacy', { shown, offered })}
          notice={notice.texts[language]!}
          noticeLanguage={language === t.language ? undefined : language}
          version={notice.number}
          since={t.date(notice.createdAt, publication.timeZone)}
        />,
      );
    })
    .get('/imprint', async (c) => {
      const { name, imprint } = await getPublication(deps.db);
      const t = translatorFor(c.var.language);
      return sendPage(
        c,
        <ImprintPage
          frame={frameFor(deps, t, name)}
          shared={sharedAt(deps, '/imprint', { shown: t.language })}
          lines={imprint.lines}
        />,
      );
    })
    .get('/discreet', async (c) => {
      const { name } = await getPublication(deps.db);
      const t = translatorFor(c.var.language);
      return sendPage(
        c,
        <DiscreetPage
          frame={frameFor(deps, t, name)}
          shared={sharedAt(deps, '/discreet', { shown: t.language })}
        />,
      );
    })
    .get('/accessibility', async (c) => {
      const { name, timeZone } = await getPublication(deps.db);
      const t = translatorFor(c.var.language);
      const { open, upcoming } = await listShownCalls(deps);
      const contacts = [...open, ...upcoming].map(({ contactEmail }) => contactEmail);
      return sendPage(
        c,
        <AccessibilityPage
          frame={frameFor(deps, t, name)}
          shared={sharedAt(deps, '/accessibility', { shown: t.language })}
          contacts={[...new Set(contacts)]}
          timeZone={timeZone}
        />,
      );
    });
}

import { type Context, Hono } from 'hono';
import { getPrivacyNotice, getPublication, listCalls } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type CallState, callStateAt, pickLanguage, pickText } from '../../domain/calls.ts';
import { negotiateLanguage, translatorFor } from '../../i18n.ts';
import { CallPage } from '../../views/pages/call.tsx';
import { CallListPage, ImprintPage, PrivacyPage } from '../../views/pages/texts.tsx';
import { frameFor } from '../frame.ts';
import { sendPage } from '../respond.tsx';
import {
  type CallContext,
  getCallContext,
  listAskedDocuments,
  listPlaces,
} from './call-context.ts';
import { readVia } from './via.ts';

type Needs = Pick<Deps, 'db' | 'clock' | 'assets'>;

async function listOpenCalls({ db, clock }: Needs) {
  const now = clock.now();
  return (await listCalls(db)).filter((call) => callStateAt(call, now) === 'open');
}

async function sendCallList(deps: Needs, c: Context<AppEnv>) {
  const publication = await getPublication(deps.db);
  const t = translatorFor(c.var.language);
  const calls = (await listOpenCalls(deps)).map(({ slug, texts }) => {
    const { title, lead } = pickText(texts, t.language, publication.language);
    const language = pickLanguage(texts, t.language, publication.language);
    return { slug, title, lead, textLanguage: language === t.language ? undefined : language };
  });
  return sendPage(c, <CallListPage frame={frameFor(deps, t, publication.name)} calls={calls} />);
}

/** The front door: to the only open call in the browser's language, else the list of calls. */
export function frontRoutes(deps: Needs): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/', async (c) => {
    c.header('Vary', 'Accept-Language');
    c.set('language', negotiateLanguage(c.req.header('accept-language')));
    const [only, ...others] = await listOpenCalls(deps);
    if (only && others.length === 0) {
      return c.redirect(`/${c.var.language}/calls/${only.slug}`, 303);
    }
    return await sendCallList(deps, c);
  });
}

/** The page of a call for one reader. */
export function renderCall(context: CallContext, facts: { state: CallState; via: string }) {
  const { call, text, textLanguage, publication, frame } = context;
  const { slug, opensAt, closesAt, fee, contactEmail, replyDays, retentionDays } = call;
  return (
    <CallPage
      {...{ frame, slug, text, textLanguage, opensAt, closesAt, fee, contactEmail }}
      {...{ replyDays, retentionDays, ...facts }}
      timeZone={publication.timeZone}
      places={listPlaces(context).map(({ name }) => name)}
      documents={listAskedDocuments(call)}
    />
  );
}

/** Calls, privacy notice and imprint, below the language. */
export function callRoutes(deps: Needs): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/', (c) => sendCallList(deps, c))
    .get('/calls/:slug', async (c) => {
      const context = await getCallContext(deps, c, c.req.param('slug'));
      const state = callStateAt(context.call, deps.clock.now());
      return sendPage(c, renderCall(context, { state, via: readVia(c.req.query('via')) }));
    })
    .get('/privacy', async (c) => {
      const publication = await getPublication(deps.db);
      const notice = await getPrivacyNotice(deps.db);
      const t = translatorFor(c.var.language);
      const language = pickLanguage(notice.texts, t.language, publication.language);
      return sendPage(
        c,
        <PrivacyPage
          frame={frameFor(deps, t, publication.name)}
          notice={notice.texts[language]!}
          noticeLanguage={language === t.language ? undefined : language}
          version={notice.number}
          since={t.date(notice.createdAt, publication.timeZone)}
        />,
      );
    })
    .get('/imprint', async (c) => {
      const { name, imprint } = await getPublication(deps.db);
      const frame = frameFor(deps, translatorFor(c.var.language), name);
      return sendPage(c, <ImprintPage frame={frame} lines={imprint.lines} />);
    });
}

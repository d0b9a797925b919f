import { Hono } from 'hono';
import { createCall } from '../../actions/save-call.ts';
import {
  applicationCountLimit,
  type EditedCall,
  listCallHistory,
  listEditedCalls,
} from '../../db/call-versions.ts';
import { getPublication } from '../../db/calls.ts';
import { getDeskFacts } from '../../db/desk-facts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { countMissing, listObstacles } from '../../domain/call-content.ts';
import { callEventTypes, listCallActs } from '../../domain/call-opening.ts';
import { judgeNewCall, newCallFields, startContent } from '../../domain/call-sections/new-call.ts';
import { type EditProblem, readTyped, type Values } from '../../domain/call-sections/section.ts';
import { callStateAt } from '../../domain/calls.ts';
import { listLacks } from '../../domain/lacks.ts';
import { may } from '../../domain/permissions.ts';
import { found } from '../../errors.ts';
import { languages, type Translator, translatorFor } from '../../i18n.ts';
import { CallDeskPage, type NamedState, sayPeriod } from '../../views/pages/call-desk.tsx';
import { EditFormPage } from '../../views/pages/edit-form.tsx';
import { EditedCallPage } from '../../views/pages/edited-call.tsx';
import { sendPage } from '../respond.tsx';
import { callArticleRoutes } from './call-article.tsx';
import { callPath, getEditedCall, titleOfCall } from './call-context.ts';
import { callEditRoutes } from './call-edit.tsx';
import { callOpeningRoutes } from './call-opening.tsx';
import { callOrderRoutes } from './call-order.tsx';
import { listCallParts } from './call-parts.ts';
import { callPreviewRoutes } from './call-preview.tsx';
import { deskFrame } from './desk-frame.ts';
import { editBody, readFields, sayProblems, showFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import { templateRoutes } from './templates.tsx';
import { sayTodo } from './todo.ts';

const nameState = (call: EditedCall, now: Date): NamedState => {
  const state = callStateAt(call, now);
  return state === 'open' && call.closesAt === null ? 'rolling' : state;
};

const sayCount = (t: Translator, count: number): string =>
  count > applicationCountLimit
    ? t('list.countMore', { limit: applicationCountLimit })
    : t('list.count', { count });

const listStands = (t: Translator, { content }: EditedCall, reference: string) =>
  languages.map((code) => ({
    code,
    name: t.languageName(code),
    missing: countMissing(content, code, reference),
    offered: content.languages.includes(code),
  }));

/** The calls of the publication: the list, a new one, one of them with everything that is done to it. */
export function callDeskRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  const newCallPage = async (
    c: Parameters<typeof deskFrame>[1],
    { values, problems = [] }: { values: Values; problems?: readonly EditProblem[] },
  ) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const fields = newCallFields(publication.language);
    return (
      <EditFormPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        current="calls"
        heading={t('callDesk.new')}
        back={{ href: '/admin/calls', text: t('desk.nav.calls') }}
        notes={
          <p class="soft">
            {t('callDesk.newNote', { language: t.languageName(publication.language) })}
          </p>
        }
        action="/admin/calls"
        fields={showFields(t, fields, { values, problems })}
        errors={sayProblems(t, fields, problems)}
        submit={t('callDesk.create')}
      />
    );
  };

  const reading = requirePermission('read-calls');
  const editing = requirePermission('edit-calls');
  return new Hono<AppEnv>()
    .get('/calls', reading, async (c) => {
      const t = translatorFor(c.var.language);
      const publication = await getPublication(db);
      const { language, timeZone } = publication;
      const now = clock.now();
      const calls = (await listEditedCalls(db)).map((call) => {
        const { title, lang } = titleOfCall(call, [t.language, language]);
        return {
          ...{ slug: call.slug, title, lang: lang === t.language ? undefined : lang },
          state: nameState(call, now),
          period: sayPeriod(t, call, timeZone),
          applications: sayCount(t, call.applications),
          languages: listStands(t, call, language),
        };
      });
      return sendPage(
        c,
        <CallDeskPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          calls={calls}
          mayEdit={may(c.var.staff.role, 'edit-calls')}
        />,
      );
    })
    .get('/calls/new', editing, async (c) => sendPage(c, await newCallPage(c, { values: {} })))
    .post('/calls', editing, editBody, async (c) => {
      const { language } = await getPublication(db);
      const values = readTyped(newCallFields(language), await readFields(c));
      const { slug = '' } = values;
      const problems = judgeNewCall(values, language);
      if (problems.length > 0) return sendPage(c, await newCallPage(c, { values, problems }), 422);
      const content = startContent(values, language);
      if (!(await createCall(deps, { slug, content, author: c.var.staff }))) {
        const problem = {
          field: 'slug',
          key: 'editProblem.taken',
          values: { value: slug },
        } as const;
        return sendPage(c, await newCallPage(c, { values, problems: [problem] }), 422);
      }
      return c.redirect(`${callPath(slug)}?done=created`, 303);
    })
    .get('/calls/:slug', reading, async (c) => {
      const t = translatorFor(c.var.language);
      const { slug } = await getEditedCall(deps, c.req.param('slug'));
      const publication = await getPublication(db);
      const { language, timeZone } = publication;
      const call = found((await listEditedCalls(db)).find((one) => one.slug === slug));
      const now = clock.now();
      const { title, lang } = titleOfCall(call, [t.language, language]);
      const { opensAt, closesAt, number, content } = call;
      const mayEdit = may(c.var.staff.role, 'edit-calls');
      const facts = (await getDeskFacts(db)).calls.find((one) => one.slug === slug);
      const contactSeeded = facts?.contactSeeded ?? false;
      const lacks = listLacks(
        { imprint: publication.imprint, calls: [{ slug, fee: content.fee, contactSeeded }] },
        { sendsMail: deps.config.smtpUrl !== null },
      );
      return sendPage(
        c,
        <EditedCallPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          slug={slug}
          title={title}
          lang={lang === t.language ? undefined : lang}
          state={nameState(call, now)}
          period={{ opensAt, closesAt }}
          timeZone={timeZone}
          number={number}
          applications={sayCount(t, call.applications)}
          done={callEventTypes.find((one) => one === c.req.query('done'))}
          mayEdit={mayEdit}
          acts={listCallActs(call, now)}
          lacks={listObstacles(call, language)}
          todo={mayEdit ? sayTodo(t, lacks, () => title) : []}
          languages={listStands(t, call, language)}
          parts={listCallParts(t, call, language)}
          history={await listCallHistory(db, call.id)}
        />,
      );
    })
    .route('/', callOpeningRoutes(deps))
    .route('/', callOrderRoutes(deps))
    .route('/', callPreviewRoutes(deps))
    .route('/', callArticleRoutes(deps))
    .route('/', templateRoutes(deps))
    .route('/', callEditRoutes(deps));
}

import { type Context, Hono } from 'hono';
import { type SavedCall, saveCall } from '../../actions/save-call.ts';
import type { EditedCall } from '../../db/call-versions.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { parseInbox } from '../../domain/call-sections/facts.ts';
import {
  type EditProblem,
  judgeSection,
  readTyped,
  type Values,
  withoutBlanks,
} from '../../domain/call-sections/section.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { EditFormPage } from '../../views/pages/edit-form.tsx';
import { sendPage } from '../respond.tsx';
import { callPath, getEditedCall, settingOf, titleOfCall } from './call-context.ts';
import { findSectionPage, type SectionPage } from './call-sections.ts';
import { deskFrame } from './desk-frame.ts';
import {
  editBody,
  listRivals,
  readCarried,
  readFields,
  sayProblems,
  showFields,
} from './edit-form.ts';
import { requirePermission } from './gate.ts';

type State = {
  values: Values;
  /** The inbox that the page was made with. */
  inboxBefore: string;
  problems?: readonly EditProblem[];
  rivals?: Values;
  /** The version that the page is about. */
  base: number;
};

/** The editor of a call: one page for each part of it, each save a new version. */
export function callEditRoutes(deps: Deps): Hono<AppEnv> {
  const { db } = deps;

  const pathOf = (c: Context<AppEnv>, slug: string): string => {
    const { section = '', key } = c.req.param();
    return [callPath(slug), section, key].filter((one) => one !== undefined).join('/');
  };
  const getPage = (c: Context<AppEnv>, { content }: EditedCall): SectionPage => {
    const { section = '', key } = c.req.param();
    return found(findSectionPage(content, section, key));
  };
  /** What a page shows of a call; the inbox is no part of a version. */
  const readPage = async ({ section }: SectionPage, call: EditedCall): Promise<Values> => {
    const setting = settingOf(call, await getPublication(db));
    const values = section.read(call.content, setting);
    const hasInbox = section.fields(call.content, setting).some(({ name }) => name === 'inbox');
    return hasInbox ? { ...values, inbox: call.inbox ?? '' } : values;
  };

  const showPage = async (
    c: Context<AppEnv>,
    page: SectionPage,
    call: EditedCall,
    state: State,
  ) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const { values, problems = [], rivals = {}, base, inboxBefore } = state;
    const fields = page.section.fields(call.content, settingOf(call, publication));
    const { title } = titleOfCall(call, [t.language, publication.language]);
    const isRivalled = state.rivals !== undefined;
    const saved = /^\d{1,9}$/.test(c.req.query('saved') ?? '');
    const list = page.list && {
      href: `${callPath(call.slug)}/${page.list}`,
      text: t(`callEdit.section.${page.list}`),
    };
    return (
      <EditFormPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        current="calls"
        heading={page.heading(t)}
        back={list ?? { href: callPath(call.slug), text: title }}
        notes={page.intro && <p class="soft">{page.intro(t)}</p>}
        done={saved ? t('callEdit.saved', { number: call.number }) : undefined}
        conflict={
          isRivalled
            ? t('editForm.conflict', { name: call.savedBy ?? 'Feder', number: call.number })
            : undefined
        }
        action={pathOf(c, call.slug)}
        carried={{ base: String(base), inboxBefore }}
        fields={showFields(t, fields, { values, problems, rivals })}
        errors={sayProblems(t, fields, problems)}
        submit={t('editForm.save')}
      />
    );
  };

  const answerSaved = async (
    c: Context<AppEnv>,
    page: SectionPage,
    typed: Values,
    { before, call: shown, saved }: { before: string; call: EditedCall; saved: SavedCall },
  ) => {
    if (saved.outcome !== 'conflict') {
      const path = page.list ? `${callPath(shown.slug)}/${page.list}` : pathOf(c, shown.slug);
      return c.redirect(`${path}?saved=${saved.number}`, 303);
    }
    const { call, base } = saved;
    const now = findSectionPage(call.content, c.req.param('section') ?? '', c.req.param('key'));
    // What the page was about is gone, or was never there.
    if (!now || !base) throw new AppError('conflict');
    const setting = settingOf(call, await getPublication(db));
    const values = now.section.read(base, setting);
    const rivals = listRivals({ ...values, inbox: before }, await readPage(now, call));
    const state = { values: typed, rivals, base: call.number, inboxBefore: call.inbox ?? '' };
    return sendPage(c, await showPage(c, now, call, state), 409);
  };

  const save = async (c: Context<AppEnv>, slug: string) => {
    const call = await getEditedCall(deps, slug);
    const page = getPage(c, call);
    const { section } = page;
    const setting = settingOf(call, await getPublication(db));
    const sent = await readFields(c);
    const base = readCarried(sent, 'base');
    const before = sent.get('inboxBefore')?.[0] ?? '';
    const values = readTyped(section.fields(call.content, setting), sent);
    const problems = judgeSection(section, values, call.content, setting);
    if (problems.length > 0) {
      const state = { values, problems, base, inboxBefore: before };
      return sendPage(c, await showPage(c, page, call, state), 422);
    }
    const inbox = values.inbox === undefined ? undefined : parseInbox(values.inbox)!.join(', ');
    const saved = await saveCall(deps, {
      ...{ slug, base, author: c.var.staff },
      part: (content) => withoutBlanks(section.read(content, setting)),
      change: (content) =>
        judgeSection(section, values, content, setting).length > 0
          ? undefined
          : section.write(content, values, setting),
      ...(inbox !== undefined && { inbox: { before: before || null, after: inbox || null } }),
    });
    return await answerSaved(c, page, values, { before, call, saved });
  };

  const show = async (c: Context<AppEnv>, slug: string) => {
    const call = await getEditedCall(deps, slug);
    const page = getPage(c, call);
    const { number: base, inbox } = call;
    const values = await readPage(page, call);
    return sendPage(c, await showPage(c, page, call, { values, base, inboxBefore: inbox ?? '' }));
  };

  const gate = requirePermission('edit-calls');
  const one = '/calls/:slug/:section{(?:places|documents|fee|newsroom|languages)}';
  const many = '/calls/:slug/:section{(?:texts|questions|criteria)}/:key';
  return new Hono<AppEnv>()
    .get(one, gate, (c) => show(c, c.req.param('slug')))
    .post(one, gate, editBody, (c) => save(c, c.req.param('slug')))
    .get(many, gate, (c) => show(c, c.req.param('slug')))
    .post(many, gate, editBody, (c) => save(c, c.req.param('slug')));
}

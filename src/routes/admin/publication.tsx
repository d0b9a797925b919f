import { type Context, Hono } from 'hono';
import { checkStorage } from '../../actions/check-storage.ts';
import { saveNotice, savePublication } from '../../actions/save-publication.ts';
import { getPrivacyNotice, getPublication, type PrivacyNotice } from '../../db/calls.ts';
import { getDeskFacts } from '../../db/desk-facts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import {
  type EditField,
  type EditProblem,
  readTyped,
  type Values,
} from '../../domain/call-sections/section.ts';
import { pickText } from '../../domain/calls.ts';
import { listLacks } from '../../domain/lacks.ts';
import {
  judgeNotice,
  judgePublication,
  noticeFields,
  publicationFields,
  readNotice,
  readPublication,
  writeNotice,
  writePublication,
} from '../../domain/publication-form.ts';
import { AppError } from '../../errors.ts';
import { isLanguage, languages, type Translator, translatorFor } from '../../i18n.ts';
import { StorageNotice } from '../../views/components/storage-notice.tsx';
import { type Todo, TodoNotice } from '../../views/components/todo.tsx';
import { EditFormPage } from '../../views/pages/edit-form.tsx';
import { NoticeLinks } from '../../views/pages/publication.tsx';
import { sendPage } from '../respond.tsx';
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
import { sayTodo } from './todo.ts';

type State = { values: Values; problems?: readonly EditProblem[]; rivals?: Values };

/** The publication itself, and its privacy notice. */
export function publicationRoutes(deps: Deps): Hono<AppEnv> {
  const { db } = deps;

  /** What is still empty of all that readers should find. */
  const listTodo = async (t: Translator): Promise<Todo[]> => {
    const { publication, calls } = await getDeskFacts(db);
    const { imprint, language } = publication;
    const lacks = listLacks({ imprint, calls }, { sendsMail: deps.config.smtpUrl !== null });
    return sayTodo(t, lacks, (slug) => {
      const call = calls.find((one) => one.slug === slug);
      return call ? pickText(call.texts, t.language, language).title : slug;
    });
  };

  const publicationPage = async (
    c: Context<AppEnv>,
    { values, problems = [], rivals }: Partial<State>,
    seen?: number,
  ) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const notice = await getPrivacyNotice(db);
    const todo = await listTodo(t);
    const { floodUntil, timeZone } = publication;
    const now = deps.clock.now();
    const shown = values ?? readPublication(publication);
    return (
      <EditFormPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        current="publication"
        heading={t('desk.nav.publication')}
        back={{ href: '/admin', text: t('desk.nav.applications') }}
        done={c.req.query('done') === undefined ? undefined : t('publication.saved')}
        conflict={rivals && t('publication.conflict')}
        notes={
          <>
            {floodUntil && floodUntil > now && (
              <p class="notice">
                {t('publication.floodNow', { time: t.dateTime(floodUntil, timeZone) })}
              </p>
            )}
            <StorageNotice t={t} storage={await checkStorage(deps)} />
            <TodoNotice t={t} todo={todo} />
          </>
        }
        action="/admin/publication"
        carried={{ seen: String(seen ?? publication.updatedAt.getTime()) }}
        fields={showFields(t, publicationFields, {
          ...{ values: shown, problems },
          ...(rivals && { rivals }),
        })}
        errors={sayProblems(t, publicationFields, problems)}
        submit={t('editForm.save')}
      >
        <NoticeLinks
          t={t}
          number={notice.number}
          since={t.date(notice.createdAt, publication.timeZone)}
          languages={languages.map((code) => ({
            ...{ code, name: t.languageName(code) },
            sections: notice.texts[code]?.sections.length ?? 0,
          }))}
        />
        <p>
          <a href="/admin/retention">{t('retention.title')}</a>
        </p>
      </EditFormPage>
    );
  };

  const readLanguage = (c: Context<AppEnv>): string => {
    const language = c.req.param('language') ?? '';
    if (!isLanguage(language)) throw new AppError('not-found');
    return language;
  };

  const noticePage = async (
    c: Context<AppEnv>,
    notice: PrivacyNotice,
    { fields, base, state }: { fields: EditField[]; base: number; state: State },
  ) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const { values, problems = [], rivals } = state;
    const saved = c.req.query('saved') !== undefined;
    return (
      <EditFormPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        current="publication"
        heading={t('notice.title', { language: t.languageName(readLanguage(c)) })}
        back={{ href: '/admin/publication#notice', text: t('desk.nav.publication') }}
        done={saved ? t('callEdit.saved', { number: notice.number }) : undefined}
        conflict={rivals && t('notice.conflict', { number: notice.number })}
        notes={<p class="soft">{t('notice.intro')}</p>}
        action={`/admin/publication/notice/${readLanguage(c)}`}
        carried={{ base: String(base) }}
        fields={showFields(t, fields, { values, problems, ...(rivals && { rivals }) })}
        errors={sayProblems(t, fields, problems)}
        submit={t('editForm.save')}
      />
    );
  };

  const gate = requirePermission('edit-publication');
  return new Hono<AppEnv>()
    .get('/publication', gate, async (c) => sendPage(c, await publicationPage(c, {})))
    .post('/publication', gate, editBody, async (c) => {
      const sent = await readFields(c);
      const seen = readCarried(sent, 'seen');
      const values = readTyped(publicationFields, sent);
      const problems = judgePublication(values);
      if (problems.length > 0) {
        return sendPage(c, await publicationPage(c, { values, problems }, seen), 422);
      }
      if (!(await savePublication(deps, { seen, edit: writePublication(values) }))) {
        // How it was when it was shown is not kept: all that differs from what was typed is told.
        const rivals = listRivals(values, readPublication(await getPublication(db)));
        return sendPage(c, await publicationPage(c, { values, rivals }), 409);
      }
      return c.redirect('/admin/publication?done=saved', 303);
    })
    .get('/publication/notice/:language', gate, async (c) => {
      const language = readLanguage(c);
      const notice = await getPrivacyNotice(db);
      const { language: reference } = await getPublication(db);
      const fields = noticeFields(notice.texts, language, reference);
      const state = { values: readNotice(notice.texts[language]) };
      return sendPage(c, await noticePage(c, notice, { fields, base: notice.number, state }));
    })
    .post('/publication/notice/:language', gate, editBody, async (c) => {
      const language = readLanguage(c);
      const { language: reference } = await getPublication(db);
      const sent = await readFields(c);
      const base = readCarried(sent, 'base');
      const shown = await getPrivacyNotice(db);
      const fields = noticeFields(shown.texts, language, reference);
      const values = readTyped(fields, sent);
      const isReference = language === reference;
      const problems = judgeNotice(fields, values, { isReference });
      if (problems.length > 0) {
        const state = { values, problems };
        return sendPage(c, await noticePage(c, shown, { fields, base, state }), 422);
      }
      const text = writeNotice(values);
      const edit = { base, language, text, authorId: c.var.staff.id };
      const { outcome, notice } = await saveNotice(deps, edit);
      if (outcome === 'conflict') {
        const rivals = listRivals(values, readNotice(notice.texts[language]));
        const state = { values, rivals };
        return sendPage(
          c,
          await noticePage(c, notice, { fields, base: notice.number, state }),
          409,
        );
      }
      return c.redirect(`/admin/publication/notice/${language}?saved=${notice.number}`, 303);
    });
}

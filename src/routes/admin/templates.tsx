import { type Context, Hono } from 'hono';
import { saveTemplate } from '../../actions/save-template.ts';
import type { EditedCall } from '../../db/call-versions.ts';
import { getPublication } from '../../db/calls.ts';
import { findTemplate, listTemplates } from '../../db/response-templates.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { judgeTemplate } from '../../domain/letter-check.ts';
import { type TemplateKind, templateKinds } from '../../domain/letter-placeholders.ts';
import { standardTemplate, type TemplateText } from '../../domain/standard-templates.ts';
import { cleanLine, cleanText } from '../../domain/text.ts';
import { found } from '../../errors.ts';
import { isLanguage, type Language, languages, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { TemplateListPage, TemplatePage } from '../../views/pages/templates.tsx';
import { sendPage } from '../respond.tsx';
import { callPath, getEditedCall, titleOfCall } from './call-context.ts';
import { deskFrame } from './desk-frame.ts';
import { readCarried, readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import { sayLetterProblems } from './letter-problems.ts';
import { messageBody } from './small-forms.ts';

type Template = { kind: TemplateKind; language: Language };
type Typed = {
  text: TemplateText;
  errors: FieldError[];
  conflict: boolean;
  /** The version that the form goes on being about; the newest one after a conflict. */
  seen?: number;
};

const same = (one: TemplateText, other: TemplateText): boolean =>
  one.subject === other.subject && one.body === other.body;

/** What letters of a call begin with, by what they tell and in which language. */
export function templateRoutes(deps: Deps): Hono<AppEnv> {
  const { db } = deps;

  const readWanted = (c: Context<AppEnv>): Template => {
    const { kind = '', language = '' } = c.req.param();
    return {
      kind: found(templateKinds.find((one) => one === kind)),
      language: found(isLanguage(language) ? language : undefined),
    };
  };
  const pathOf = ({ slug }: EditedCall): string => `${callPath(slug)}/templates`;

  const showTemplate = async (
    c: Context<AppEnv>,
    call: EditedCall,
    { kind, language }: Template,
    typed?: Typed,
  ) => {
    const t = translatorFor(c.var.language);
    const saved = await findTemplate(db, call.id, { kind, language });
    const standard = standardTemplate(kind, language);
    const standing = saved ?? standard;
    const name = saved?.savedBy ?? t('event.someone');
    const path = pathOf(call);
    return (
      <TemplatePage
        frame={await deskFrame(deps, c)}
        staff={c.var.staff}
        back={{ href: path, text: t('templates.title') }}
        action={`${path}/${kind}/${language}`}
        {...{ kind, language }}
        seen={typed?.seen ?? saved?.number ?? 0}
        text={typed?.text ?? standing}
        errors={typed?.errors ?? []}
        saved={c.req.query('saved') !== undefined && !typed}
        conflict={
          typed?.conflict ? { text: t('templates.conflict', { name }), standing } : undefined
        }
        standard={same(standing, standard) ? undefined : standard}
      />
    );
  };

  const gate = requirePermission('edit-templates');
  return new Hono<AppEnv>()
    .get('/calls/:slug/templates', gate, async (c) => {
      const t = translatorFor(c.var.language);
      const call = await getEditedCall(deps, c.req.param('slug'));
      const publication = await getPublication(db);
      const saved = await listTemplates(db, call.id);
      const { title } = titleOfCall(call, [t.language, publication.language]);
      return sendPage(
        c,
        <TemplateListPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          back={{ href: callPath(call.slug), text: title }}
          path={pathOf(call)}
          languages={languages.map((code) => ({ code, name: t.languageName(code) }))}
          sayChanged={(kind, language) => {
            const one = saved.find((row) => row.kind === kind && row.language === language);
            if (!one) return undefined;
            const date = t.date(one.createdAt, publication.timeZone);
            return one.savedBy === null
              ? t('templates.changed', { date })
              : t('templates.changedBy', { date, name: one.savedBy });
          }}
        />,
      );
    })
    .get('/calls/:slug/templates/:kind/:language', gate, async (c) => {
      const call = await getEditedCall(deps, c.req.param('slug'));
      return sendPage(c, await showTemplate(c, call, readWanted(c)));
    })
    .post('/calls/:slug/templates/:kind/:language', gate, messageBody, async (c) => {
      const call = await getEditedCall(deps, c.req.param('slug'));
      const wanted = readWanted(c);
      const sent = await readFields(c);
      const seen = readCarried(sent, 'seen');
      const text = {
        subject: cleanLine(sent.get('subject')?.at(-1) ?? ''),
        body: cleanText(sent.get('body')?.at(-1) ?? ''),
      };
      const problems = judgeTemplate(text, wanted.kind);
      if (problems.length > 0) {
        const errors = sayLetterProblems(translatorFor(c.var.language), problems);
        // A conflict must not be forgotten over a mistake.
        const typed = { text, errors, conflict: false, seen };
        const page = await showTemplate(c, call, wanted, typed);
        return sendPage(c, page, 422);
      }
      const saved = { callId: call.id, ...wanted, seen, text, staffId: c.var.staff.id };
      if (!(await saveTemplate(deps, saved))) {
        const page = await showTemplate(c, call, wanted, { text, errors: [], conflict: true });
        return sendPage(c, page, 409);
      }
      return c.redirect(`${pathOf(call)}/${wanted.kind}/${wanted.language}?saved=yes`, 303);
    });
}

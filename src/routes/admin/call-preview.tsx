import { type Context, Hono } from 'hono';
import type { EditedCall } from '../../db/call-versions.ts';
import { type Call, getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { readFormValues } from '../../domain/application-form.ts';
import { publishTexts, textIn } from '../../domain/call-content.ts';
import { AppError } from '../../errors.ts';
import { isLanguage, translatorFor } from '../../i18n.ts';
import type { Preview } from '../../views/layout.tsx';
import { dressCall } from '../public/call-context.ts';
import { renderCall } from '../public/calls.tsx';
import { blankTexts, renderForm } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { callPath, getEditedCall } from './call-context.ts';
import { requirePermission } from './gate.ts';

/** The newest version as readers would get it once every readable language is offered. */
function readersCall(edited: EditedCall, reference: string, now: Date): Call {
  const { content, number, ...facts } = edited;
  const { texts, questions } = publishTexts(content, reference, { everywhere: true });
  const blank = Object.keys(texts).length === 0;
  return {
    ...facts,
    ...content,
    number,
    versionId: '',
    opensAt: edited.opensAt ?? now,
    texts: blank ? { [reference]: textIn(content, reference) } : texts,
    questions,
  };
}

/** A call and its form as applicants will see them, in preparation too; nothing can be sent from there. */
export function callPreviewRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  /** Speaks the previewed language from here on; the note above the page keeps the reader's own. */
  const openPreview = async (c: Context<AppEnv>): Promise<{ call: Call; preview: Preview }> => {
    const { slug = '', language = '' } = c.req.param();
    if (!isLanguage(language)) throw new AppError('not-found');
    const t = translatorFor(c.var.language);
    const edited = await getEditedCall(deps, slug);
    const { language: reference } = await getPublication(db);
    c.set('language', language);
    return {
      call: readersCall(edited, reference, clock.now()),
      preview: {
        note: t('callPreview.note', { language: t.languageName(language) }),
        lang: t.language,
        back: t('callPreview.back'),
        path: callPath(slug),
      },
    };
  };

  const gate = requirePermission('read-calls');
  return new Hono<AppEnv>()
    .get('/calls/:slug/preview/:language', gate, async (c) => {
      const { call, preview } = await openPreview(c);
      const context = await dressCall(deps, c, call);
      const frame = { ...context.frame, preview };
      return sendPage(c, renderCall(deps, { ...context, frame }, { state: 'open', via: '' }));
    })
    .get('/calls/:slug/preview/:language/apply', gate, async (c) => {
      const { call, preview } = await openPreview(c);
      const page = await renderForm(deps, c, {
        call,
        via: '',
        draft: null,
        values: readFormValues(new Map()),
        texts: blankTexts,
        documents: [],
        problems: [],
        preview,
      });
      return sendPage(c, page);
    });
}

import { type Context, Hono } from 'hono';
import { putIntoTemplate } from '../../actions/fill-message.ts';
import { writeFromEditor } from '../../actions/write-message.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { findMessageProblem } from '../../domain/messages.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { isLanguage, translatorFor } from '../../i18n.ts';
import type { ComposedMessage } from '../../views/components/desk-messages.tsx';
import type { FieldError } from '../../views/components/form.tsx';
import { describeProblems } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { fillOrSay, showCheck } from './check-message.tsx';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import type { ApplicationAnswers } from './review-answers.ts';
import { messageBody } from './small-forms.ts';
import { walkQuery } from './walk.ts';

/** What editors write to applicants: seen as it will be read, put into the template, sent. */
export function messageRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const showBox = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    composed: Partial<ComposedMessage>,
    status: 200 | 409 | 422,
  ): Promise<Response> => {
    return await sendPage(c, await answers.render(c, application, { composed }), status);
  };

  return new Hono<AppEnv>().post(
    '/applications/:reference/messages',
    requirePermission('write-messages'),
    messageBody,
    async (c) => {
      const t = translatorFor(c.var.language);
      const application = await answers.get(c);
      const fields = await readFields(c);
      const last = (name: string): string => fields.get(name)?.at(-1) ?? '';
      const body = cleanText(last('message'));
      const wanted = last('language');
      const language = isLanguage(wanted) ? wanted : c.var.language;
      const composed = { body, language, errors: [] as FieldError[] };
      const act = last('act');
      if (act === 'back') return await showBox(c, application, composed, 200);
      if (act === 'template') {
        const put = await putIntoTemplate(deps.db, application, { body, language });
        return await showBox(c, application, { ...composed, body: put }, 200);
      }
      const source = { kind: 'message', body, language } as const;
      const author = c.var.staff;
      const problem = findMessageProblem(body);
      const filled = problem
        ? { errors: describeProblems(t, [problem]) }
        : await fillOrSay(deps, t, application, { author, source, field: 'message' });
      if ('errors' in filled && last('on') !== 'check') {
        return await showBox(c, application, { ...composed, errors: filled.errors }, 422);
      }
      if (act === 'preview' || 'errors' in filled) {
        return await showCheck(deps, c, application, {
          ...{ source, filled, path: 'messages', carried: [['language', language]] },
          text: { name: 'message', value: body, language },
        });
      }
      try {
        const authorId = author.id;
        await writeFromEditor(deps, application, { ...filled, language, authorId });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        const errors = [{ field: 'message', message: t('pair.follows') }];
        return await showBox(c, await answers.get(c), { ...composed, errors }, 409);
      }
      const filters = walkQuery(c, { sent: 'yes' });
      return c.redirect(`/admin/applications/${application.reference}${filters}#messages`, 303);
    },
  );
}

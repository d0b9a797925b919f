import { type Context, Hono } from 'hono';
import { askApplicant, cancelRequest } from '../../actions/ask-applicant.ts';
import { readTemplate } from '../../actions/save-template.ts';
import { getPublication } from '../../db/calls.ts';
import type { ReadApplication } from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { Fields } from '../../domain/application-form.ts';
import { documentKinds } from '../../domain/documents.ts';
import { listRequestProblems } from '../../domain/requests.ts';
import { cleanLine, cleanText } from '../../domain/text.ts';
import { isLanguage, translatorFor } from '../../i18n.ts';
import type { ComposedRequest } from '../../views/components/desk-requests.tsx';
import { describeProblems } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { fillOrSay, showCheck } from './check-message.tsx';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import { type ApplicationAnswers, answerWith } from './review-answers.ts';
import { messageBody } from './small-forms.ts';
import { walkQuery } from './walk.ts';

/** What editors ask applicants for by a day: in a letter from the template, seen first, sent, taken back. */
export function requestRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db, clock } = deps;

  const cancel = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    requestId: string,
  ): Promise<Response> => {
    if (await cancelRequest(deps, application, { requestId, staffId: c.var.staff.id })) {
      const page = `/admin/applications/${application.reference}${walkQuery(c)}`;
      return c.redirect(`${page}#messages`, 303);
    }
    const text = translatorFor(c.var.language)('request.notOpen');
    return await answerWith(answers, c, application, { notice: { text, bad: true } });
  };

  const ask = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    fields: Fields,
  ): Promise<Response> => {
    const t = translatorFor(c.var.language);
    const last = (name: string): string => fields.get(name)?.at(-1) ?? '';
    const wanted = last('language');
    const language = isLanguage(wanted) ? wanted : c.var.language;
    const body = cleanText(last('request'));
    const dueOn = cleanLine(last('dueOn'));
    const kinds = documentKinds.filter((kind) => fields.get('kinds')?.includes(kind));
    const isOwnText = fields.has('text') && (last('textLanguage') || language) === language;
    const ownText = isOwnText ? cleanText(last('text')) : undefined;
    const sent = { body, language, kinds, dueOn, text: ownText };
    const showForm = async (
      more: Pick<ComposedRequest, 'errors' | 'open'>,
      status: 200 | 409 | 422,
    ): Promise<Response> => {
      const at = status === 409 ? await answers.get(c) : application;
      return await sendPage(
        c,
        await answers.render(c, at, { asked: { ...sent, ...more } }),
        status,
      );
    };
    const act = last('act');
    if (act === 'back') return await showForm({ errors: [], open: true }, 200);
    const { timeZone } = await getPublication(db);
    const problems = listRequestProblems(sent, { now: clock.now(), timeZone });
    if (problems.length > 0) return await showForm({ errors: describeProblems(t, problems) }, 422);
    const template = { kind: 'request-more', language } as const;
    // An own text that was emptied is refused: the template in its place would go out unseen.
    const text = ownText ?? (await readTemplate(db, application.callId, template)).body;
    const source = { ...template, body: text, request: { words: body, dueOn } };
    const author = c.var.staff;
    const filled = await fillOrSay(deps, t, application, { author, source, field: 'text' });
    if (act === 'preview' || 'errors' in filled) {
      const carried = [
        ...([['request', body] as const, ['dueOn', dueOn], ['language', language]] as const),
        ...kinds.map((kind) => ['kinds', kind] as const),
      ];
      return await showCheck(deps, c, application, {
        ...{ source, filled, kinds, carried, path: 'requests' },
        text: { name: 'text', value: text, language },
      });
    }
    const wish = { ...filled, language, kinds, dueOn, authorId: author.id };
    const outcome = await askApplicant(deps, application, wish);
    if (outcome.kind === 'done') {
      const query = walkQuery(c, { sent: 'yes' });
      return c.redirect(`/admin/applications/${application.reference}${query}#messages`, 303);
    }
    const message =
      outcome.kind === 'closed'
        ? t('request.closed', { stage: t(`stage.${outcome.stage}`) })
        : t(outcome.kind === 'merged' ? 'pair.follows' : 'request.askedAlready');
    return await showForm({ errors: [{ field: 'request', message }] }, 409);
  };

  return new Hono<AppEnv>().post(
    '/applications/:reference/requests',
    requirePermission('write-messages'),
    messageBody,
    async (c) => {
      const application = await answers.get(c);
      const fields = await readFields(c);
      const act = fields.get('act')?.at(-1);
      return act === 'cancel'
        ? await cancel(c, application, fields.get('requestId')?.at(-1) ?? '')
        : await ask(c, application, fields);
    },
  );
}

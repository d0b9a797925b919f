import { type Context, Hono } from 'hono';
import { askApplicant, canAsk, cancelRequest } from '../../actions/ask-applicant.ts';
import { isAddressRefused } from '../../actions/correct-address.ts';
import { writeFromEditor } from '../../actions/write-message.ts';
import { getPublication } from '../../db/calls.ts';
import { type ReadApplication, readCorrespondenceFor } from '../../db/desk-reading.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { documentKinds } from '../../domain/documents.ts';
import { findMessageProblem } from '../../domain/messages.ts';
import { may } from '../../domain/permissions.ts';
import { listRequestProblems, usualDueOn } from '../../domain/requests.ts';
import { cleanLine, cleanText } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { isLanguage, translatorFor } from '../../i18n.ts';
import type { ComposedMessage, DeskMessage } from '../../views/components/desk-messages.tsx';
import type { ComposedRequest } from '../../views/components/desk-requests.tsx';
import { describeProblems } from '../public/form-page.tsx';
import { sendPage } from '../respond.tsx';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';
import { isNewSince } from './notes.tsx';
import { type ApplicationAnswers, answerWith } from './review-answers.ts';
import { messageBody } from './small-forms.ts';
import { walkQuery } from './walk.ts';

/** What a page of an application shows of the correspondence. */
export type Correspondence = {
  composed?: Partial<ComposedMessage> | undefined;
  asked?: ComposedRequest | undefined;
  /** When the reader was here before, where this is a new visit. */
  visit?: { before: Date | undefined } | undefined;
};

/** The thread with an applicant, what it waits for, and the boxes for what comes next. */
export async function showCorrespondence(
  { db, keys, clock }: Pick<Deps, 'db' | 'keys' | 'clock'>,
  c: Context<AppEnv>,
  {
    application,
    key,
    timeZone,
  }: { application: ReadApplication; key: Buffer | undefined; timeZone: string },
  { composed, asked, visit }: Correspondence,
) {
  const { staff } = c.var;
  const t = translatorFor(c.var.language);
  const { entries, states, requests } = await readCorrespondenceFor({ db, keys }, application);
  const messages = entries.map((message): DeskMessage => {
    const isOut = message.direction === 'out';
    const author = message.authorName ?? t('event.someone');
    return {
      ...message,
      from: isOut
        ? t('admin.message.toApplicant', { name: author })
        : t('admin.message.fromApplicant'),
      state: states.get(message.id),
      fresh: !isOut && visit !== undefined && isNewSince(message.createdAt, visit),
      request: requests.find(({ messageId }) => messageId === message.id),
    };
  });
  // Whoever writes goes on in the language that was written in, or begins in their own.
  const language = entries.findLast((one) => one.direction === 'out')?.language;
  const blank = { body: '', language: language ?? staff.language, errors: [], sent: false };
  const mayWrite = may(staff.role, 'write-messages');
  // What was typed when it was merged stays to be copied.
  const isOpen = application.mergedInto === null;
  const blankRequest: ComposedRequest = {
    ...{ body: '', language: application.language, kinds: [], errors: [] },
    dueOn: usualDueOn({ now: clock.now(), timeZone }),
  };
  const isRefused =
    mayWrite && key !== undefined && (await isAddressRefused({ db, keys }, application, key));
  const told = isRefused ? 'refused' : application.discreet ? 'discreet' : undefined;
  const warning = application.stage === 'withdrawn' ? 'withdrawn' : told;
  return {
    messages,
    composed: mayWrite && (isOpen || composed?.body) ? { ...blank, ...composed } : undefined,
    openRequest: requests.find(({ state }) => state === 'open'),
    asked: mayWrite && (canAsk(application) || asked) ? (asked ?? blankRequest) : undefined,
    messageWarning: warning && t(`admin.message.${warning}`),
  };
}

/** What editors write to applicants: messages, and requests for something by a day. */
export function messageRoutes(deps: Deps, answers: ApplicationAnswers): Hono<AppEnv> {
  const { db, clock } = deps;

  const ask = async (
    c: Context<AppEnv>,
    application: ReadApplication,
    sent: Omit<ComposedRequest, 'errors'>,
  ): Promise<Response> => {
    const t = translatorFor(c.var.language);
    const { timeZone } = await getPublication(db);
    const problems = listRequestProblems(sent, { now: clock.now(), timeZone });
    if (problems.length > 0) {
      const asked = { ...sent, errors: describeProblems(t, problems) };
      return sendPage(c, await answers.render(c, application, { asked }), 422);
    }
    const { body, kinds, dueOn } = sent;
    const language = isLanguage(sent.language) ? sent.language : c.var.language;
    const wish = { body, language, kinds, dueOn, authorId: c.var.staff.id };
    const outcome = await askApplicant(deps, application, wish);
    if (outcome.kind === 'done') {
      const query = walkQuery(c, { sent: 'yes' });
      return c.redirect(`/admin/applications/${application.reference}${query}#messages`, 303);
    }
    const message =
      outcome.kind === 'closed'
        ? t('request.closed', { stage: t(`stage.${outcome.stage}`) })
        : t(outcome.kind === 'merged' ? 'pair.follows' : 'request.askedAlready');
    const asked = { ...sent, errors: [{ field: 'request', message }] };
    return sendPage(c, await answers.render(c, await answers.get(c), { asked }), 409);
  };

  return new Hono<AppEnv>()
    .post(
      '/applications/:reference/messages',
      requirePermission('write-messages'),
      messageBody,
      async (c) => {
        const application = await answers.get(c);
        const fields = await readFields(c);
        const body = cleanText(fields.get('message')?.at(-1) ?? '');
        const wanted = fields.get('language')?.at(-1) ?? '';
        const language = isLanguage(wanted) ? wanted : c.var.language;
        const problem = findMessageProblem(body);
        if (problem) {
          const errors = describeProblems(translatorFor(c.var.language), [problem]);
          const composed = { body, language, errors };
          return sendPage(c, await answers.render(c, application, { composed }), 422);
        }
        try {
          await writeFromEditor(deps, application, { body, language, authorId: c.var.staff.id });
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'conflict')) throw error;
          const message = translatorFor(c.var.language)('pair.follows');
          const composed = { body, language, errors: [{ field: 'message', message }] };
          return sendPage(c, await answers.render(c, await answers.get(c), { composed }), 409);
        }
        const filters = walkQuery(c, { sent: 'yes' });
        return c.redirect(`/admin/applications/${application.reference}${filters}#messages`, 303);
      },
    )
    .post(
      '/applications/:reference/requests',
      requirePermission('write-messages'),
      messageBody,
      async (c) => {
        const application = await answers.get(c);
        const fields = await readFields(c);
        const last = (name: string): string => fields.get(name)?.at(-1) ?? '';
        if (last('act') === 'cancel') {
          const wish = { requestId: last('requestId'), staffId: c.var.staff.id };
          if (await cancelRequest(deps, application, wish)) {
            const page = `/admin/applications/${application.reference}${walkQuery(c)}`;
            return c.redirect(`${page}#messages`, 303);
          }
          const text = translatorFor(c.var.language)('request.notOpen');
          return await answerWith(answers, c, application, { notice: { text, bad: true } });
        }
        return await ask(c, application, {
          body: cleanText(last('request')),
          language: isLanguage(last('language')) ? last('language') : c.var.language,
          kinds: documentKinds.filter((kind) => fields.get('kinds')?.includes(kind)),
          dueOn: cleanLine(last('dueOn')),
        });
      },
    );
}

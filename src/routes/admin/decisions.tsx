import { type Context, Hono } from 'hono';
import { type DecisionObstacle, decideApplication } from '../../actions/decide-application.ts';
import { draftDecision } from '../../actions/draft-decision.ts';
import { digestLetter, fillLetter, previewLetter } from '../../actions/write-letter.ts';
import { languageOf } from '../../actions/write-mail.ts';
import { getPublication } from '../../db/calls.ts';
import { openActContent } from '../../db/decision-acts.ts';
import { listEvents, listEventsSince } from '../../db/events.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { LetterProblem } from '../../domain/letter-check.ts';
import { type Standing, standingOf, standings } from '../../domain/stages.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { standingName } from '../../views/components/stage-chip.tsx';
import { CheckDecisionPage, DecisionStoppedPage } from '../../views/pages/check-decision.tsx';
import { DecidePage, type TypedDecision } from '../../views/pages/decide.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { framedMailHeaders, policyWithFrames } from '../security-headers.ts';
import { readSmallForm, smallBody } from '../small-body.ts';
import { isMailRefused } from './decision-facts.ts';
import { findReasonErrors, readDecision } from './decision-form.ts';
import { type DecisionStep, readDecisionStep, startDecision } from './decision-step.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { sayLetterProblems } from './letter-problems.ts';
import { letterRoutes } from './letters.ts';
import { messageBody } from './small-forms.ts';
import { walkQuery } from './walk.ts';

/** A decision in two steps: why and with which words, then the letter as it will be read. */
export function decisionRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock, config } = deps;
  const holdMinutes = Math.ceil(config.outboxHoldSeconds / 60);

  const share = async (c: Context<AppEnv>, { application, act, edits }: DecisionStep) => {
    const publication = await getPublication(db);
    const { reference, discreet, language } = application;
    const name = discreet ? reference : application.fullName;
    return {
      frame: await deskFrame(deps, c, publication),
      staff: c.var.staff,
      ...{ act, editing: edits !== undefined },
      applicant: { name, reference, discreet, language: languageOf(language) },
      base: `/admin/applications/${reference}`,
      filters: walkQuery(c),
      time: { now: clock.now(), timeZone: publication.timeZone },
    };
  };

  const showStep = async (
    c: Context<AppEnv>,
    step: DecisionStep,
    sent?: { typed: TypedDecision; errors: FieldError[]; from: Standing; seen: number },
  ) => {
    const { application } = step;
    const events = sent ? [] : await listEvents(db, application.id);
    const start = sent ? { typed: sent.typed, recalled: false } : await startDecision(deps, step);
    const page = (
      <DecidePage
        {...(await share(c, step))}
        {...start}
        from={sent?.from ?? standingOf(application)}
        seen={sent?.seen ?? events.at(-1)?.id ?? 0}
        refused={await isMailRefused(deps, application)}
        holdMinutes={holdMinutes}
        errors={sent?.errors ?? []}
      />
    );
    return await sendPage(c, page, sent ? 422 : 200);
  };

  const stop = async (c: Context<AppEnv>, step: DecisionStep, why: DecisionObstacle) => {
    const t = translatorFor(c.var.language);
    const { application, key, draft } = step;
    const { seen } = draft ?? { seen: undefined };
    const subject = draft?.editsId ? 'letter' : 'stage';
    const stands = standingName(t, standingOf(application));
    const page = (
      <DecisionStoppedPage
        {...(await share(c, step))}
        conflict={{
          text: t(`decide.obstacle.${why}`),
          changes:
            seen === undefined ? [] : await listEventsSince(db, application.id, { seen, subject }),
          differences:
            why === 'moved' && !draft?.editsId
              ? [{ what: t('transition.title'), asked: t(`transition.${step.act}`), stands }]
              : [],
        }}
        typed={draft && openActContent(key, draft)}
        again={step.obstacle === undefined}
      />
    );
    return await sendPage(c, page, 409);
  };

  const pathOf = (c: Context<AppEnv>, { application, act }: DecisionStep, rest = ''): string =>
    `/admin/applications/${application.reference}/decide/${act}${rest}${walkQuery(c)}`;

  const author = (c: Context<AppEnv>) => {
    const { id, name, role } = c.var.staff;
    return { id, name, role };
  };

  const fill = async (
    c: Context<AppEnv>,
    { application, act }: DecisionStep,
    source: TemplateText | null,
  ): Promise<{ letter: TemplateText | null } | { problems: LetterProblem[] }> => {
    if (source === null) return { letter: null };
    const subject = { application, act, author: author(c), now: clock.now() };
    return await fillLetter(db, deps, subject, source);
  };

  const path = '/applications/:reference/decide/:act';
  const gate = requirePermission('decide');
  return new Hono<AppEnv>()
    .route('/', letterRoutes(deps))
    .get(path, gate, async (c) => {
      const step = await readDecisionStep(deps, c);
      return step.obstacle ? await stop(c, step, step.obstacle) : await showStep(c, step);
    })
    .post(path, gate, messageBody, async (c) => {
      const t = translatorFor(c.var.language);
      const step = await readDecisionStep(deps, c);
      const { application, act, edits } = step;
      const field = await readSmallForm(c);
      const from = standings.find((one) => one === field('from'));
      if (!from || !/^\d{1,15}$/.test(field('seen'))) throw new AppError('malformed');
      const seen = Number(field('seen'));
      const typed = readDecision(field, { editing: edits !== undefined });
      const { source, withLetter, reason } = typed;
      const filled = await fill(c, step, withLetter ? source : null);
      const errors = [
        ...(edits ? [] : findReasonErrors(t, act, typed)),
        ...('problems' in filled ? sayLetterProblems(t, filled.problems) : []),
      ];
      // Whoever decided meanwhile is told of it before anything else; the draft keeps the text.
      if (errors.length > 0 && !step.obstacle) {
        return await showStep(c, step, { typed, errors, from, seen });
      }
      const draft = {
        ...typed,
        act,
        from,
        seen,
        reason: act === 'decline' ? reason || null : null,
      };
      await draftDecision(deps, application, { ...draft, ...(edits && { edits }) }, c.var.staff.id);
      if (step.obstacle) return await stop(c, await readDecisionStep(deps, c), step.obstacle);
      return c.redirect(pathOf(c, step, '/check'), 303);
    })
    .get(`${path}/check`, gate, async (c) => {
      const step = await readDecisionStep(deps, c);
      const { application, key, draft } = step;
      if (step.obstacle) return await stop(c, step, step.obstacle);
      if (!draft) return c.redirect(pathOf(c, step), 303);
      const { source, reasonWords } = openActContent(key, draft);
      const filled = await fill(c, step, draft.withLetter ? source : null);
      // What was whole a moment ago is judged again on the page where it can be mended.
      if ('problems' in filled) return c.redirect(pathOf(c, step), 303);
      const { letter } = filled;
      const mail = letter && (await previewLetter(db, deps, application, letter));
      const { reason } = draft;
      const addressee = application.discreet ? application.reference : application.email;
      c.header('Content-Security-Policy', policyWithFrames);
      return sendPage(
        c,
        <CheckDecisionPage
          {...(await share(c, step))}
          draftId={draft.id}
          shown={letter ? digestLetter(letter) : ''}
          {...{ reason, reasonWords, holdMinutes }}
          letter={mail ? { subject: mail.subject, text: mail.text, to: addressee } : null}
          refused={await isMailRefused(deps, application)}
        />,
      );
    })
    .get(`${path}/letter.html`, gate, async (c) => {
      const step = await readDecisionStep(deps, c);
      const { application, key, draft } = step;
      const filled = await fill(c, step, openActContent(key, found(draft)).source);
      if (!('letter' in filled) || filled.letter === null) throw new AppError('not-found');
      const { html } = await previewLetter(db, deps, application, filled.letter);
      return c.html(html, 200, framedMailHeaders);
    })
    .post(`${path}/confirm`, gate, smallBody, async (c) => {
      const step = await readDecisionStep(deps, c);
      const { application } = step;
      const field = await readSmallForm(c);
      const draftId = field('draft');
      if (!isId(draftId)) throw new AppError('malformed');
      const confirmed = { draftId, shown: field('shown'), author: author(c) };
      const result = await decideApplication(deps, application, confirmed);
      if (result.outcome === 'problems') return c.redirect(pathOf(c, step), 303);
      if (result.outcome === 'obstacle')
        return await stop(c, await readDecisionStep(deps, c), result.why);
      const filters = walkQuery(c, { letter: 'decided' });
      return c.redirect(`/admin/applications/${application.reference}${filters}#next-step`, 303);
    });
}

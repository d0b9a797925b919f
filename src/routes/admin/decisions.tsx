import { type Context, Hono } from 'hono';
import { type DecisionObstacle, decideApplication } from '../../actions/decide-application.ts';
import { draftDecision } from '../../actions/draft-decision.ts';
import { readTemplate } from '../../actions/save-template.ts';
import { digestLetter, fillLetter, previewLetter } from '../../actions/write-letter.ts';
import { languageOf } from '../../actions/write-mail.ts';
import { findByReference, type HeldApplication } from '../../db/applications.ts';
import { getPublication } from '../../db/calls.ts';
import { type ActEntry, findDraft, listActs, openActContent } from '../../db/decision-acts.ts';
import { listEvents, listEventsSince } from '../../db/events.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import type { LetterProblem } from '../../domain/letter-check.ts';
import {
  type DecisionAct,
  decisionActs,
  listTransitions,
  type Standing,
  standingOf,
  standings,
} from '../../domain/stages.ts';
import type { TemplateText } from '../../domain/standard-templates.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { standingName } from '../../views/components/stage-chip.tsx';
import {
  CheckDecisionPage,
  DecidePage,
  DecisionStoppedPage,
  type TypedDecision,
} from '../../views/pages/decide.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { framedMailHeaders, policyWithFrames } from '../security-headers.ts';
import { readSmallForm, smallBody } from '../small-body.ts';
import { isMailRefused } from './decision-facts.ts';
import { findReasonErrors, readDecision } from './decision-form.ts';
import { deskFrame } from './desk-frame.ts';
import { requirePermission } from './gate.ts';
import { sayLetterProblems } from './letter-problems.ts';
import { letterRoutes } from './letters.ts';
import { messageBody } from './small-forms.ts';
import { walkQuery } from './walk.ts';

/** What somebody is at: an application, an act, and what was decided about it so far. */
type Step = {
  application: HeldApplication;
  key: Buffer;
  act: DecisionAct;
  /** The act whose held letter is being changed; undefined where something is decided. */
  edits: ActEntry | undefined;
  acts: ActEntry[];
  draft: ActEntry | undefined;
  /** Why the act can't be done now. */
  obstacle: DecisionObstacle | undefined;
};

/** A decision in two steps: why and with which words, then the letter as it will be read. */
export function decisionRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config } = deps;
  const holdMinutes = Math.ceil(config.outboxHoldSeconds / 60);

  const findObstacle = (
    { application, act, edits }: Pick<Step, 'application' | 'act' | 'edits'>,
    live: ActEntry | undefined,
    c: Context<AppEnv>,
  ): DecisionObstacle | undefined => {
    if (application.stage === 'withdrawn') return 'withdrawn';
    if (application.mergedInto !== null) return 'merged';
    if (edits) return undefined;
    const { role } = c.var.staff;
    if (!listTransitions(standingOf(application), role).some((one) => one === act)) return 'moved';
    if (act === 'keep-on-file' && !application.keepOnFile) return 'not-asked';
    if (live?.jobState === 'queued') return live.attempts === 0 ? 'letter-held' : 'letter-leaving';
    return undefined;
  };

  const readStep = async (c: Context<AppEnv>): Promise<Step> => {
    const { reference = '', act: wanted = '' } = c.req.param();
    const act = found(decisionActs.find((one) => one === wanted));
    const application = found(await findByReference(db, reference));
    const acts = await listActs(db, application.id);
    const live = acts.find(({ state }) => state === 'live');
    const isHeld = live?.jobState === 'queued' && live.attempts === 0;
    const edits = isHeld && live.act === act ? live : undefined;
    const whose = { applicationId: application.id, authorId: c.var.staff.id, act };
    return {
      ...{ application, act, edits, acts },
      key: keys.unwrapKey(application.id, application.wrapped),
      draft: await findDraft(db, whose),
      obstacle: findObstacle({ application, act, edits }, live, c),
    };
  };

  const share = async (c: Context<AppEnv>, { application, act, edits }: Step) => {
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

  /** What the step begins with: what was typed before, else a recalled letter, else the template. */
  const startWith = async ({ application, key, act, edits, acts, draft }: Step) => {
    const blank = { reason: '', reasonWords: '', withLetter: true } as const;
    const recalled = acts.find((one) => one.state === 'recalled' && one.act === act);
    const last = draft ?? edits ?? recalled;
    if (last) {
      const { source, reasonWords } = openActContent(key, last);
      const { reason, withLetter } = last;
      const typed = { reason: reason ?? '', reasonWords, withLetter, source } as TypedDecision;
      return { typed, recalled: last === recalled && withLetter };
    }
    const template = { kind: act, language: languageOf(application.language) };
    const source = await readTemplate(db, application.callId, template);
    // A reversal needs no letter where none went out.
    const wasTold = acts.some((one) => one.state !== 'recalled' && one.sentAt !== null);
    const withLetter = act !== 'reopen' || wasTold;
    return { typed: { ...blank, withLetter, source }, recalled: false };
  };

  const showStep = async (
    c: Context<AppEnv>,
    step: Step,
    sent?: { typed: TypedDecision; errors: FieldError[]; from: Standing; seen: number },
  ) => {
    const { application } = step;
    const events = sent ? [] : await listEvents(db, application.id);
    const start = sent ? { typed: sent.typed, recalled: false } : await startWith(step);
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

  const stop = async (c: Context<AppEnv>, step: Step, why: DecisionObstacle) => {
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

  const pathOf = (c: Context<AppEnv>, { application, act }: Step, rest = ''): string =>
    `/admin/applications/${application.reference}/decide/${act}${rest}${walkQuery(c)}`;

  const author = (c: Context<AppEnv>) => {
    const { id, name, role } = c.var.staff;
    return { id, name, role };
  };

  const fill = async (
    c: Context<AppEnv>,
    { application, act }: Step,
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
      const step = await readStep(c);
      return step.obstacle ? await stop(c, step, step.obstacle) : await showStep(c, step);
    })
    .post(path, gate, messageBody, async (c) => {
      const t = translatorFor(c.var.language);
      const step = await readStep(c);
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
      if (step.obstacle) return await stop(c, await readStep(c), step.obstacle);
      return c.redirect(pathOf(c, step, '/check'), 303);
    })
    .get(`${path}/check`, gate, async (c) => {
      const step = await readStep(c);
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
      const step = await readStep(c);
      const { application, key, draft } = step;
      const filled = await fill(c, step, openActContent(key, found(draft)).source);
      if (!('letter' in filled) || filled.letter === null) throw new AppError('not-found');
      const { html } = await previewLetter(db, deps, application, filled.letter);
      return c.html(html, 200, framedMailHeaders);
    })
    .post(`${path}/confirm`, gate, smallBody, async (c) => {
      const step = await readStep(c);
      const { application } = step;
      const field = await readSmallForm(c);
      const draftId = field('draft');
      if (!isId(draftId)) throw new AppError('malformed');
      const confirmed = { draftId, shown: field('shown'), author: author(c) };
      const result = await decideApplication(deps, application, confirmed);
      if (result.outcome === 'problems') return c.redirect(pathOf(c, step), 303);
      if (result.outcome === 'obstacle') return await stop(c, await readStep(c), result.why);
      const filters = walkQuery(c, { letter: 'decided' });
      return c.redirect(`/admin/applications/${application.reference}${filters}#next-step`, 303);
    });
}

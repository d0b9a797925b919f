import { type Context, Hono } from 'hono';
import { changeOpening } from '../../actions/open-call.ts';
import type { EditedCall } from '../../db/call-versions.ts';
import { getPublication } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { listObstacles } from '../../domain/call-content.ts';
import {
  type CallAct,
  callActs,
  datesOfAct,
  eventOfAct,
  judgeDates,
  listCallActs,
  readDates,
  stampOf,
} from '../../domain/call-opening.ts';
import type { EditField, EditProblem, Values } from '../../domain/call-sections/section.ts';
import { readTyped } from '../../domain/call-sections/section.ts';
import { writeZonedTime } from '../../domain/zoned-time.ts';
import { AppError, found } from '../../errors.ts';
import { translatorFor } from '../../i18n.ts';
import { EditFormPage } from '../../views/pages/edit-form.tsx';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { callPath, getEditedCall, titleOfCall } from './call-context.ts';
import { deskFrame } from './desk-frame.ts';
import { readFields, sayProblems, showFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';

type State = { values: Values; problems?: readonly EditProblem[]; isRivalled?: boolean };

const fieldsOf = (act: CallAct, call: EditedCall, now: Date): EditField[] =>
  datesOfAct(act, call, now).map((name) => ({
    ...{ name, control: 'moment', needed: name === 'opensAt' },
    label: { key: `callOpening.${name}` },
    ...(name === 'closesAt' && { hint: 'callOpening.closesAt.hint' as const }),
  }));

/** When a call is open: each act asks on a page of its own before it is done. */
export function callOpeningRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;

  const getAct = (c: Context<AppEnv>): CallAct =>
    found(callActs.find((one) => one === c.req.param('act')));

  const showPage = async (c: Context<AppEnv>, call: EditedCall, act: CallAct, state: State) => {
    const t = translatorFor(c.var.language);
    const publication = await getPublication(db);
    const { timeZone, language } = publication;
    const { values, problems = [], isRivalled = false } = state;
    const fields = fieldsOf(act, call, clock.now());
    const { title } = titleOfCall(call, [t.language, language]);
    return (
      <EditFormPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        current="calls"
        heading={t(`callOpening.${act}.title`, { call: title })}
        back={{ href: callPath(call.slug), text: title }}
        conflict={isRivalled ? t('callOpening.conflict') : undefined}
        notes={
          <>
            <p>{t(`callOpening.${act}.text`)}</p>
            {fields.length > 0 && (
              <p class="soft">{t('callOpening.timeZone', { zone: timeZone })}</p>
            )}
          </>
        }
        action={`${callPath(call.slug)}/opening/${act}`}
        carried={{ stamp: stampOf(call) }}
        fields={showFields(t, fields, { values, problems })}
        errors={sayProblems(t, fields, problems)}
        submit={t(`callOpening.${act}`)}
      />
    );
  };

  /** The act's page is there only where the call can be opened at all and its state has the act. */
  const isPossible = async (call: EditedCall, act: CallAct): Promise<boolean> => {
    const { language } = await getPublication(db);
    return (
      listCallActs(call, clock.now()).includes(act) && listObstacles(call, language).length === 0
    );
  };

  const gate = requirePermission('edit-calls');
  return new Hono<AppEnv>()
    .get('/calls/:slug/opening/:act', gate, async (c) => {
      const act = getAct(c);
      const call = await getEditedCall(deps, c.req.param('slug'));
      if (!(await isPossible(call, act))) return c.redirect(callPath(call.slug), 303);
      const { timeZone } = await getPublication(db);
      const dates = datesOfAct(act, call, clock.now());
      const values = Object.fromEntries(
        dates.map((name) => {
          const date = act === 'reopen' ? null : call[name];
          return [name, date ? writeZonedTime(date, timeZone) : ''];
        }),
      );
      return sendPage(c, await showPage(c, call, act, { values }));
    })
    .post('/calls/:slug/opening/:act', gate, smallBody, async (c) => {
      const act = getAct(c);
      const { slug } = await getEditedCall(deps, c.req.param('slug'));
      const sent = await readFields(c);
      const call = await getEditedCall(deps, slug);
      const { timeZone } = await getPublication(db);
      const now = clock.now();
      const stamp = sent.get('stamp')?.[0] ?? '';
      const values = readTyped(fieldsOf(act, call, now), sent);
      const answer = async (state: State, status: 409 | 422) =>
        sendPage(c, await showPage(c, call, act, state), status);
      if (!(await isPossible(call, act))) throw new AppError('conflict');
      if (stamp !== stampOf(call)) return await answer({ values, isRivalled: true }, 409);
      const problems = judgeDates(values, call, { now, timeZone });
      if (problems.length > 0) return await answer({ values, problems }, 422);
      const dates = readDates(values, timeZone);
      await changeOpening(deps, { slug, act, stamp, dates, staffId: c.var.staff.id });
      return c.redirect(`${callPath(slug)}?done=${eventOfAct[act]}`, 303);
    });
}

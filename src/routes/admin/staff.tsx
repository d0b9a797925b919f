import { type Context, Hono } from 'hono';
import { handOver, handOverLimit } from '../../actions/hand-over.ts';
import { returnClaims } from '../../actions/return-claims.ts';
import { listSessionsOf } from '../../auth/sessions.ts';
import { dropSecondFactor, endSessionsOf, releaseIdentity } from '../../auth/staff-access.ts';
import {
  addStaff,
  changeRole,
  describeStaff,
  disableStaff,
  listStaff,
  resetStaff,
  type StaffEntry,
} from '../../auth/staff-accounts.ts';
import { getPublication } from '../../db/calls.ts';
import { countHandled, listHandled } from '../../db/handling.ts';
import { findStaff, listStaffRows } from '../../db/staff.ts';
import { listStaffEvents } from '../../db/staff-events.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { parseEmailAddress } from '../../domain/email-address.ts';
import { enrolmentLink } from '../../domain/enrolment-link.ts';
import { may, roles } from '../../domain/permissions.ts';
import { listStaffActs, type StaffAct, staffActs } from '../../domain/staff-acts.ts';
import { cleanLine, lengthOf } from '../../domain/text.ts';
import { AppError, found } from '../../errors.ts';
import { isLanguage, languages, translatorFor } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import { PermissionsPage } from '../../views/pages/permissions.tsx';
import { StaffListPage, type TypedInvitation } from '../../views/pages/staff-list.tsx';
import { StaffLogPage } from '../../views/pages/staff-log.tsx';
import { StaffActPage, StaffMemberPage } from '../../views/pages/staff-member.tsx';
import { isId } from '../attachment.ts';
import { sendPage } from '../respond.tsx';
import { smallBody } from '../small-body.ts';
import { deskFrame } from './desk-frame.ts';
import { readFields } from './edit-form.ts';
import { requirePermission } from './gate.ts';

const maxNameLength = 200;
const shown = { handled: 50, events: 30, log: 200 };
const refusals = ['self', 'lastAdmin', 'changed'] as const;
type Refusal = (typeof refusals)[number];

/** The accounts of the staff, for admins. */
export function staffRoutes(deps: Deps): Hono<AppEnv> {
  const { db, keys, clock, config, publicUrl } = deps;
  const mailing = { keys, from: config.mailFrom.address };
  /** While mail is captured nobody gets it: the link is shown, this one time. */
  const shownLink = (token: string): string | undefined =>
    config.smtpUrl === null ? enrolmentLink(publicUrl, token) : undefined;

  const getMember = async (c: Context<AppEnv>) => {
    const id = c.req.param('id') ?? '';
    return describeStaff(found(isId(id) ? await findStaff(db, id) : undefined));
  };
  const actsFor = (c: Context<AppEnv>, member: StaffEntry): StaffAct[] =>
    listStaffActs({ ...member, isSelf: member.id === c.var.staff.id });

  const listPage = async (
    c: Context<AppEnv>,
    { typed, errors = [] }: { typed?: TypedInvitation; errors?: FieldError[] } = {},
  ) => {
    const publication = await getPublication(db);
    const fallback = isLanguage(publication.language) ? publication.language : 'en';
    return (
      <StaffListPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        members={await listStaff(db)}
        typed={typed ?? { name: '', email: '', role: 'editor', language: fallback }}
        languages={languages.map((code) => ({
          ...{ value: code, label: translatorFor(code).languageName(code) },
        }))}
        errors={errors}
        captured={config.smtpUrl === null}
      />
    );
  };

  const memberPage = async (
    c: Context<AppEnv>,
    member: StaffEntry,
    happened: { done?: StaffAct | 'invited'; link?: string | undefined; refusal?: Refusal } = {},
  ) => {
    const publication = await getPublication(db);
    const handled = await listHandled(db, member.id, shown.handled);
    return (
      <StaffMemberPage
        frame={await deskFrame(deps, c, publication)}
        staff={c.var.staff}
        member={member}
        acts={actsFor(c, member).filter((act) => act !== 'hand-over' || handled.length > 0)}
        sessions={await listSessionsOf(db, member.id, clock.now())}
        handled={handled}
        handledCount={
          handled.length < shown.handled ? handled.length : await countHandled(db, member.id)
        }
        events={await listStaffEvents(db, { staffId: member.id, limit: shown.events })}
        timeZone={publication.timeZone}
        {...happened}
      />
    );
  };

  const actPage = async (
    c: Context<AppEnv>,
    { member, act, errors = [] }: { member: StaffEntry; act: StaffAct; errors?: FieldError[] },
  ) => {
    const takers =
      act === 'hand-over'
        ? (await listStaffRows(db)).filter(
            (one) => one.id !== member.id && !one.disabledAt && may(one.role, 'assign'),
          )
        : [];
    return (
      <StaffActPage
        frame={await deskFrame(deps, c)}
        staff={c.var.staff}
        member={member}
        act={act}
        takers={takers.map(({ id, name }) => ({ value: id, label: name }))}
        limit={handOverLimit}
        errors={errors}
      />
    );
  };

  const back = (c: Context<AppEnv>, { id }: { id: string }, act: StaffAct) =>
    c.redirect(`/admin/staff/${id}?done=${act}`, 303);

  /** Says why not, on the page of the person as they are now. */
  const refuse = async (c: Context<AppEnv>, refusal: Refusal) =>
    sendPage(c, await memberPage(c, await getMember(c), { refusal }), 409);

  const perform = async (c: Context<AppEnv>, member: StaffEntry, act: StaffAct) => {
    const fields = await readFields(c);
    const word = (name: string): string => fields.get(name)?.[0] ?? '';
    const asked = { email: member.email, actorId: c.var.staff.id, now: clock.now() };
    switch (act) {
      case 'role': {
        const role = roles.find((one) => one === word('role'));
        const from = roles.find((one) => one === word('from'));
        if (!role || !from) throw new AppError('malformed');
        await changeRole(db, { ...asked, from, role });
        return back(c, member, act);
      }
      case 'sessions':
        await endSessionsOf(db, asked);
        return back(c, member, act);
      case 'factor':
        await dropSecondFactor(deps, asked);
        return back(c, member, act);
      case 'identity':
        await releaseIdentity(deps, asked);
        return back(c, member, act);
      case 'disable':
        await disableStaff(db, { ...asked, keepAdmin: true });
        await returnClaims(deps, member.id);
        return back(c, member, act);
      case 'hand-over': {
        const toId = word('to');
        if (!isId(toId)) {
          const message = translatorFor(c.var.language)('staffAct.toMissing');
          const errors = [{ field: 'to', message }];
          return sendPage(c, await actPage(c, { member, act, errors }), 422);
        }
        await handOver(deps, { fromId: member.id, toId, actorId: c.var.staff.id });
        return back(c, member, act);
      }
      case 'reset':
      case 'enable': {
        const { name, role, language } = member;
        const token =
          act === 'reset'
            ? await resetStaff(db, { ...asked, mailing })
            : await addStaff(db, {
                ...{ ...asked, name, role, mailing },
                language: isLanguage(language) ? language : 'en',
              });
        const link = shownLink(token);
        if (link === undefined) return back(c, member, act);
        return sendPage(c, await memberPage(c, await getMember(c), { done: act, link }));
      }
    }
  };

  return new Hono<AppEnv>()
    .use('/staff', requirePermission('manage-staff'))
    .use('/staff/*', requirePermission('manage-staff'), smallBody)
    .get('/staff', async (c) => sendPage(c, await listPage(c)))
    .post('/staff', smallBody, async (c) => {
      const t = translatorFor(c.var.language);
      const fields = await readFields(c);
      const word = (name: string): string => cleanLine(fields.get(name)?.[0] ?? '');
      const role = roles.find((one) => one === word('role'));
      const language = word('language');
      if (!role || !isLanguage(language)) throw new AppError('malformed');
      const typed = { name: word('name'), email: word('email'), role, language };
      const email = parseEmailAddress(typed.email);
      const errors: FieldError[] = [];
      if (typed.name === '') errors.push({ field: 'name', message: t('enrol.nameMissing') });
      else if (lengthOf(typed.name) > maxNameLength) {
        errors.push({ field: 'name', message: t('enrol.nameLong', { max: maxNameLength }) });
      }
      if (!email) {
        const key = typed.email === '' ? 'enrol.emailMissing' : 'enrol.emailWrong';
        errors.push({ field: 'email', message: t(key) });
      }
      if (errors.length > 0 || !email)
        return sendPage(c, await listPage(c, { typed, errors }), 422);
      const known = (await listStaffRows(db)).find(
        (one) => one.email.toLowerCase() === email.toLowerCase(),
      );
      const refuseKnown = async () => {
        const message = t(known?.disabledAt ? 'staffList.isDisabled' : 'staffList.isKnown');
        const errors = [{ field: 'email', message }];
        return sendPage(c, await listPage(c, { typed, errors }), 422);
      };
      if (known) return await refuseKnown();
      try {
        const invitation = { ...typed, email, actorId: c.var.staff.id, now: clock.now(), mailing };
        const link = shownLink(await addStaff(db, invitation));
        const member = found((await listStaff(db)).find((one) => one.email === email));
        const page = await memberPage(c, member, { done: 'invited', link });
        return sendPage(c, page);
      } catch (error) {
        if (error instanceof AppError && error.code === 'conflict') return await refuseKnown();
        throw error;
      }
    })
    .get('/staff/log', async (c) => {
      const publication = await getPublication(db);
      return sendPage(
        c,
        <StaffLogPage
          frame={await deskFrame(deps, c, publication)}
          staff={c.var.staff}
          events={await listStaffEvents(db, { limit: shown.log })}
          timeZone={publication.timeZone}
        />,
      );
    })
    .get('/staff/permissions', async (c) =>
      sendPage(c, <PermissionsPage frame={await deskFrame(deps, c)} staff={c.var.staff} />),
    )
    .get('/staff/:id', async (c) => {
      const done = staffActs.find((act) => act === c.req.query('done'));
      return sendPage(c, await memberPage(c, await getMember(c), done ? { done } : {}));
    })
    .get('/staff/:id/:act', async (c) => {
      const member = await getMember(c);
      const act = found(staffActs.find((one) => one === c.req.param('act')));
      if (!actsFor(c, member).includes(act)) {
        return await refuse(c, member.id === c.var.staff.id ? 'self' : 'changed');
      }
      return sendPage(c, await actPage(c, { member, act }));
    })
    .post('/staff/:id/:act', async (c) => {
      const member = await getMember(c);
      const act = found(staffActs.find((one) => one === c.req.param('act')));
      if (!actsFor(c, member).includes(act)) {
        return await refuse(c, member.id === c.var.staff.id ? 'self' : 'changed');
      }
      try {
        return await perform(c, member, act);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === 'forbidden') return await refuse(c, 'self');
        if (error.code !== 'conflict') throw error;
        const now = await getMember(c);
        const isSame = now.role === member.role && now.state === member.state;
        return await refuse(c, isSame && now.role === 'admin' ? 'lastAdmin' : 'changed');
      }
    });
}

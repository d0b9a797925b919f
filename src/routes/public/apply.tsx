import { Hono } from 'hono';
import { readUnfinishedUploads } from '../../actions/open-upload.ts';
import { findCall } from '../../db/calls.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { readFormValues } from '../../domain/application-form.ts';
import { callStateAt } from '../../domain/calls.ts';
import { AppError, found } from '../../errors.ts';
import { sendPage } from '../respond.tsx';
import { blankTexts, renderForm, sendClosed } from './form-page.tsx';
import { receiveForm } from './receive-form.ts';
import { readVia } from './via.ts';

/** The form of a call: blank by GET, everything that was sent by POST. */
export function applyRoutes(deps: Deps): Hono<AppEnv> {
  const { db, clock } = deps;
  return new Hono<AppEnv>()
    .get('/calls/:slug/apply', async (c) => {
      const call = found(await findCall(db, c.req.param('slug')));
      if (callStateAt(call, clock.now()) !== 'open') throw new AppError('call-closed');
      const page = await renderForm(deps, c, {
        call,
        via: readVia(c.req.query('via')),
        draft: null,
        values: readFormValues(new Map()),
        texts: blankTexts,
        documents: [],
        problems: [],
      });
      return sendPage(c, page);
    })
    .post('/calls/:slug/apply', async (c) => {
      const call = found(await findCall(db, c.req.param('slug')));
      const callState = callStateAt(call, clock.now());
      if (callState === 'not-yet-open') throw new AppError('call-closed');
      const received = await receiveForm(deps, c, call);
      if (!received) {
        const via = readVia(c.var.typed?.get('via')?.[0]);
        return c.redirect(`${c.req.path}${via && `?via=${encodeURIComponent(via)}`}`, 303);
      }
      const { draft, intent, state } = received;
      // Whoever was writing when the call closed keeps what was written.
      if (callState === 'closed')
        return await sendClosed(deps, c, { call, draftToken: draft.token });
      const form = `/${c.var.language}/drafts/${draft.token}`;
      if (state.problems.length > 0 || state.alert || state.conflict) {
        const unfinished = await readUnfinishedUploads(deps, draft);
        const page = await renderForm(deps, c, { ...state, unfinished });
        return sendPage(c, page, state.conflict ? 409 : 422);
      }
      if (intent === 'check') return c.redirect(`${form}/check`, 303);
      return c.redirect(`${form}?saved=${intent}${intent === 'remove' ? '#documents' : ''}`, 303);
    });
}
